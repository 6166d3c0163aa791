import { setTimeout as sleep } from "node:timers/promises";
import type { Journal } from "../../model/journal.ts";
import type { KubeSource } from "../../model/kube-source.ts";
import { isKnown, isSilent, type Reason } from "../../model/told.ts";
import { stands, type Written } from "../../outside/cluster/written.ts";
import type { AgentMetrics } from "../../outside/metrics.ts";
import type { Health } from "../../outside/probes.ts";
import { nodeReportStatus, type LastSweep } from "../../report/sweep/node-report-object.ts";
import { seenAnnouncements, stepAnnouncement } from "../../report/sweep/kube-events.ts";
import { outcomeText } from "../../report/sweep/event-lines.ts";
import { portText } from "../../report/sweep/host-ports.ts";
import { cycle, type Cycle } from "../../sweep/cycle.ts";
import type { SweepEvent } from "../../sweep/events.ts";
import { lostWrite, noMemory, type Memory } from "../../sweep/memory.ts";
import { perform } from "../../sweep/perform.ts";
import { rungOf, type Outcome } from "../../sweep/outcome.ts";
import type { Policy } from "../../sweep/policy.ts";
import type { World } from "../../sweep/requests.ts";
import { memoryOf, resumed } from "../../sweep/resume.ts";
import { version } from "../../version.ts";
import { worldOf } from "../sweep/world.ts";
import { decisionsOf, type Decision } from "./decisions.ts";
import { Announcer } from "./announce.ts";
import { OrderDesk } from "./carry-out.ts";
import { Life } from "./life.ts";
import type { Log } from "./log.ts";
import { agentPolicy, type AgentOptions, type AgentPod } from "./options.ts";
import { Orders } from "./orders.ts";
import { agentParties } from "./parties.ts";
import { publishReport } from "./publish.ts";

/** Milliseconds for which attempts of earlier runs count. */
const attemptsCount = 24 * 3600 * 1000;
/** Milliseconds without news after which a node's report is written all the same, so that it is seen to live. */
const newsAtLeast = 600_000;
/** Seconds until the next cycle while something is left over: a daily job would take days to confirm it. */
const whileLeftOver = 60;

export interface Watched {
  readonly kube: KubeSource;
  readonly pod: AgentPod;
  readonly options: AgentOptions;
  readonly journal: Journal<SweepEvent>;
  readonly run: string;
  readonly metrics: AgentMetrics;
  readonly log: Log;
}

