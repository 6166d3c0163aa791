import type { Cause } from "../model/node-word.ts";
import type { Said } from "../model/node-actor.ts";
import { isKnown, type Reason, type Told } from "../model/told.ts";
import { confirm } from "./confirm.ts";
import { whyNotDisturb } from "./disturbing.ts";
import { graceEndsOf } from "./grace.ts";
import { isGone, isQuiet, look } from "./look.ts";
import type { Memory } from "./memory.ts";
import type { Next, Outcome } from "./outcome.ts";
import type { Policy, Rung } from "./policy.ts";
import { ask, type ActRequest, type Program } from "./requests.ts";
import type { Remains, Target } from "./target.ts";

export interface Climbed {
  readonly outcome: Outcome;
  readonly memory: Memory;
}

/**
 * Clears one target, a rung at a time, as far as the policy allows and only while something of it is left. Before everything that
 * stops or signals, all is asked and judged again; after each rung it is looked what is there. What a call returned is written
 * down, and decides nothing.
 */
export function* climb(target: Target, memory: Memory, policy: Policy): Program<Climbed> {
  const climber: Climber = {
    target,
    memory,
    policy,
    cause: null,
    climbed: 0,
    remains: null,
    held: [],
    said: null,
    next: null,
    graceEnd: policy.mode === "enforce" ? yield* graceEndsOf(target, memory) : new Map(),
    counted: false,
  };
  const outcome = (yield* upTheRungs(climber)) ?? outcomeOf(climber);
  const { uid } = target;
  if (outcome.is !== "would-act") yield* ask({ kind: "record", event: { event: "outcome", uid, outcome } });
  for (const kind of climber.held.toReversed()) yield* ask({ kind, want: "give-back" });
  return { outcome, memory: afterwards(climber.memory, uid, outcome) };
}

/** How far it came. It changes as it goes up; nothing of it outlives the climb but the memory. */
interface Climber {
  target: Target;
  memory: Memory;
  readonly policy: Policy;
  cause: Cause | null;
  /** The highest rung on which something was done. */
  climbed: Rung | 0;
  remains: Remains | null;
  /** What was taken and has to be given back. */
  held: readonly ("lock" | "lease")[];
  /** What the last act was told. */
  said: Said | null;
  /** What follows of the last rung; then no other comes now. */
  next: Next | null;
  /** Whether this attempt is counted. */
  counted: boolean;
  /** By container: when what it was given has passed, on the clock that nobody sets. Nothing ends it before. */
  readonly graceEnd: Map<string, number>;
}

/** `null`: it went as far as it could, and what was seen last is the outcome. */
function* upTheRungs(climber: Climber): Program<Outcome | null> {
  const { policy } = climber;
  for (const { rung, climb: onRung } of rungs) {
    if (!policy.rungs.has(rung)) continue;
    if (policy.mode !== "enforce") return yield* wouldAct(climber, rung);
    if (!(yield* ask({ kind: "consent", to: { do: "climb", rung, target: climber.target } })))
      return { is: "refused", before: rung };
    const ended = yield* onRung(climber);
    if (ended !== null) return ended;
    climber.remains = yield* seen(climber);
    // What is only a record is not worth what the next rungs cost others.
    if (climber.next !== null || (climber.remains !== null && isQuiet(climber.remains))) return null;
  }
  return null;
}

/** A dry run asks all that an act would be asked for. */
function* wouldAct({ target, memory, policy }: Climber, rung: Rung): Program<Outcome> {
  const confirmed = yield* confirm(target, memory, policy);
  if ("reason" in confirmed) return { is: "aborted", before: rung, reason: confirmed.reason };
  const last = (yield* whyNotDisturb(rung)) ?? (yield* lastQuestions(target));
  return last === null ? { is: "would-act", rung } : { is: "aborted", before: rung, reason: last };
}

/**
 * One target at a time on the node, and in the cluster. `null`: it is the only one. A lock is ours for as long as the program lives; a lease
 * that could not be renewed may be another's by now.
 */
function* alone(climber: Climber): Program<Reason | null> {
  for (const kind of ["lock", "lease"] as const) {
    if (kind === "lock" && climber.held.includes(kind)) continue;
    const taken: Told<string | null> = yield* ask({ kind, want: "take" });
    if (!isKnown(taken)) return taken.unknown;
    if (taken.known !== null)
      return { code: "not-permitted", text: `something is swept already: ${taken.known} has the ${kind}`, at: [] };
    climber.held = [...new Set([...climber.held, kind])];
  }
  return null;
}

