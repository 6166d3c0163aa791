import { randomBytes } from "node:crypto";
import { nodes as nodeKind } from "../../model/kube-kinds.ts";
import type { KubeReason, KubeSource } from "../../model/kube-source.ts";
import type { NodeReading, ReadRemoteNode } from "../../model/sources.ts";
import type { ReaderOptions } from "../../outside/node-reader/read-node.ts";
import { clusterLines, type ClusterRecording } from "../../snapshot/record/cluster.ts";
import { Redactor } from "../../snapshot/redact/redactor.ts";
import { version } from "../../version.ts";
import { Failure } from "../failure.ts";
import { connectNamed } from "../observe/connect-named.ts";
import { noImage } from "../observe/options.ts";
import type { ClusterOptions } from "./options.ts";

/** What is to be recorded of a cluster, and who is told of it. */
interface Wish extends Pick<ClusterRecording, "kinds" | "withOpenApi" | "signal" | "progress" | "onPart"> {
  /** Told of each node whose reading begins what will have been left on it, once that is seen. */
  readonly onLeaving?: (left: NodeReading["left"]) => void;
}

/** Milliseconds for the first question: a person waits for it. */
const firstAnswer = 20_000;

/** The lines of a snapshot of the cluster that the options name. One that gives no answer at all is a failure. */
export async function linesOfCluster(options: ClusterOptions, wish: Wish): Promise<AsyncGenerator<string>> {
  const { nodes: names, image, readerNamespace = "kube-system" } = options;
  if (names !== undefined && image === undefined) throw noImage("nodes of the cluster");
  const connected = await connectNamed(options);
  if ("failure" in connected)
    throw new Failure(connected.failure.code, connected.failure.what, connected.failure.advice);
  const kube = connected.source;
  const discovery = await kube.discover({ signal: AbortSignal.any([wish.signal, AbortSignal.timeout(firstAnswer)]) });
  // Who does not answer to this is not asked for every kind. One that only forbids it may be.
  if ("unknown" in discovery && discovery.unknown.status !== 403) throw noAnswer(kube, discovery.unknown);
  if (Array.isArray(names)) await mustBeThere(kube, names, wish.signal);
  // Equal secrets get equal placeholders within this recording, and in no other: the key is nowhere else.
  const redactor = new Redactor(randomBytes(32));
  let readings = 0;
  const sequence = (): number => (readings += 1);
  const { onLeaving = () => {}, ...recording } = wish;
  const pod = { image: image ?? "", namespace: readerNamespace, sequence, signal: wish.signal };
  const nodes = names === undefined ? null : { names, read: await readByPod(kube, pod, onLeaving) };
  return clusterLines({
    ...recording,
    toolVersion: version,
    kube,
    discovery,
    redact: (kind, served) => redactor.redact(kind, served),
    nodes,
    sequence,
    now: () => new Date(),
  });
}

/** A name that no node has is a mistake of who typed it, and said before anything is made. What may not be asked is not. */
async function mustBeThere(kube: KubeSource, names: readonly string[], signal: AbortSignal): Promise<void> {
  const either = AbortSignal.any([signal, AbortSignal.timeout(firstAnswer)]);
  const found = await Promise.all(
    names.map((name) => kube.get(nodeKind, { namespace: null, name }, { signal: either })),
  );
  const absent = names.filter((_, at) => {
    const told = found[at];
    return told !== undefined && "known" in told && told.known === null;
  });
  if (absent.length === 0) return;
  throw new Failure(
    "NODE004",
    `the cluster has no node ${absent.join(", ")} (${kube.server})`,
    "Name nodes as kubectl get nodes prints them, and the right cluster: --kubeconfig, --context.",
  );
}

async function readByPod(
  kube: KubeSource,
  pod: ReaderOptions,
  onLeaving: NonNullable<Wish["onLeaving"]>,
): Promise<ReadRemoteNode> {
  const { readNodeByPod } = await import("../../outside/node-reader/read-node.ts");
  return (node) => {
    const reading = readNodeByPod(kube, node, pod);
    onLeaving(reading.then(({ left }) => left));
    return reading;
  };
}

function noAnswer({ server }: KubeSource, { text, supply }: KubeReason): Failure {
  const why = supply === undefined ? "" : `; ${supply}`;
  return new Failure(
    "KUBE008",
    `${server}: ${text}${why}`,
    "See that kubectl version gets an answer with the same kubeconfig and context.",
  );
}
