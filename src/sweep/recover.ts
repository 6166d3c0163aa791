import { isOrphaned, type Holder } from "../ledger/holders.ts";
import { holdings, type Holding } from "../ledger/holdings.ts";
import type { PodView } from "../ledger/node-view.ts";
import type { ApiPod } from "../model/ledger.ts";
import { isKnown, type Reason } from "../model/told.ts";
import { isNotThere } from "./confirm.ts";
import { judge, type Judgement } from "./judge.ts";
import { climb } from "./ladder.ts";
import { remembered, type Memory } from "./memory.ts";
import type { Outcome } from "./outcome.ts";
import type { Policy } from "./policy.ts";
import { proveReady, type ReadyProof } from "./prove-ready.ts";
import { renew } from "./renew.ts";
import { ask, type Program } from "./requests.ts";
import { scan, type Scan } from "./scan.ts";
import type { Target } from "./target.ts";

/** How the recovery of a stuck pod ended. */
export type Recovery =
  | { readonly is: "recovered"; readonly proof: ReadyProof }
  /** Everything was done, and the pod is not what it should be yet. */
  | { readonly is: "not-ready"; readonly proof: ReadyProof }
  /** Nothing was done, or nothing more: why. */
  | { readonly is: "stopped"; readonly at: RecoverStep; readonly reason: Reason }
  | { readonly is: "would-act"; readonly uids: readonly string[] };

/** The steps, in the order of the procedure. */
type RecoverStep = "find" | "confirm" | "clear" | "delete" | "prove";

/** Milliseconds between two confirmations. */
const between = 1000;
/** Scans that may fail to agree before it is given up. */
const mostScans = 10;

/**
 * The whole procedure for a pod that cannot start since its port is in use: who holds the port, by the sockets; that those are
 * left over; the ladder for each; a new uid for the stuck pod, which ends its back-off; and the proof.
 */
export function* recover(stuck: StuckPod, memory: Memory, policy: Policy): Program<Recovery> {
  const first = yield* scan(memory, policy);
  const found = findHolders(stuck, first);
  if ("reason" in found) return { is: "stopped", at: "find", reason: found.reason };
  const { uids, pod, ports } = found;
  const drivers = yield* ask({ kind: "drivers", pod });
  const was = { pod, ports, drivers, before: first };
  const cleared = yield* clear(uids, remembered(memory, first), {
    ...policy,
    overdue: true,
    recovered: pod.uid,
  });
  if ("recovery" in cleared) return cleared.recovery;
  const fresh = yield* renew(pod, cleared, policy);
  if ("reason" in fresh) return { is: "stopped", at: "delete", reason: fresh.reason };
  const proof = yield* proveReady(was, fresh.memory, policy);
  return { is: proof.ready && driversBack(proof) ? "recovered" : "not-ready", proof };
}

/** What could not be told is not proven. */
function driversBack({ drivers }: ReadyProof): boolean {
  return isKnown(drivers) && drivers.known.missing.length === 0;
}

interface Cleared {
  readonly memory: Memory;
  /** Whether what is stopped on this node is left behind: what made these leftovers is still so. */
  readonly persists: boolean;
}

/** Confirms all that are named, and clears one after the other. */
function* clear(
  uids: ReadonlySet<string>,
  memory: Memory,
  policy: Policy,
): Program<Cleared | { readonly recovery: Recovery }> {
  const own: Policy = { ...policy, named: uids };
  let current = memory;
  let persists = false;
  if (uids.size > 0) {
    const confirmed = yield* confirmAll(uids, current, own);
    if ("reason" in confirmed) return { recovery: { is: "stopped", at: "confirm", reason: confirmed.reason } };
    if (policy.mode !== "enforce") return { recovery: { is: "would-act", uids: [...uids] } };
    current = confirmed.memory;
    for (const target of confirmed.targets) {
      const { outcome, memory: after } = yield* climb(target, current, own);
      current = after;
      persists ||= "cause" in outcome && outcome.cause !== null && outcome.cause.persists === true;
      const why = whyNotFreed(outcome);
      if (why !== null) return { recovery: { is: "stopped", at: "clear", reason: why } };
    }
  }
  return policy.mode === "enforce" ? { memory: current, persists } : { recovery: { is: "would-act", uids: [] } };
}

export interface StuckPod {
  readonly namespace: string;
  readonly name: string;
}

interface Found {
  /** As the API has it. */
  readonly pod: ApiPod;
  /** Of those that hold what it wants, and may be cleared. Empty: nothing holds it any more. */
  readonly uids: ReadonlySet<string>;
  readonly ports: readonly WantedPort[];
}

export interface WantedPort {
  readonly port: number;
  readonly protocol: Holding["protocol"];
}