function outcomeOf({ climbed: rung, policy, cause, remains, next }: Climber): Outcome {
  if (rung !== 0 && next?.is === "kubelet") return { is: "left", rung, cause, remains, next };
  if (remains !== null && isGone(remains)) return { is: "cleared", rung, cause };
  if (rung === 0) return { is: "aborted", before: lowestOf(policy), reason: whyNoRung(policy, remains) };
  if (remains !== null && isQuiet(remains)) return { is: "ports-freed", rung, cause, remains };
  return { is: "left", rung, cause, remains, next };
}

function lowestOf({ rungs: allowed }: Policy): Rung {
  return rungs.find(({ rung }) => allowed.has(rung))?.rung ?? 1;
}

function whyNoRung({ rungs: allowed }: Policy, remains: Remains | null): Reason {
  if (allowed.size === 0) return { code: "not-permitted", text: "no rung of the ladder is allowed", at: [] };
  if (remains === null) return { code: "incomplete", text: "it could not be told what is left of it", at: [] };
  const text = isQuiet(remains)
    ? "nothing of it lives any more: its record is left"
    : "it was said to be dead, and lives";
  return { code: "changed-meanwhile", text, at: [] };
}

/** The rungs and what is done on each; `null`: all of it was done. */
const rungs: readonly { readonly rung: Rung; readonly climb: (climber: Climber) => Program<Outcome | null> }[] = [
  { rung: 1, climb: askTheRuntime },
  { rung: 2, climb: killTheCgroup },
  { rung: 3, climb: restartTheKubelet },
  { rung: 4, climb: askForAReboot },
];

/** Rung 1: the runtime stops. Removal takes the last record of what lives, so it comes once nothing does. */
function* askTheRuntime(climber: Climber): Program<Outcome | null> {
  const began = yield* ask({ kind: "time" });
  // All of its grace, as a kubelet gives it again each time: where no signal could reach it so far, this one may be its first. Of a
  // second attempt, all may be known to have ended.
  const stopped = yield* act(climber, { rung: 1, on: "pod" }, ({ stops }) =>
    stops.length === 0 ? null : { kind: "stop-containers", containers: stops },
  );
  if (stopped !== null) return stopped;
  // An answer comes when each has ended, or was not told to, or its time was over. Without one, some may have just been told.
  if (climber.said?.said === "silent")
    for (const { id, graceSeconds } of climber.target.stops) climber.graceEnd.set(id, began + graceSeconds * 1000);
  let said = textOf(climber.said);
  for (const { id } of climber.target.sandboxes) {
    if (yield* isTidied(climber)) return null;
    yield* waitOutGrace(climber);
    const ended = yield* act(climber, { rung: 1, on: id }, () => ({ kind: "stop-sandbox", id }));
    if (ended !== null) return ended;
    said ??= textOf(climber.said);
  }
  if (yield* isTidied(climber)) return null;
  const processes = climber.remains?.processes ?? climber.target.processes;
  const tried = ((yield* ask({ kind: "time" })) - began) / 1000;
  const recordLost = climber.remains !== null && climber.remains.sandboxes.length === 0;
  climber.cause = yield* ask({ kind: "cause", processes, attempt: { said, tried, recordLost } });
  yield* ask({ kind: "record", event: { event: "cause", uid: climber.target.uid, cause: climber.cause } });
  return null;
}

/** Stopping a sandbox ends at once what lives in it [containerd v2.4.2, internal/cri/server/sandbox_stop.go], and so does a kill. */
function* waitOutGrace({ target: { uid }, remains, graceEnd }: Climber): Program<void> {
  if (remains !== null && remains.processes.length === 0) return;
  const now = yield* ask({ kind: "time" });
  const end = Math.max(now, ...graceEnd.values());
  if (end <= now) return;
  yield* ask({ kind: "record", event: { event: "waiting", uid, seconds: Math.ceil((end - now) / 1000) } });
  yield* ask({ kind: "wait", milliseconds: end - now });
}

/** Where nothing lives, takes the records away; whether nothing is left. The last record of a pod is not taken while it is paused. */
function* isTidied(climber: Climber): Program<boolean> {
  const { uid, sandboxes } = climber.target;
  const own = new Set(sandboxes.map(({ id }) => id));
  climber.remains = yield* look(climber.target);
  // Without an intent nothing is done: records of what ended by itself are the kubelet's to collect.
  if (!climber.counted) return climber.remains !== null && isGone(climber.remains);
  if (climber.remains === null || climber.remains.processes.length > 0) return false;
  const records = climber.remains.sandboxes.filter((each) => own.has(each));
  if (records.length > 0 && (yield* lastQuestions(climber.target)) !== null) return false;
  for (const id of records) {
    for (const kind of ["stop-sandbox", "remove-sandbox"] as const) {
      const said = yield* ask({ kind, id });
      yield* ask({ kind: "record", event: { event: "acted", uid, act: kind, on: id, said } });
      climber.remains = yield* look(climber.target);
      if (climber.remains === null || climber.remains.processes.length > 0) return false;
    }
  }
  return isGone(climber.remains);
}

