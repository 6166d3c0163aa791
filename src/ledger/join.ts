import { severities } from "../model/finding.ts";
import type { ApiLedger, NodeObservation, PodKnowledge, Task } from "../model/ledger.ts";
import { isKnown, known, mapTold, type Reason, type Told } from "../model/told.ts";
import { brake, isOrphan, type BrakeOptions } from "./brake.ts";
import { severityOf } from "./disagreement.ts";
import type { Evidence } from "./evidence.ts";
import { findDisagreements } from "./find-disagreements.ts";
import { withUntoldForwards } from "./holders.ts";
import type { ListReading, NodeView, PodView, ProcessView, Sources, Warning } from "./node-view.ts";
import { cgroupRootOf, lives, placeProcesses, podOf } from "./places.ts";
import { rowsOf, type PodRow } from "./rows.ts";
import { readSightings, withAnswers, type Sightings } from "./sightings.ts";
import { judgeStanding, type Judged, type StandingContext } from "./standing.ts";

export interface JoinOptions extends BrakeOptions {
  /** The cgroup below which this kubelet has its pods, as `/` or `/kubelet`; found by the pods where nobody says it. */
  readonly cgroupRoot?: string;
  /** Seconds for which clocks and the time that a list takes are not trusted. Default 60. */
  readonly marginSeconds?: number;
  /** Seconds by which a deletion has to be late. Default: the same. */
  readonly overdueMarginSeconds?: number;
}

/**
 * Joins what the API, the runtime and the kernel say of one node, and says where they differ. Pure: the same ledgers give
 * the same view.
 */
export function joinLedgers(
  knowledge: PodKnowledge,
  observation: NodeObservation,
  options: JoinOptions = {},
): NodeView {
  return joinedWith(knowledge.asked, gatherLedgers(knowledge, observation, options));
}

/** What was read of one node, by pod: all of a view but what is judged. */
interface Gathered {
  readonly sightings: Sightings;
  readonly observation: NodeObservation;
  readonly options: JoinOptions;
  readonly root: Told<string>;
  readonly processes: readonly ProcessView[];
  readonly rows: readonly PodRow[];
  readonly tasksWithoutRecord: readonly Task[];
}

/** The first half of {@link joinLedgers}, for who joins twice: before some pods are asked for by name, and after. */
export function gatherLedgers(
  { before, after }: Omit<PodKnowledge, "asked">,
  observation: NodeObservation,
  options: JoinOptions,
): Gathered {
  const { kernel } = observation;
  const sightings = readSightings({ before, after, asked: new Map() }, observation);
  const inApi = podsOfNode(sightings, observation.node);
  const root = options.cgroupRoot === undefined ? rootOf(observation, inApi) : known(options.cgroupRoot);
  const processes = isKnown(kernel) ? placeProcesses(kernel.known, root) : [];
  return { sightings, observation, options, root, processes, ...rowsOf(observation, processes, inApi) };
}

/** Those that are orphans by the lists alone: worth asking for by name. */
export function orphansByLists(gathered: Gathered): readonly PodRow[] {
  const { judged, doubt } = judgedWith(gathered.sightings, gathered);
  return doubt === null ? judged.filter(isOrphan).map(([row]) => row) : [];
}

/** The other half. */
export function joinedWith(asked: PodKnowledge["asked"], gathered: Gathered): NodeView {
  const { observation, root, processes, tasksWithoutRecord } = gathered;
  const { kernel } = observation;
  const sightings = withAnswers(gathered.sightings, asked);
  const { context, judged, doubt } = judgedWith(sightings, gathered);
  const pods = judged.map(([row, each]) =>
    podView(row, doubt !== null && isOrphan([row, each]) ? { ...each, standing: { unknown: doubt } } : each, context),
  );
  return {
    node: observation.node,
    pods: pods.toSorted(worstFirst),
    others: processes.filter((view) => podOf(view) === null && (view.sockets.length > 0 || !isKnown(view.place))),
    sources: sourcesOf(sightings, observation, root),
    warnings: [
      ...(doubt === null ? [] : [warningOf("wrong-cluster", doubt)]),
      ...sightings.warnings,
      ...notLookedInto(observation),
      ...forwardsUntold(pods, observation),
      ...(isKnown(root) || !isKnown(kernel) ? [] : [warningOf("cgroup-root", root.unknown)]),
      ...tasksWithoutRecord.map(({ id, pid }): Warning => ({
        code: "task-without-record",
        text: `containerd has a task ${id}${pid === 0 ? "" : ` (pid ${pid})`} that CRI does not list`,
      })),
    ],
  };
}

function judgedWith(
  sightings: Sightings,
  { observation, options, processes, rows }: Gathered,
): {
  readonly context: StandingContext;
  readonly judged: readonly (readonly [PodRow, Judged])[];
  readonly doubt: Reason | null;
} {
  const { marginSeconds = 60, overdueMarginSeconds = marginSeconds } = options;
  const { kernel } = observation;
  const allSeen = isKnown(kernel) && kernel.known.unreadable === 0 && processes.every(({ place }) => isKnown(place));
  const context = { sightings, observation, marginSeconds, overdueMarginSeconds, allSeen };
  const judged = rows.map((row) => [row, judgeStanding(row, context)] as const);
  return { context, judged, doubt: brake(judged, sightings, options) };
}