/** Who holds what the pod wants: by listener evidence alone. Whoever has a right to it is named, and nothing is done. */
function findHolders({ namespace, name }: StuckPod, { view, after }: Scan): Found | { readonly reason: Reason } {
  if (!isKnown(after)) return { reason: after.unknown };
  if (!isKnown(view.sources.kernel)) return { reason: view.sources.kernel.unknown };
  const stuck = view.pods.find((pod) => pod.api?.namespace === namespace && pod.api.name === name);
  if (stuck === undefined || stuck.api === null)
    return because("not-reached", `the API has no pod ${namespace}/${name} on node ${view.node}`);
  const wanted = holdings(view, null).filter(({ wantedBy }) => wantedBy.some(({ pod }) => pod.uid === stuck.uid));
  if (wanted.length === 0)
    return because(
      "incomplete",
      "none of its containers says that an address is in use, or declares a host port and waits for it",
    );
  const uids = new Set<string>();
  for (const holding of wanted) {
    for (const holder of holding.holders) {
      const right = whoHasARight(holder, holding, stuck);
      if (right !== null) return { reason: right };
      if (holder.pod !== null && holder.pod.uid !== stuck.uid) uids.add(holder.pod.uid);
    }
    const unheld = holding.holders.length === 0 && holding.verdict !== "free" && holding.verdict !== "residue";
    if (unheld)
      return because("incomplete", `${holding.port}/${holding.protocol} is held, and it could not be told by whom`);
  }
  const ports = wanted.map(({ port, protocol }) => ({ port, protocol }));
  return { pod: stuck.api, uids, ports };
}

/** What holds the port and is not left over; `null`: it is left over, or it is the pod itself. */
function whoHasARight(holder: Holder, { port, protocol }: Holding, stuck: PodView): Reason | null {
  const { pod } = holder;
  const what = `${port}/${protocol} is held by`;
  if (pod === null) {
    const process =
      holder.by === "process" ? `${holder.view.process.name} (pid ${holder.view.process.pid})` : "a mapping";
    return reason("contradicted", `${what} ${process}, which is in no pod`);
  }
  if (pod.uid === stuck.uid || isOrphaned(pod) || pod.standing === "overdue") return null;
  if (typeof pod.standing !== "string") return pod.standing.unknown;
  return reason(
    "contradicted",
    `${what} pod ${pod.namespace}/${pod.name}, which is ${pod.standing} and has a right to it`,
  );
}

interface Confirmed {
  readonly memory: Memory;
  readonly targets: readonly Target[];
}

/**
 * Scans again until each of those that were named is a candidate that waits for nothing, or is seen to be gone; or why one is not.
 * That it is no leftover any more is not enough: what could not be told is none either.
 */
function* confirmAll(
  uids: ReadonlySet<string>,
  memory: Memory,
  policy: Policy,
): Program<Confirmed | { readonly reason: Reason }> {
  let current = memory;
  for (let scans = 1; ; scans++) {
    const now = yield* scan(current, policy);
    const judgement = judge(now, current, policy);
    current = { ...remembered(current, now), absences: judgement.absences };
    const against = whatSpeaksAgainst(uids, judgement, now);
    const targets = judgement.leftovers.flatMap(({ pod, verdict }) =>
      uids.has(pod.uid) && verdict.is === "candidate"
        ? [{ target: verdict.target, isRipe: verdict.waits === null }]
        : [],
    );
    if (against === null && targets.every(({ isRipe }) => isRipe))
      return { memory: current, targets: targets.map(({ target }) => target) };
    if (scans >= mostScans) return { reason: against ?? reason("timed-out", "the scans did not agree") };
    // What speaks against it may do so for a moment: a list that took too long, a kubelet that has not noticed yet.
    if (against !== null && scans > policy.confirmations) return { reason: against };
    yield* ask({ kind: "wait", milliseconds: between });
  }
}

/** `null`: the premises hold, and every one that was named is a candidate, or gone. */
function whatSpeaksAgainst(uids: ReadonlySet<string>, { premises, leftovers }: Judgement, now: Scan): Reason | null {
  const doubt = premises.find(({ state }) => state !== "holds");
  if (doubt !== undefined) return reason("contradicted", `${doubt.id} does not hold: ${doubt.text}`);
  for (const uid of uids) {
    const verdict = leftovers.find(({ pod }) => pod.uid === uid)?.verdict;
    if (verdict?.is === "candidate") continue;
    if (verdict?.is === "protected") return reason("not-permitted", verdict.text);
    if (verdict?.is === "unknown") return verdict.reason;
    const pod = now.view.pods.find((each) => each.uid === uid);
    if (isNotThere(pod, now)) continue;
    const standing = pod?.standing ?? "not to be seen";
    return typeof standing === "string"
      ? reason("changed-meanwhile", `what held the port is ${standing} by now`)
      : standing.unknown;
  }
  return null;
}

/** `null`: what it held is free. */
function whyNotFreed(outcome: Outcome): Reason | null {
  switch (outcome.is) {
    case "cleared":
    case "ports-freed":
      return null;
    case "aborted":
      return outcome.reason;
    case "refused":
      return reason("not-permitted", `rung ${outcome.before} was refused`);
    case "would-act":
      return reason("not-permitted", `rung ${outcome.rung} would have come`);
    case "left":
      return reason(
        "incomplete",
        outcome.remains === null
          ? "it could not be told what is left of it"
          : `${outcome.remains.processes.length} of its processes live after rung ${outcome.rung}`,
      );
  }
}

function because(code: Reason["code"], text: string): { readonly reason: Reason } {
  return { reason: reason(code, text) };
}

function reason(code: Reason["code"], text: string): Reason {
  return { code, text, at: [] };
}