/** Milliseconds after a kill in which a living shim tells the runtime of it, and how often that is looked for. */
const shimTells = 500;
const looksAfterKill = 8;

/** Rung 2: the kernel ends what is in the pod's cgroup, then the runtime can take its records away. */
function* killTheCgroup(climber: Climber): Program<Outcome | null> {
  const { target, policy } = climber;
  const ways = waysToKill(target, policy);
  if ("reason" in ways) return withoutKill(climber, ways.reason);
  yield* waitOutGrace(climber);
  for (const kind of ways) {
    const ended = yield* act(climber, { rung: 2, on: target.uid }, ({ uid, cgroups, processes }) => ({
      kind,
      target: { uid, cgroups, processes },
    }));
    if (ended !== null) return ended;
    if (climber.said?.said === "refused") continue;
    if (yield* tidiedInTime(climber)) return null;
    if (climber.remains !== null && isQuiet(climber.remains)) return null;
  }
  const { climbed, said } = climber;
  return climbed < 2 && said?.said === "refused" ? withoutKill(climber, said.reason) : null;
}

/** Nothing could be done on rung 2: that is its outcome, where no other rung may follow. */
function withoutKill({ policy }: Climber, reason: Reason): Outcome | null {
  return policy.rungs.has(3) || policy.rungs.has(4) ? null : { is: "aborted", before: 2, reason };
}

function waysToKill(
  { ordinaryRuntime, cgroups }: Target,
  { perProcess }: Policy,
): readonly ("kill-cgroup" | "kill-processes")[] | { readonly reason: Reason } {
  const no = (text: string, supply?: string) => ({
    reason: { code: "not-permitted", text, at: [], ...(supply === undefined ? {} : { supply }) } as const,
  });
  if (!ordinaryRuntime) return no("its runtime is not known to be the ordinary one: its processes may be elsewhere");
  if (cgroups.length === 0) return no("its processes are in no cgroup of the pod's own");
  const isUnified = cgroups.some(({ hierarchy }) => hierarchy === 0);
  if (!isUnified && !perProcess)
    return no(
      "the kernel has no cgroup.kill for its cgroup",
      "allow its processes to be killed one by one (--per-process)",
    );
  return [...(isUnified ? (["kill-cgroup"] as const) : []), ...(perProcess ? (["kill-processes"] as const) : [])];
}

function* tidiedInTime(climber: Climber): Program<boolean> {
  for (let looks = 0; looks < looksAfterKill; looks++) {
    if (yield* isTidied(climber)) return true;
    yield* ask({ kind: "wait", milliseconds: shimTells });
  }
  return false;
}

/** Milliseconds: the first housekeeping pass of a kubelet that has just started ends what it has no pod for. */
const housekeeping = 5000;
const looksAfterRestart = 12;

/**
 * Rung 3: a kubelet that restarts admits every pod of the node again, and may end what it has no pod for. Whether it is there again is
 * seen at the runtime. Nothing else is done afterwards: premise P3 wants one that has looked around.
 */
function* restartTheKubelet(climber: Climber): Program<Outcome | null> {
  const began = yield* ask({ kind: "time" });
  const ended = yield* act(climber, { rung: 3, on: "kubelet" }, () => ({ kind: "restart-kubelet" }));
  if (ended !== null) return ended;
  const { said, policy } = climber;
  if (said?.said === "refused") return policy.rungs.has(4) ? null : { is: "aborted", before: 3, reason: said.reason };
  let kubelet: KubeletSeen = "untold";
  for (let looks = 0; looks < looksAfterRestart; looks++) {
    const gone = yield* isTidied(climber);
    kubelet = yield* kubeletSince(began);
    if (gone && kubelet === "new") return null;
    yield* ask({ kind: "wait", milliseconds: housekeeping });
  }
  if (kubelet !== "new") climber.next = { is: "kubelet", seen: kubelet };
  else if (policy.rungs.has(4)) climber.next = { is: "again", rung: 4, afterSeconds: policy.minimumUptime };
  return null;
}

type KubeletSeen = "new" | Extract<Next, { readonly is: "kubelet" }>["seen"];

/** `new`: the one kubelet at the runtime has started since. */
function* kubeletSince(began: number): Program<KubeletSeen> {
  const peers = yield* ask({ kind: "peers" });
  const now = yield* ask({ kind: "time" });
  if (!isKnown(peers)) return "untold";
  const [kubelet, ...others] = peers.known.kubelets;
  if (kubelet === undefined) return "none";
  return others.length === 0 && kubelet.ageSeconds * 1000 <= now - began ? "new" : "old";
}