function rootOf({ kernel, runtime }: NodeObservation, inApi: ApiLedger["pods"]): Told<string> {
  if (!isKnown(kernel)) return kernel;
  return cgroupRootOf(kernel.known, inApi, isKnown(runtime) ? runtime.known.sandboxes : []);
}

/** What the API has on this node; what was deleted meanwhile is in the first list only. */
function podsOfNode({ before, after }: Sightings, node: string): ApiLedger["pods"] {
  return [before, after].flatMap((list) => (isKnown(list) ? list.known.pods : [])).filter((pod) => pod.node === node);
}

function podView(row: PodRow, judged: Judged, context: StandingContext): PodView {
  const { sightings, observation } = context;
  const { standing, confidence, api } = judged;
  return {
    uid: row.uid,
    namespace: row.namespace === "" ? null : row.namespace,
    name: row.name === "" ? null : row.name,
    standing,
    confidence,
    api,
    sandboxes: row.sandboxes,
    containers: row.containers,
    tasks: row.tasks,
    processes: row.processes,
    disagreements: findDisagreements(row, standing, context),
    evidence: [...sightings.evidenceOf(row.uid), ...judged.evidence, ...lowerEvidence(row, observation)],
  };
}

/** The sandboxes, and of the processes that live the oldest: it was there before anything was asked. */
function lowerEvidence(row: PodRow, { runtime, kernel }: NodeObservation): readonly Evidence[] {
  const evidence: Evidence[] = [];
  if (isKnown(runtime)) {
    const { reading, endpoint } = runtime.known;
    for (const { sandbox } of row.sandboxes) {
      const { id, state, configSource } = sandbox;
      evidence.push({ kind: "sandbox", at: reading.at, endpoint, id, state, configSource });
    }
  }
  const oldest = row.processes.filter(lives).toSorted((a, b) => b.ageSeconds - a.ageSeconds)[0];
  if (isKnown(kernel) && oldest !== undefined) {
    const { reading, bootId } = kernel.known;
    const { pid, startTicks } = oldest.process;
    const cgroup = isKnown(oldest.place) ? (oldest.place.known.cgroup?.path ?? null) : null;
    evidence.push({ kind: "process", at: reading.at, bootId, pid, startTicks, cgroup });
  }
  return evidence;
}

function sourcesOf({ before, after }: Sightings, { runtime, kernel }: NodeObservation, root: Told<string>): Sources {
  return {
    before: mapTold(before, listReading),
    after: mapTold(after, listReading),
    runtime: mapTold(runtime, ({ reading, endpoint, runtime: which, tasks }) => ({
      at: reading.at,
      endpoint,
      runtime: which,
      tasks: mapTold(tasks, (list) => list.length),
    })),
    kernel: mapTold(
      kernel,
      ({ reading, bootId, hostNetwork, sockets, seen, vanished, unreadable, unreadNetworks }) => ({
        at: reading.at,
        bootId,
        hostNetwork,
        sockets,
        seen,
        vanished,
        unreadable,
        podsTold: isKnown(root),
        hostSocketsRead: !unreadNetworks.includes(hostNetwork),
      }),
    ),
  };
}

function listReading({ reading, resourceVersion, node, pods }: ApiLedger): ListReading {
  return { at: reading.at, resourceVersion, node, pods: pods.length };
}

function warningOf(code: Warning["code"], { text, supply }: Reason): Warning {
  return { code, text, ...(supply === undefined ? {} : { supply }) };
}

function notLookedInto({ kernel }: NodeObservation): readonly Warning[] {
  const number = isKnown(kernel) ? kernel.known.unreadable : 0;
  if (number === 0) return [];
  const text = `${number === 1 ? "1 process" : `${number} processes`} could not be looked into: who holds a socket is told only in part`;
  return [{ code: "unreadable", text }];
}

function forwardsUntold(pods: readonly PodView[], { kernel }: NodeObservation): readonly Warning[] {
  const untold = isKnown(kernel) ? withUntoldForwards(pods, kernel.known.hostNetwork).length : 0;
  if (untold === 0) return [];
  const text = `${untold === 1 ? "1 pod lives" : `${untold} pods live`} here of which neither API nor runtime told the host ports: a port that nobody listens on may be forwarded to it`;
  return [{ code: "forwards-untold", text }];
}

/** By the worst disagreement, then what could not be told, then by name. */
function worstFirst(a: PodView, b: PodView): number {
  return (
    weight(a) - weight(b) ||
    compare(a.namespace ?? "", b.namespace ?? "") ||
    compare(a.name ?? "", b.name ?? "") ||
    compare(a.uid, b.uid)
  );
}

function weight({ standing, disagreements }: PodView): number {
  const worst = Math.min(...disagreements.map((each) => severities.indexOf(severityOf(each))));
  const info = severities.indexOf("info");
  if (worst < info) return worst;
  return typeof standing === "string" ? info + 1 : info;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
