import { isOrphaned } from "../ledger/holders.ts";
import { gatherLedgers, joinedWith, orphansByLists, type JoinOptions } from "../ledger/join.ts";
import type { NodeView, PodView } from "../ledger/node-view.ts";
import { lives } from "../ledger/places.ts";
import { sandboxesInQuestion } from "../ledger/sandboxes-in-question.ts";
import { nameKey } from "../ledger/sightings.ts";
import type { ApiLedger, KernelLedger, PodAnswer, RuntimeLedger } from "../model/ledger.ts";
import type { ProcessId } from "../model/node-actor.ts";
import type { ClusterWord, KubeletWord, MachineWord, RuntimePeers, ServingTold } from "../model/node-word.ts";
import { isKnown, mapTold, type Told } from "../model/told.ts";
import type { Memory } from "./memory.ts";
import type { Policy } from "./policy.ts";
import { ask, type Program } from "./requests.ts";
import { suspectsOf, type Suspect } from "./suspects.ts";
import type { Target } from "./target.ts";

/** One reading of a node. What is listed first was read first: absence is judged by that order. */
export interface Scan {
  /** When the runtime was asked first, in milliseconds of the clock that nobody sets. */
  readonly at: number;
  readonly before: Told<ApiLedger>;
  /** C0, with what only our journal still has a record of. */
  readonly first: Told<RuntimeLedger>;
  readonly kernel: Told<KernelLedger>;
  /** A1. */
  readonly after: Told<ApiLedger>;
  /** C1. */
  readonly again: Told<RuntimeLedger>;
  readonly view: NodeView;
  /** What was asked besides; `null`: nothing is left over that would make it worth asking. */
  readonly word: Word | null;
}

/** What is asked before anything may be done. */
export interface Word {
  readonly cluster: Told<ClusterWord>;
  readonly machine: Told<MachineWord>;
  readonly kubelet: Told<KubeletWord>;
  readonly peers: Told<RuntimePeers>;
  /** By uid, for each suspect. */
  readonly serving: ReadonlyMap<string, ServingTold>;
}

/** Milliseconds for which a list of pods stands for the one before: an agent asks for one a cycle. */
const listLasts = 150_000;

/** Reads a node, in the order in which it can be told what is left over. */
export function* scan(memory: Memory, policy: Policy): Program<Scan> {
  const { list } = memory;
  let at = yield* ask({ kind: "time" });
  let before: Told<ApiLedger>;
  if (list !== null && isKnown(list.pods) && at - list.at <= listLasts) before = list.pods;
  else {
    before = yield* ask({ kind: "pods" });
    // What is absent from a list that came late is absent since then.
    at = yield* ask({ kind: "time" });
  }
  const told = yield* ask({ kind: "runtime" });
  const kernel = yield* ask({ kind: "kernel", quiet: quietIn(before) });
  const first = withOwnRecords(told, memory.ours, kernel);
  const details = yield* ask({ kind: "details", ids: sandboxesInQuestion(before, told) });
  const observation = { node: policy.node, runtime: first, kernel, details };
  // What is asked of suspects comes before the list that has to confirm them: nothing slow lies between that and an act.
  const suspects = suspectsOf(before, first, kernel).filter(
    ({ uid }) => policy.named === null || policy.named.has(uid),
  );
  const word = suspects.length === 0 && policy.named === null ? null : yield* askWord(suspects);
  const after = yield* ask({ kind: "pods" });
  const again = yield* ask({ kind: "runtime" });
  const gathered = gatherLedgers({ before, after }, observation, joinOptions(policy));
  const view = joinedWith(yield* askByName(orphansByLists(gathered)), gathered);
  return { at, before, first, kernel, after, again, view, word };
}

/**
 * Pods that the API has and that nobody deletes: one that turns out to be left over all the same is left alone in this scan, since
 * its sockets were not read, and has them read in the next.
 */
function quietIn(before: Told<ApiLedger>): readonly string[] {
  return isKnown(before) ? before.known.pods.filter(({ deletion }) => deletion === null).map(({ uid }) => uid) : [];
}

/** Whether a pod is an orphan, or Terminating past its time while something of it lives: a finalizer keeps others. */
export function isLeftOver(pod: PodView): boolean {
  return isOrphaned(pod) || (pod.standing === "overdue" && pod.processes.some(lives));
}

export function livingOf({ processes }: PodView): readonly ProcessId[] {
  return processes.filter(lives).map(({ process: { pid, startTicks } }) => ({ pid, startTicks }));
}

function joinOptions({ cgroupRoot, named, self, overdueMargin }: Policy): JoinOptions {
  return {
    overdueMarginSeconds: overdueMargin,
    ...(cgroupRoot === undefined ? {} : { cgroupRoot }),
    ...(named === null ? {} : { named: true }),
    ...(self === null ? {} : { self }),
  };
}

type Asked = ReadonlyMap<string, Told<PodAnswer>>;

function* askByName(orphans: ReturnType<typeof orphansByLists>): Program<Asked> {
  const answers = new Map<string, Told<PodAnswer>>();
  for (const { namespace, name } of orphans) {
    if (namespace === "" || name === "") continue;
    answers.set(nameKey(namespace, name), yield* ask({ kind: "pod", namespace, name }));
  }
  return answers;
}

function* askWord(suspects: readonly Suspect[]): Program<Word> {
  const cluster = yield* ask({ kind: "cluster" });
  const machine = yield* ask({ kind: "machine" });
  const kubelet = yield* ask({ kind: "kubelet" });
  const peers = yield* ask({ kind: "peers" });
  const serving = new Map<string, ServingTold>();
  for (const { uid, processes } of suspects) {
    serving.set(uid, yield* ask({ kind: "serving", uid, processes }));
  }
  return { cluster, machine, kubelet, peers, serving };
}

/**
 * The runtime's records, and those of ours that it lost: with a dead shim, containerd takes a stop and a removal for done while
 * the processes live. They count only within the boot that they are of.
 */
function withOwnRecords(
  told: Told<RuntimeLedger>,
  ours: ReadonlyMap<string, Target>,
  kernel: Told<KernelLedger>,
): Told<RuntimeLedger> {
  if (ours.size === 0 || !isKnown(kernel)) return told;
  const { bootId } = kernel.known;
  return mapTold(told, (ledger) => {
    const sandboxes = new Set(ledger.sandboxes.map(({ id }) => id));
    const containers = new Set(ledger.containers.map(({ id }) => id));
    const own = [...ours.values()].filter((target) => target.bootId === bootId);
    return {
      ...ledger,
      sandboxes: [
        ...ledger.sandboxes,
        ...own
          .flatMap((target) => target.sandboxes)
          .filter(({ id }) => !sandboxes.has(id))
          .map(asLost),
      ],
      containers: [
        ...ledger.containers,
        ...own
          .flatMap((target) => target.containers)
          .filter(({ id }) => !containers.has(id))
          .map(asUntold),
      ],
    };
  });
}

function asLost<T extends { readonly state: unknown }>(sandbox: T): T & { readonly state: "not-ready" } {
  return { ...sandbox, state: "not-ready" };
}

function asUntold<T extends { readonly state: unknown }>(container: T): T & { readonly state: "unknown" } {
  return { ...container, state: "unknown" };
}
