import type { Discovery, KubeTold } from "../../model/kube-source.ts";
import type { NodeReading, ReadRemoteNode } from "../../model/sources.ts";
import { known, type Reason } from "../../model/told.ts";
import { header, readerLeft, version, warning } from "../format/format.ts";
import { bootIdOf } from "../project-node.ts";
import { identityOf } from "./identity.ts";
import { nodesRow, podsRow, type KindRow } from "../format/kinds.ts";
import { nodeReadings } from "./node-readings.ts";
import { outcomeOf, type PartOutcome } from "./part-outcome.ts";
import { PodPasses } from "./pod-passes.ts";
import { documentLines } from "./documents.ts";
import { objectLines, unreadLine, type ObjectsRecording } from "./objects.ts";
import { Seal } from "./seal.ts";
import { servedKind } from "./served-kind.ts";
import { untilSilent } from "./until-silent.ts";
import { answerLines, observationLines } from "./nodes.ts";

export interface ClusterRecording extends ObjectsRecording {
  readonly discovery: KubeTold<Discovery>;
  readonly toolVersion: string;
  readonly kinds: readonly KindRow[];
  /** The schemas of the API too. */
  readonly withOpenApi: boolean;
  /** Names of nodes, or all that the API server has, and what they are read by. `null`: none is read. */
  readonly nodes: { readonly names: readonly string[] | "all"; readonly read: ReadRemoteNode } | null;
  /** Told of what is read next, for people. */
  readonly progress: (what: string) => void;
  readonly onPart: (outcome: PartOutcome) => void;
}

/**
 * Records a cluster, line by line. Pods are listed first and, where nodes are read, once more after that; all else is
 * listed while the nodes are read. No more of a list is in memory than a page. What could not be read is a line as well.
 */
export async function* clusterLines(recording: ClusterRecording): AsyncGenerator<string> {
  const seal = new Seal();
  for await (const value of valuesOf({ ...recording, kube: untilSilent(recording.kube) })) {
    const outcome = outcomeOf(value);
    if (outcome !== null) recording.onPart(outcome);
    yield seal.line(JSON.stringify(value));
  }
  // A list that was given up is unread, but what a person stopped is not to take the place of a whole file.
  recording.signal.throwIfAborted();
  yield seal.end();
}

async function* valuesOf(recording: ClusterRecording): AsyncGenerator<object> {
  const { toolVersion, kube, discovery, kinds, withOpenApi, now, nodes, signal, progress } = recording;
  const at = now().toISOString();
  const bootIds = nodes !== null || kinds.includes(nodesRow) ? await bootIdsOf(discovery, recording) : known(noNodes);
  const inApi = [...("known" in bootIds ? bootIds.known.keys() : [])];
  const asked = nodes === null ? [] : nodes.names === "all" ? inApi : nodes.names;
  yield header.parse({
    holdfast: "snapshot",
    version,
    tool: toolVersion,
    at,
    server: kube.server,
    nodes: [...new Set([...inApi, ...asked])].map((name) => ({
      name,
      asked: asked.includes(name),
    })),
  });
  const pods = new PodPasses();
  if (nodes !== null || kinds.includes(podsRow)) {
    progress("pods");
    yield* objectLines(podsRow, 1, discovery, recording, pods.pass(1));
  }
  const readings = nodes === null ? [] : nodeReadings(asked, bootIds, nodes.read);
  // Which nodes there are has to be told once: another answer would not say which of them were to be read.
  if ("unknown" in bootIds) yield unreadLine(nodesRow, 1, bootIds.unknown);
  for (const row of kinds.filter((each) => each !== podsRow && (each !== nodesRow || "known" in bootIds))) {
    progress(row.resource);
    yield* objectLines(row, 1, discovery, recording);
  }
  progress("what the API server says of its API");
  yield* documentLines(discovery, withOpenApi ? kube.openApi({ signal }) : null);
  progress("nodes");
  const leaving = new Leaving();
  for await (const { observation, cgroupRoot, ownPod, left } of readings) {
    pods.sawOn(observation);
    if (ownPod !== null) pods.leaveOut(ownPod);
    leaving.add(left);
    yield* observationLines(observation, cgroupRoot, ownPod);
  }
  // Who stops a recording gets no file, and ends when nothing of ours is on a node any more.
  if (signal.aborted) await leaving.all();
  signal.throwIfAborted();
  if (asked.length === 0) return;
  progress("pods, once more");
  yield* objectLines(podsRow, 2, discovery, recording, pods.pass(2));
  for (const node of asked) yield* answerLines(node, await pods.answers(node, recording));
  for (const { text, supply } of leaving.seen()) yield warning.parse({ warning: { code: readerLeft, text, supply } });
}

/** What was left on nodes, as far as it was seen: pods are removed while all else is recorded, and after that. */
class Leaving {
  readonly #all: NodeReading["left"][] = [];
  readonly #seen: Reason[] = [];

  add(left: NodeReading["left"]): void {
    this.#all.push(left);
    void left.then((reasons) => this.#seen.push(...reasons));
  }

  async all(): Promise<void> {
    await Promise.all(this.#all);
  }

  seen(): readonly Reason[] {
    return this.#seen;
  }
}

const noNodes: ReadonlyMap<string, string | null> = new Map();

/** The nodes of the API, each with the boot that it tells of (`null`: of none). */
async function bootIdsOf(
  discovery: KubeTold<Discovery>,
  { kube, redact, signal }: ObjectsRecording,
): Promise<KubeTold<ReadonlyMap<string, string | null>>> {
  let found = new Map<string, string | null>();
  const kind = servedKind(nodesRow, discovery);
  if (kind === "not served") return known(found);
  if ("unknown" in kind) return kind;
  for await (const step of kube.list(kind, { freshness: "most-recent", limit: nodesRow.page, signal })) {
    if (step.step === "failed") return { unknown: step.reason };
    if (step.step === "begin") found = new Map();
    if (step.step !== "page") continue;
    for (const { object } of step.objects.map((served) => redact(kind, served))) {
      const name = identityOf(object)?.name;
      if (name !== undefined) found.set(name, bootIdOf(object));
    }
  }
  return known(found);
}
