import { cycle, type Cycle } from "../../src/sweep/cycle.ts";
import { noMemory, type Memory } from "../../src/sweep/memory.ts";
import type { Next } from "../../src/sweep/outcome.ts";
import { attended, unattended, type Policy, type Rung } from "../../src/sweep/policy.ts";
import { memoryOf, resumed } from "../../src/sweep/resume.ts";
import type { ActRequest, Request } from "../../src/sweep/requests.ts";
import { isAct } from "./acts.ts";
import { answer } from "./answers.ts";
import { entriesOf } from "./history.ts";
import { emptyWorld, makePod, type PodWish } from "./make.ts";
import { Watch } from "./watch.ts";
import { node, type SimPod, type World } from "./world.ts";

/** A whole story with what has to come of it. The number is that of the proof in docs/design/sweep.md. */
export interface Scenario {
  readonly name: string;
  readonly run: () => readonly string[];
  /** A line a cycle. */
  readonly expected: readonly string[];
}

/** What happens in a scenario. */
export interface Play {
  readonly world: World;
  readonly policy: Policy;
  /** Milliseconds before each cycle. */
  readonly cycles: readonly number[];
  /** Called before each request is answered; `true`: the program dies there, and the next cycle begins anew. */
  readonly before?: (moment: Moment) => boolean | void;
}

export interface Moment {
  readonly world: World;
  readonly request: Request;
  /** Counts the cycles, and within one the requests of each kind: the first is 1. */
  readonly cycle: number;
  readonly nth: number;
}

/** Plays it, and gives a line a cycle: the acts in their order, and what was judged or became of it. */
export function play({ world, policy, cycles, before = () => undefined }: Play): readonly string[] {
  const watch = new Watch(policy, world);
  const lines: string[] = [];
  let memory: Memory = noMemory;
  for (const [index, gap] of cycles.entries()) {
    world.now += gap;
    const did: string[] = [];
    const program = cycle(memory, policy);
    const counts = new Map<string, number>();
    let step = program.next();
    let died = false;
    while (step.done !== true && !died) {
      const request = step.value;
      const nth = (counts.get(request.kind) ?? 0) + 1;
      counts.set(request.kind, nth);
      died = before({ world, request, cycle: index + 1, nth }) === true;
      if (died) break;
      if (request.kind !== "time" && request.kind !== "wait") world.now += 5;
      watch.before(world, request);
      const told = answer(world, request);
      watch.after(world, request, told);
      if (isAct(request)) did.push(textOf(request));
      step = program.next(told);
    }
    if (step.done === true) {
      ({ memory } = step.value);
      lines.push([...did, ...resultOf(step.value)].join("; "));
    } else {
      memory = memoryOf(resumed(entriesOf(world), { now: 0, forget: Number.POSITIVE_INFINITY }));
      world.person.lease = null;
      watch.restarted(world);
      lines.push([...did, "died"].join("; "));
    }
  }
  return lines;
}

/** A node with one pod that the API has, kube-proxy, and what the scenario adds. */
export function aNode(...wishes: readonly PodWish[]): { readonly world: World; readonly pods: readonly SimPod[] } {
  const world = emptyWorld();
  makePod(world, { name: "kube-proxy", namespace: "kube-system", age: 20_000 });
  return { world, pods: wishes.map((wish) => makePod(world, wish)) };
}

/** What the pod of most scenarios is: it listens, the API does not have it, and it is old enough. */
export const orphan: PodWish = { name: "csi", orphan: true, listens: true };

export function anAgent(change: Partial<Policy> = {}): Policy {
  return { ...unattended, node, mode: "enforce", ...change };
}

export function aPerson(change: Partial<Policy> = {}): Policy {
  return { ...attended, node, mode: "enforce", rungs: rungs(1, 2), ...change };
}

export function rungs(...of: readonly Rung[]): ReadonlySet<Rung> {
  return new Set(of);
}

/** Three scans a second apart: what a person waits for. */
export const threeScans = [0, 1000, 1000];
/** Four scans; the last comes when an hour and five minutes have passed. */
export const anHour = [0, 60_000, 60_000, 3_900_000];

function textOf(request: ActRequest): string {
  switch (request.kind) {
    case "stop-containers":
      return `stop ${request.containers.map(({ graceSeconds }) => `container ${graceSeconds} s`).join(", ")}`;
    case "kill-cgroup":
    case "kill-processes":
      return `${request.kind} ${request.target.cgroups.map(({ hierarchy, path }) => `${hierarchy}:${path}`).join(" ")}`;
    default:
      return request.kind;
  }
}

function nextOf(next: Next | null): string {
  if (next === null) return "";
  if (next.is === "again") return `; again after ${next.afterSeconds} s for ${next.rung}`;
  return next.is === "kubelet" ? `; kubelet ${next.seen}` : "; reboot requested";
}

function resultOf({ judgement: { premises, leftovers }, swept }: Cycle): readonly string[] {
  if (swept !== null) {
    const { outcome } = swept;
    switch (outcome.is) {
      case "aborted":
        return [`aborted before ${outcome.before}: ${outcome.reason.text}`];
      case "refused":
        return [`refused before ${outcome.before}`];
      case "left":
        return [
          `left on ${outcome.rung}: ${outcome.remains === null ? "not told" : outcome.remains.processes.length}${nextOf(outcome.next)}`,
        ];
      default:
        return [`${outcome.is} on ${outcome.rung}`];
    }
  }
  const doubts = premises
    .filter(({ state }) => state !== "holds")
    .map(({ id, state, text }) => `${id} ${state}: ${text}`);
  const verdicts = leftovers.map(({ kind, pod: { name }, verdict }) => {
    if (verdict.is === "protected") return `${kind} ${name} protected: ${verdict.text}`;
    if (verdict.is === "unknown") return `${kind} ${name} unknown: ${verdict.reason.text}`;
    const { waits } = verdict;
    return `${kind} ${name} ${waits === null ? "ripe" : `waits ${waits.seconds} s, ${waits.confirmations} scans`}`;
  });
  return doubts.length + verdicts.length === 0 ? ["nothing"] : [...doubts, ...verdicts];
}
