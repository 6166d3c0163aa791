import { hostname } from "node:os";
import type { KubeSource } from "../../model/kube-source.ts";
import type { RuntimeSource } from "../../model/sources.ts";
import { unknown, type Reason, type Told } from "../../model/told.ts";
import { Failure } from "../failure.ts";
import { progress } from "../progress.ts";
import { connectNamed } from "./connect-named.ts";
import { nodeHere, type NodeSources, type PodSource } from "./observe-node.ts";
import { noImage, type LiveOptions, type ReaderPodOptions } from "./options.ts";

export interface RealSources extends NodeSources {
  /** The address of the API server; `null`: none is named. */
  readonly server: string | null;
}

/** Milliseconds for one question to the API server: a person waits, and may ask again. */
const apiDeadline = 15_000;

/**
 * The API server, the container runtime and the kernel of this machine, for one reading. A cluster that a person named by a
 * kubeconfig which cannot be used is wrong usage: a check that runs unattended with a mistyped path would never find an
 * orphan, and end with 0. A server that gives no answer is unknown, and where nobody named a cluster, so is the API.
 */
export async function sourcesHere(options: LiveOptions): Promise<RealSources> {
  const { criSocket = null, root = "/" } = options;
  const run = newRun();
  const { readKernel } = await import("../../outside/kernel/read-kernel.ts");
  const failed = new AbortController();
  const begin = Promise.withResolvers<unknown>();
  // The kernel's reader is a process, and starts while all else is loaded; it begins when it is told to.
  const kernel = readKernel(root, { ...run, after: begin.promise, signal: failed.signal });
  const readKernelHere = (after: Promise<unknown>): ReturnType<typeof readKernel> => {
    begin.resolve(after);
    return kernel;
  };
  try {
    const cluster = await clusterOf(options);
    const node = nodeHere(runtimeHere(criSocket, { ...run, root }), readKernelHere, new AbortController().signal);
    if ("source" in cluster) {
      const { server } = cluster.source;
      return { server, pods: await podsOf(cluster.source, run), node };
    }
    return { server: null, pods: silent(unknown(cluster.reason)), node };
  } catch (error) {
    failed.abort();
    throw error;
  }
}

/** The runtime's client is loaded when it is asked, which is while the kernel is read. */
function runtimeHere(
  socket: string | null,
  options: Run & { readonly root: string },
): Pick<RuntimeSource, "list" | "inspect"> {
  let connected: Promise<RuntimeSource> | null = null;
  const runtime = (): Promise<RuntimeSource> =>
    (connected ??= import("../../outside/cri/connect.ts").then(({ connectCri }) => connectCri(socket, options)));
  return {
    list: async (signal) => (await runtime()).list(signal),
    inspect: async (ids, signal) => (await runtime()).inspect(ids, signal),
  };
}

/** The API server that the options name, and a pod on the node that is asked about. Nothing can be done without either. */
export async function sourcesByPod(options: LiveOptions & ReaderPodOptions): Promise<RealSources> {
  const { image, readerNamespace: namespace } = options;
  if (image === undefined) throw noImage("another node");
  const [cluster, { readNodeByPod }, { untilStopped }] = await Promise.all([
    clusterOf(options),
    import("../../outside/node-reader/read-node.ts"),
    import("../../outside/node-reader/until-stopped.ts"),
  ]);
  if ("reason" in cluster) {
    const { text } = cluster.reason;
    throw new Failure("KUBE007", `another node is read through its cluster: ${text}`, "Name one: --kubeconfig FILE.");
  }
  const { source } = cluster;
  const run = newRun();
  const pod = { image, namespace, sequence: run.sequence };
  return {
    server: source.server,
    pods: await podsOf(source, run),
    node: {
      read: async (node, list) => {
        await list;
        const line = progress();
        const say = (what: string): void => line.show(what);
        try {
          return await untilStopped(async (signal) => {
            const reading = await readNodeByPod(source, node, { ...pod, say, signal });
            await reading.left;
            return reading;
          });
        } finally {
          line.done();
        }
      },
    },
  };
}

/** The name under which a kubelet registers its node where nobody says another [kubernetes v1.36.3, pkg/util/node]. */
export function ownNodeName(): string {
  return hostname().trim().toLowerCase();
}

interface Run {
  /** One counter for all that is read, wherever: it says what was before what. */
  readonly sequence: () => number;
  readonly now: () => Date;
}

function newRun(): Run {
  let readings = 0;
  return { sequence: () => (readings += 1), now: () => new Date() };
}

async function podsOf(source: KubeSource, run: Run): Promise<PodSource> {
  const { podsOfApi } = await import("./pods-of-api.ts");
  return podsOfApi(source, { ...run, deadline: apiDeadline });
}

async function clusterOf(options: LiveOptions): Promise<{ readonly source: KubeSource } | { readonly reason: Reason }> {
  if (options.withoutApi === true) return { reason: notAsked };
  const { kubeconfig, context } = options;
  const connected = await connectNamed(options);
  if ("source" in connected) return connected;
  const { code, what, advice } = connected.failure;
  if (kubeconfig !== undefined || context !== undefined) throw new Failure(code, what, `${advice} ${withoutApi}`);
  const supply = "name a cluster with --kubeconfig; a node of kubeadm has /etc/kubernetes/kubelet.conf";
  return { reason: { code: "not-reached", text: what, at: [], supply } };
}

const notAsked: Reason = { code: "not-reached", text: "it was not to be asked from here", at: [] };
const withoutApi = "Without --kubeconfig and --context the node is read, and what its pods are is unknown.";

function silent(untold: Told<never>): PodSource {
  const answer = (): Promise<Told<never>> => Promise.resolve(untold);
  return { list: answer, get: answer, bootId: answer };
}
