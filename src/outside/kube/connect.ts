import type { KubeSource } from "../../model/kube-source.ts";
import { NoConnection } from "./connection.ts";
import type { Connection, ConnectFailure } from "./connection.ts";
import { inClusterConnection, isInPod } from "./in-cluster.ts";
import { selectContext } from "./kubeconfig/read.ts";
import { Requests } from "./requests.ts";
import type { RequestLimits, RetryWaiting } from "./requests.ts";
import { kubeSource } from "./source.ts";
import { realWaiting } from "../waiting.ts";

export interface KubeOptions {
  /** The file of `--kubeconfig`. Default the files of KUBECONFIG, else ~/.kube/config, else the pod's service account. */
  readonly kubeconfig?: string;
  /** The context of `--context`. Default the current one. */
  readonly context?: string;
  /** `in-cluster`: only the pod's service account, and no kubeconfig is looked for. Default `any`. */
  readonly from?: "any" | "in-cluster";
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where the pod's service account is mounted. */
  readonly serviceAccount?: string;
  readonly limits?: Partial<RequestLimits>;
  readonly waiting?: Partial<RetryWaiting>;
}

export type Connected = { readonly source: KubeSource } | { readonly failure: ConnectFailure };

const defaultLimits: RequestLimits = { tryFor: 30_000, deadline: 90_000, tries: 6, bytes: 64 * 1024 * 1024 };

/**
 * The API server that the options name. Nothing is sent yet: what a kubeconfig gets wrong is a failure here, what the
 * API server refuses is an answer of its calls.
 */
export async function connectKube(options: KubeOptions): Promise<Connected> {
  const waiting = { ...realWaiting, random: Math.random, ...options.waiting };
  try {
    const connection = await connectionOf(options, waiting.now);
    return {
      source: kubeSource(connection.server, new Requests(connection, { ...defaultLimits, ...options.limits }, waiting)),
    };
  } catch (error) {
    if (error instanceof NoConnection) return { failure: error.failure };
    throw error;
  }
}

async function connectionOf(options: KubeOptions, now: () => number): Promise<Connection> {
  const { environment, serviceAccount, kubeconfig: file, context, from = "any" } = options;
  const pod = { environment, now, ...(serviceAccount === undefined ? {} : { serviceAccount }) };
  if (from === "in-cluster") return inClusterConnection(pod);
  const place = { file, context, environment };
  const selected = selectContext(place);
  if (selected !== null) {
    const { KubeconfigConnection } = await import("./kubeconfig/connection.ts");
    return KubeconfigConnection.open(selected, place, now);
  }
  if (context === undefined && isInPod(pod)) return inClusterConnection(pod);
  throw new NoConnection(
    "KUBE007",
    "no cluster is named: there is no kubeconfig, and this is no pod",
    "Name one: --kubeconfig FILE, or KUBECONFIG.",
  );
}
