import type { ApiPod, Container, NodeObservation, RuntimeLedger, Task } from "../model/ledger.ts";
import { isKnown } from "../model/told.ts";
import type { ProcessView, SandboxView } from "./node-view.ts";
import { podOf } from "./places.ts";
import { localUid } from "./sightings.ts";

/** What the lower ledgers have under one uid, before anything is judged. */
export interface PodRow {
  readonly uid: string;
  /** As its newest sandbox has them, or else the API; `""`: nothing says. */
  readonly namespace: string;
  readonly name: string;
  readonly sandboxes: readonly SandboxView[];
  readonly containers: readonly Container[];
  readonly tasks: readonly Task[];
  readonly processes: readonly ProcessView[];
  /** Other uids that a label or a cgroup claims for something of this pod. */
  readonly claimsDiffer: readonly string[];
}

/**
 * Everything that the runtime and the kernel have, by pod, and the pods that the API has on this node. Metadata decides
 * for a sandbox, its sandbox for a container, the cgroup for a process: the claims are kept apart, and compared.
 */
export function rowsOf(
  observation: NodeObservation,
  processes: readonly ProcessView[],
  pods: readonly ApiPod[],
): { readonly rows: readonly PodRow[]; readonly tasksWithoutRecord: readonly Task[] } {
  const drafts = new Drafts();
  for (const pod of pods) drafts.of(localUid(pod)).named ??= pod;
  const runtime = isKnown(observation.runtime) ? observation.runtime.known : null;
  const podOfRecord = runtime === null ? new Map<string, string>() : addRecords(drafts, runtime, observation.details);
  for (const process of processes) addProcess(drafts, process, podOfRecord);
  const tasksWithoutRecord = runtime === null ? [] : addTasks(drafts, runtime, processes, podOfRecord);
  return { rows: drafts.all().map(finished), tasksWithoutRecord };
}

interface Draft {
  readonly uid: string;
  named: { readonly namespace: string; readonly name: string } | null;
  readonly sandboxes: SandboxView[];
  readonly containers: Container[];
  readonly tasks: Task[];
  readonly processes: ProcessView[];
  readonly claims: Set<string>;
}

class Drafts {
  readonly #drafts = new Map<string, Draft>();

  of(uid: string): Draft {
    let draft = this.#drafts.get(uid);
    if (draft === undefined) {
      draft = { uid, named: null, sandboxes: [], containers: [], tasks: [], processes: [], claims: new Set() };
      this.#drafts.set(uid, draft);
    }
    return draft;
  }

  all(): readonly Draft[] {
    return [...this.#drafts.values()];
  }
}

/** Gives the uid by the id of each sandbox and container. */
function addRecords(
  drafts: Drafts,
  { sandboxes, containers }: RuntimeLedger,
  details: NodeObservation["details"],
): ReadonlyMap<string, string> {
  const podOfRecord = new Map<string, string>();
  for (const sandbox of sandboxes) {
    // A sandbox without a uid is a row of its own: nothing else may be joined to it.
    const uid = sandbox.uid === "" ? sandbox.id : sandbox.uid;
    const draft = drafts.of(uid);
    draft.sandboxes.push({ sandbox, detail: details.get(sandbox.id) ?? null });
    if (sandbox.labelUid !== sandbox.uid) draft.claims.add(sandbox.labelUid ?? "");
    podOfRecord.set(sandbox.id, uid);
  }
  for (const container of containers) {
    const uid =
      podOfRecord.get(container.sandboxId) ??
      (container.labelUid === null || container.labelUid === "" ? container.id : container.labelUid);
    const draft = drafts.of(uid);
    draft.containers.push(container);
    if (container.labelUid !== uid) draft.claims.add(container.labelUid ?? "");
    podOfRecord.set(container.id, uid);
  }
  return podOfRecord;
}

function addProcess(drafts: Drafts, view: ProcessView, podOfRecord: ReadonlyMap<string, string>): void {
  const uid = podOf(view);
  if (uid === null || !isKnown(view.place)) return;
  const draft = drafts.of(uid);
  draft.processes.push(view);
  const { container } = view.place.known;
  const recorded = container === null ? undefined : podOfRecord.get(container);
  if (recorded === undefined || recorded === uid) return;
  draft.claims.add(recorded);
  drafts.of(recorded).claims.add(uid);
}

/** A task belongs to the record of its id, or else to the pod in whose cgroup its process sits. Gives those of neither. */
function addTasks(
  drafts: Drafts,
  { tasks }: RuntimeLedger,
  processes: readonly ProcessView[],
  podOfRecord: ReadonlyMap<string, string>,
): readonly Task[] {
  const byPid = new Map(processes.map((view) => [view.process.pid, podOf(view)]));
  return (isKnown(tasks) ? tasks.known : []).filter((task) => {
    const uid = podOfRecord.get(task.id) ?? byPid.get(task.pid) ?? null;
    if (uid !== null) drafts.of(uid).tasks.push(task);
    return uid === null;
  });
}

function finished({ claims, named, ...draft }: Draft): PodRow {
  const newest = draft.sandboxes
    .map(({ sandbox }) => sandbox)
    .toSorted(byAge)
    .at(-1);
  const { namespace = "", name = "" } = newest ?? named ?? {};
  return { ...draft, namespace, name, claimsDiffer: [...claims] };
}

/** Nanoseconds in decimal: of two numbers the longer is the later. */
function byAge(a: { readonly createdAt: string }, b: { readonly createdAt: string }): number {
  return (
    a.createdAt.length - b.createdAt.length || (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0)
  );
}
