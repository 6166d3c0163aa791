import { randomBytes } from "node:crypto";
import type { KubeReason, KubeSource } from "../../model/kube-source.ts";
import { connectKube } from "../../outside/kube/connect.ts";
import { clusterLines, type ClusterRecording } from "../../snapshot/record/cluster.ts";
import { Redactor } from "../../snapshot/redact/redactor.ts";
import { version } from "../../version.ts";
import { Failure } from "../failure.ts";
import type { LiveOptions } from "../observe/options.ts";

/** What is to be recorded of a cluster, and who is told of it. */
type Wish = Pick<ClusterRecording, "kinds" | "withOpenApi" | "nodes" | "signal" | "progress" | "onPart">;

/** Milliseconds for the first question: a person waits for it. */
const firstAnswer = 20_000;

/** The lines of a snapshot of the cluster that the options name. One that gives no answer at all is a failure. */
export async function linesOfCluster(
  { kubeconfig, context }: Pick<LiveOptions, "kubeconfig" | "context">,
  wish: Wish,
): Promise<AsyncGenerator<string>> {
  const connected = await connectKube({
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
    environment: process.env,
  });
  if ("failure" in connected)
    throw new Failure(connected.failure.code, connected.failure.what, connected.failure.advice);
  const kube = connected.source;
  const discovery = await kube.discover({ signal: AbortSignal.any([wish.signal, AbortSignal.timeout(firstAnswer)]) });
  // Who does not answer to this is not asked for every kind. One that only forbids it may be.
  if ("unknown" in discovery && discovery.unknown.status !== 403) throw noAnswer(kube, discovery.unknown);
  // Equal secrets get equal placeholders within this recording, and in no other: the key is nowhere else.
  const redactor = new Redactor(randomBytes(32));
  let readings = 0;
  return clusterLines({
    ...wish,
    toolVersion: version,
    kube,
    discovery,
    redact: (kind, served) => redactor.redact(kind, served),
    sequence: () => (readings += 1),
    now: () => new Date(),
  });
}

function noAnswer({ server }: KubeSource, { text, supply }: KubeReason): Failure {
  const why = supply === undefined ? "" : `; ${supply}`;
  return new Failure(
    "KUBE008",
    `${server}: ${text}${why}`,
    "See that kubectl version gets an answer with the same kubeconfig and context.",
  );
}