/** Rung 4: that a node is rebooted is for others to do, when that is its turn. */
function* askForAReboot(climber: Climber): Program<Outcome | null> {
  const ended = yield* act(climber, { rung: 4, on: "node" }, () => ({ kind: "request-reboot" }));
  if (ended !== null) return ended;
  const { said } = climber;
  if (said?.said === "refused") return { is: "aborted", before: 4, reason: said.reason };
  if (said?.said === "done") climber.next = { is: "reboot-requested" };
  return null;
}

interface Doing {
  readonly rung: Rung;
  /** What it is done to, for the journal. */
  readonly on: string;
}

/**
 * Does one thing that stops or signals: after all was confirmed, the intent is on the disk, and as the very last the API was
 * asked by name and the pause was read. `null`: it was done, whatever it did, or there was nothing to ask for (`request` gives
 * `null`); or how it ended before.
 */
function* act(
  climber: Climber,
  { rung, on }: Doing,
  request: (target: Target) => ActRequest | null,
): Program<Outcome | null> {
  const aborted = (reason: Reason): Outcome => ({ is: "aborted", before: rung, reason });
  const notAlone = yield* alone(climber);
  if (notAlone !== null) return aborted(notAlone);
  const confirmed = yield* confirm(climber.target, climber.memory, climber.policy);
  climber.memory = confirmed.memory;
  if ("reason" in confirmed) return aborted(confirmed.reason);
  if ("gone" in confirmed) {
    yield* isTidied(climber);
    return outcomeOf(climber);
  }
  climber.target = confirmed.target;
  const asked = request(climber.target);
  if (asked === null) return null;
  const against = yield* whyNotDisturb(rung);
  if (against !== null) return aborted(against);
  const intent = yield* ask({ kind: "record", event: { event: "intent", rung, target: climber.target } });
  if (!isKnown(intent)) return aborted(intent.unknown);
  climber.memory = intended(climber.memory, climber.target, climber.counted ? 0 : 1);
  climber.counted = true;
  const last = (yield* alone(climber)) ?? (yield* lastQuestions(climber.target));
  if (last !== null) return aborted(last);
  const said = yield* ask(asked);
  climber.said = said;
  if (said.said !== "refused") climber.climbed = rung;
  const { uid } = climber.target;
  const written = yield* ask({ kind: "record", event: { event: "acted", uid, act: asked.kind, on, said } });
  return isKnown(written) ? null : aborted(written.unknown);
}

/** What may have changed while the intent was written; `null`: nothing did. */
function* lastQuestions({ kind, uid, namespace, name }: Target): Program<Reason | null> {
  const pause = yield* ask({ kind: "pause" });
  if (!isKnown(pause)) return pause.unknown;
  if (pause.known) return paused;
  if (namespace === null || name === null) return null;
  const asked = yield* ask({ kind: "pod", namespace, name });
  if (!isKnown(asked)) return asked.unknown;
  const { pod } = asked.known;
  if (kind === "orphan") return pod === null || pod.uid !== uid ? null : changed("the API has it again");
  return pod !== null && pod.uid === uid && pod.deletion === null
    ? changed("the API has it, and not as deleted")
    : null;
}

const paused: Reason = { code: "not-permitted", text: "sweeping is paused for the whole cluster", at: [] };

function changed(text: string): Reason {
  return { code: "changed-meanwhile", text, at: [] };
}

function intended(memory: Memory, target: Target, more: number): Memory {
  const { uid } = target;
  const attempts = new Map(memory.attempts).set(uid, (memory.attempts.get(uid) ?? 0) + more);
  return { ...memory, attempts, ours: new Map(memory.ours).set(uid, target) };
}

function afterwards(memory: Memory, uid: string, { is }: Outcome): Memory {
  if (is !== "cleared") return { ...memory, last: uid };
  const without = <T>(map: ReadonlyMap<string, T>) => new Map([...map].filter(([key]) => key !== uid));
  const { ours, attempts, absences } = memory;
  return { ...memory, last: null, ours: without(ours), attempts: without(attempts), absences: without(absences) };
}

function textOf(said: Said | null): string | null {
  if (said === null || said.said === "done") return null;
  return said.said === "failed" ? said.text : said.reason.text;
}

function* seen({ target }: Climber): Program<Remains | null> {
  const remains = yield* look(target);
  yield* ask({ kind: "record", event: { event: "looked", uid: target.uid, remains } });
  return remains;
}
