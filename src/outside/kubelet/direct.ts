import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import type { KubeletPage } from "../../model/kube-source.ts";
import type { ProcessId } from "../../model/node-actor.ts";
import { isKnown, known, unknown, type Reason, type Told } from "../../model/told.ts";
import { version } from "../../version.ts";
import { readNamed } from "../files/read.ts";
import { exchange, ExchangeFailure, type ExchangeResponse } from "../http/exchange.ts";
import { accepted } from "../kube/kubelet-page.ts";
import { codeOfWay } from "../kube/refusal.ts";
import { openTls } from "./open-tls.ts";
import type { AskKubelet } from "./word.ts";

export interface DirectKubelet {
  /** An IP address. Default 127.0.0.1. */
  readonly address?: string;
  /** Default 10250. */
  readonly port?: number;
  /**
   * Which process listens there: known only where it is the kubelet that the container runtime has, and nobody else
   * listens. On an address of this host nothing else says whose certificate it is, so it is asked before a connection is opened and once
   * more before anything is sent on it.
   */
  readonly listener: () => Promise<Told<ProcessId>>;
  /** The folder of the service account. Default /var/run/secrets/kubernetes.io/serviceaccount. */
  readonly serviceAccount?: string;
  /** Milliseconds for a page. Default 10,000. */
  readonly deadline?: number;
  /** Most bytes of a page. Default 32 MiB. */
  readonly limit?: number;
}

/**
 * The kubelet of the node that this runs on, with the token of the pod's service account. A kubelet signs its own
 * certificate where nobody gives it one [kubernetes v1.36.3, cmd/kubelet/app/server.go, InitializeTLS]: that is taken only
 * on an address of this host, from the process that `listener` names. Elsewhere the cluster's CA has to have signed it, for this address.
 */
export function directly(options: DirectKubelet): AskKubelet {
  return async (page, signal) => {
    try {
      const response = await ask(page, options, signal);
      return isKnown(response) ? answered(response.known, page) : response;
    } catch (error) {
      if (!(error instanceof ExchangeFailure)) throw error;
      if (signal.aborted) return told("timed-out", "it was given up before the kubelet had answered");
      return told(codeOfWay[error.way], error.message);
    }
  };
}

async function ask(
  page: KubeletPage,
  { listener, ...options }: DirectKubelet,
  signal: AbortSignal,
): Promise<Told<ExchangeResponse>> {
  const { address = "127.0.0.1", port = 10_250, serviceAccount = defaultFolder } = options;
  const { deadline = 10_000, limit = 32 * 1024 * 1024 } = options;
  const family = isIP(address);
  if (family === 0) return told("not-reached", "its address is no IP address");
  const isLocal = isLoopback(address) || isOwn(address);
  const before = isLocal ? await listener() : null;
  if (before !== null && !isKnown(before)) return before;
  const token = readSecret(serviceAccount, "token");
  if (!isKnown(token)) return token;
  const ca = isLocal ? known(null) : readSecret(serviceAccount, "ca.crt");
  if (!isKnown(ca)) return ca;
  const socket = await openTls({ address, port, ca: ca.known }, deadline, signal);
  try {
    const refusal = before === null ? null : isStill(before.known, await listener());
    if (refusal !== null) return unknown(refusal);
    return known(
      await exchange({
        url: new URL(`https://${family === 6 ? `[${address}]` : address}:${port}/${page}`),
        method: "GET",
        headers: {
          accept: accepted[page],
          authorization: `Bearer ${token.known}`,
          "user-agent": `holdfast/${version}`,
        },
        limit,
        deadline,
        signal,
        connection: { createConnection: () => socket },
      }),
    );
  } finally {
    socket.destroy();
  }
}

function isLoopback(address: string): boolean {
  return address === "::1" || (isIP(address) === 4 && address.startsWith("127."));
}

/** An address of this network namespace: what is sent there does not leave it [linux, net/ipv4/fib_frontend.c, the table local]. */
function isOwn(address: string): boolean {
  return Object.values(networkInterfaces()).some((each) => (each ?? []).some((one) => one.address === address));
}

const defaultFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Who listened before and after a connection was opened listened when it was. */
function isStill(before: ProcessId, after: Told<ProcessId>): Reason | null {
  if (!isKnown(after)) return after.unknown;
  const { pid, startTicks } = after.known;
  if (pid === before.pid && startTicks === before.startTicks) return null;
  return { code: "changed-meanwhile", text: "another process came to listen at its address", at: [] };
}

function answered({ status, body }: ExchangeResponse, page: KubeletPage): Told<string> {
  if (status === 401)
    return told(
      "not-permitted",
      "it does not accept the service account's token (401)",
      "let the kubelet ask the API server about tokens: authentication.webhook.enabled in its configuration",
    );
  if (status === 403) return told("not-permitted", "it does not permit it (403)", grant[page]);
  if (status !== 200) return told(status >= 500 ? "not-served" : "not-understood", `it answered with status ${status}`);
  try {
    return known(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return told("not-understood", "the answer is not valid UTF-8");
  }
}

const rule = (resource: string): string =>
  `grant an RBAC rule {apiGroups: [""], resources: [${resource}], verbs: [get]}`;

/** Which right it is that a kubelet asks for [kubernetes v1.36.3, pkg/kubelet/server/auth.go, GetRequestAttributes]. */
const grant: Readonly<Record<KubeletPage, string>> = {
  pods: `${rule("nodes/pods")}; a kubelet before 1.33 knows only nodes/proxy, which runs programs in every pod: do not grant that`,
  metrics: rule("nodes/metrics"),
};

function readSecret(folder: string, name: string): Told<string> {
  const path = join(folder, name);
  const read = readNamed(path);
  const text = "text" in read ? read.text.trim() : "";
  if (name === "token" ? /^[\w.~+/=-]+$/.test(text) : text !== "") return known(text);
  const failure = "failure" in read ? read.failure : text === "" ? "it is empty" : "it is no token";
  const mount = "look whether the pod still has its service account mounted";
  return told("not-permitted", `${path} of the pod's service account could not be read: ${failure}`, mount);
}

function told(code: Reason["code"], text: string, supply?: string): Told<never> {
  return unknown({ code, text, at: [], ...(supply === undefined ? {} : { supply }) });
}
