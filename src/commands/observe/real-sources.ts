import { hostname } from "node:os";
import { unknown, type Told } from "../../model/told.ts";
import { Failure } from "../failure.ts";
import type { NodeSources, PodSource } from "./observe-node.ts";
import type { LiveOptions } from "./options.ts";

export interface RealSources extends NodeSources {
  /** The address of the API server; `null`: none is named. */
  readonly server: string | null;
}

/** Milliseconds for one question to the API server: a person waits, and may ask again. */
const apiDeadline = 15_000;

/**
 * The API server, the container runtime and the kernel that the options name. A cluster that a person named by a
 * kubeconfig which cannot be used is wrong usage: a check that runs unattended with a mistyped path would never find an
 * orphan, and end with 0. A server that gives no answer is unknown, and where nobody named a cluster, so is the API.
 */
export async function realSources(options: LiveOptions): Promise<RealSources> {
  let readings = 0;
  const sequence = (): number => (readings += 1);
  const now = (): Date => new Date();
  const [{ connectCri }, { readKernel }] = await Promise.all([
    import("../../outside/cri/connect.ts"),
    import("../../outside/kernel/read-kernel.ts"),
  ]);
  const { server, pods } = await api(options, { sequence, now, deadline: apiDeadline });
  return {
    server,
    pods,
    runtime: connectCri(options.criSocket ?? null, { sequence, now }),
    readKernel: (after) => readKernel(options.root, { sequence, after }),
    signal: new AbortController().signal,
  };
}

/** The name under which a kubelet registers its node where nobody says another [kubernetes v1.36.3, pkg/util/node]. */
export function ownNodeName(): string {
  return hostname().trim().toLowerCase();
}

async function api(
  { kubeconfig, context }: LiveOptions,
  asking: { sequence: () => number; now: () => Date; deadline: number },
): Promise<{ server: string | null; pods: PodSource }> {
  const [{ connectKube }, { podsOfApi }] = await Promise.all([
    import("../../outside/kube/connect.ts"),
    import("./pods-of-api.ts"),
  ]);
  const connected = await connectKube({
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
    environment: process.env,
  });
  if ("source" in connected) return { server: connected.source.server, pods: podsOfApi(connected.source, asking) };
  const { code, what, advice } = connected.failure;
  if (kubeconfig !== undefined || context !== undefined) throw new Failure(code, what, `${advice} ${withoutApi}`);
  const supply = "name a cluster with --kubeconfig; a node of kubeadm has /etc/kubernetes/kubelet.conf";
  return { server: null, pods: silent(unknown({ code: "not-reached", text: what, at: [], supply })) };
}

const withoutApi = "Without --kubeconfig and --context the node is read, and what its pods are is unknown.";

function silent(untold: Told<never>): PodSource {
  const answer = (): Promise<Told<never>> => Promise.resolve(untold);
  return { list: answer, get: answer, bootId: answer };
}