/** Watches one node, a cycle after the other, and tells what each of them saw. */
export class Watch implements Health {
  readonly #watched: Watched;
  readonly #policy: Policy;
  readonly #log: Log;
  readonly #announcer: Announcer;
  #memory: Memory = noMemory;
  #written: Written | "not-yet" = "not-yet";
  #lastSweep: LastSweep | null = null;
  /** What was seen last: for the log. */
  #seen = "";
  /** What the API server took last. */
  #told = "";
  #toldAt = Number.NEGATIVE_INFINITY;
  readonly #life = new Life(() => performance.now());

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#policy = agentPolicy(watched.pod, watched.options);
    this.#log = watched.log;
    this.#announcer = new Announcer(watched.kube, watched.pod.node, this.#log);
  }

  readonly healthy = (): boolean => this.#life.isThere();

  /** Whether one has ended at all. */
  readonly ready = (): boolean => this.#seen !== "";

  /** Until the signal, or as many cycles as were asked for. */
  async keep(signal: AbortSignal): Promise<void> {
    const { kube, pod, options, journal, run } = this.#watched;
    const tell = (event: SweepEvent): void => {
      logEvent(this.#log, event);
      const announcement = stepAnnouncement(event);
      // Nothing waits for it: what is done does not hang on who is told.
      if (announcement !== null) void this.#announcer.once(announcement);
    };
    const written = (): Written | "not-yet" => this.#written;
    const world = this.#life.over(worldOf(agentParties(kube, pod, options, { run, journal, tell, signal, written })));
    const desk = this.#orderDesk(world, signal);
    this.#memory = await memoryFrom(journal, this.#log);
    const { mode, rungs } = this.#policy;
    this.#log("info", "the agent has begun", { mode, rungs: [...rungs], run });
    for (let cycles = 1; !signal.aborted; cycles++) {
      const began = performance.now();
      const left = await this.#cycle(world);
      if (cycles === options.cycles) break;
      const wait = left ? Math.min(options.interval, whileLeftOver) : options.interval;
      await this.#rest(began + wait * 1000, desk, signal);
    }
    this.#log("info", "the agent ends");
  }

  /** `null`: this agent takes none. */
  #orderDesk(world: World, signal: AbortSignal): OrderDesk | null {
    const { kube, pod, options, journal } = this.#watched;
    if (options.takeOrders !== true) return null;
    const complain = (reason: Reason): void => this.#log("warn", "orders could not be heard", { reason: reason.text });
    const orders = new Orders({ kube, node: pod.node, complain });
    void orders.hear(signal);
    const swept = (uid: string, outcome: Outcome): void => this.#swept(uid, outcome);
    const goesOn = (): void => this.#life.goesOn();
    const shared = { goesOn, policy: this.#policy, agentPod: pod.name, journal, log: this.#log, swept };
    return new OrderDesk({ orders, world, signal, ...shared });
  }

  /** Until the next cycle is due, and carries out meanwhile what is ordered. */
  async #rest(until: number, desk: OrderDesk | null, signal: AbortSignal): Promise<void> {
    const left = (): number => Math.max(0, until - performance.now());
    this.#life.goesOn(left());
    if (desk === null) return sleep(left(), undefined, { signal }).catch(() => {});
    do {
      const after = await desk.carryOut(this.#memory);
      const wasDone = after !== this.#memory;
      this.#memory = after;
      // What it did is looked at, and reported, at once.
      if (wasDone) return;
      this.#life.goesOn(left());
      await desk.arrival(left(), signal);
    } while (left() > 0 && !signal.aborted);
  }

  /** One cycle; whether something is left over. */
  async #cycle(world: World): Promise<boolean> {
    const began = performance.now();
    const seen = await perform(cycle(this.#memory, this.#policy), world);
    this.#memory = seen.memory;
    this.#life.goesOn();
    const ended = performance.now();
    const decisions = decisionsOf(seen);
    this.#measure(seen, decisions, (ended - began) / 1000);
    const news = newsOf(seen, decisions, this.#lastSweep);
    if (news !== this.#seen) logNews(this.#log, seen, decisions);
    this.#seen = news;
    await this.#announcer.cycle(seenAnnouncements(seen));
    // What was not taken is written again with the next cycle.
    const isNew = news !== this.#told || ended - this.#toldAt >= newsAtLeast;
    if (isNew && (await this.#publish(seen))) {
      this.#told = news;
      this.#toldAt = ended;
    }
    return decisions.length > 0;
  }

  #measure(seen: Cycle, decisions: readonly Decision[], seconds: number): void {
    const { metrics, pod } = this.#watched;
    metrics.saw(seenBy(seen, pod.node, decisions, seconds));
    if (seen.swept !== null) this.#swept(seen.swept.uid, seen.swept.outcome);
  }

  #swept(uid: string, outcome: Outcome): void {
    this.#lastSweep = { uid, outcome, at: new Date().toISOString() };
    this.#watched.metrics.swept(rungOf(outcome), outcome.is);
  }

  /** Whether it was taken. */
  async #publish(seen: Cycle): Promise<boolean> {
    const { kube, pod, options } = this.#watched;
    const at = new Date().toISOString();
    const word = { at, intervalSeconds: options.interval, pod: pod.name, version, lastSweep: this.#lastSweep };
    if (!(await this.#noteLost())) return false;
    const status = nodeReportStatus(seen, this.#policy, word);
    const written = await publishReport(kube, pod.node, status, AbortSignal.timeout(15_000));
    if (isKnown(written)) this.#written = written.known;
    else this.#log("warn", "the report of this node could not be written", { reason: written.unknown.text });
    return isKnown(written);
  }

  /** What is written now would hide that what was written before is lost. Whether that could be told. */
  async #noteLost(): Promise<boolean> {
    if (this.#written === "not-yet") return true;
    const told = await stands(this.#watched.kube, this.#written, { signal: AbortSignal.timeout(15_000) });
    if (!isKnown(told)) {
      this.#log("warn", "the report of this node could not be read", { reason: told.unknown.text });
      return false;
    }
    if (told.known === "lost") this.#memory = { ...this.#memory, wentBack: this.#memory.wentBack ?? lostWrite };
    return true;
  }
}

async function memoryFrom(journal: Journal<SweepEvent>, log: Log): Promise<Memory> {
  const told = await journal.read();
  const entries = isKnown(told) ? told.known.entries : [];
  if (!isKnown(told))
    log("error", "the journal could not be read: nothing will be done", { reason: told.unknown.text });
  else if (told.known.damaged > 0) log("warn", "lines of the journal are damaged", { lines: told.known.damaged });
  return memoryOf(resumed(entries, { now: Date.now(), forget: attemptsCount }));
}

function seenBy({ scan, judgement }: Cycle, node: string, decisions: readonly Decision[], seconds: number) {
  return {
    node,
    at: Date.now() / 1000,
    seconds,
    told: isKnown(scan.after) && isKnown(scan.first) && isKnown(scan.kernel),
    leftovers: decisions.map(({ kind, rule, sandboxes, listens, pod }) => ({
      kind,
      rule,
      sandboxes,
      listens,
      pod,
      verdict: rule === "candidate" || rule === "waiting" || rule === "unknown" ? rule : "protected",
    })),
    blocked: judgement.premises.filter(({ state }) => state !== "holds").map(({ id }) => id),
  };
}

/** What is worth a line in the log and a write to the API server: what was decided, and which premise does not hold. */
function newsOf({ judgement, scan }: Cycle, decisions: readonly Decision[], lastSweep: LastSweep | null): string {
  const premises = judgement.premises.map(({ id, state }) => `${id} ${state}`);
  const sources = [scan.after, scan.first, scan.kernel].map((told) => isKnown<unknown>(told));
  return JSON.stringify([premises, sources, decisions.map(({ uid, rule }) => [uid, rule]), lastSweep]);
}

function logNews(log: Log, { judgement, scan }: Cycle, decisions: readonly Decision[]): void {
  for (const [source, told] of Object.entries({ api: scan.after, runtime: scan.first, kernel: scan.kernel })) {
    if (!isKnown<unknown>(told))
      log(isSilent(told.unknown) ? "warn" : "error", "a source could not be told", {
        source,
        reason: told.unknown.text,
      });
  }
  for (const { id, state, text } of judgement.premises)
    if (state !== "holds")
      log("warn", "a premise does not hold: nothing is done", { premise: id, state, reason: text });
  for (const { uid, pod, kind, rule, text, listens } of decisions)
    log("warn", "left over", {
      uid,
      pod,
      kind,
      rule,
      reason: text,
      ports: listens.ports.map(portText),
      ...(listens.leftOut === 0 ? {} : { portsLeftOut: listens.leftOut }),
    });
  if (decisions.length === 0 && judgement.premises.every(({ state }) => state === "holds"))
    log("info", "nothing is left over");
}

function logEvent(log: Log, event: SweepEvent): void {
  switch (event.event) {
    case "intent": {
      const { uid, namespace, name, kind } = event.target;
      log("warn", "about to act", { rung: event.rung, uid, pod: `${namespace}/${name}`, kind });
      break;
    }
    case "acted":
      log("warn", "acted", { uid: event.uid, act: event.act, on: event.on, said: event.said });
      break;
    case "cause":
      log("warn", "cause", { uid: event.uid, ...event.cause });
      break;
    case "outcome":
      log(event.outcome.is === "cleared" ? "info" : "error", outcomeText(event.outcome), { uid: event.uid });
      break;
    default:
      break;
  }
}
