import type { Policy, Rung } from "../../src/sweep/policy.ts";
import { attended, unattended } from "../../src/sweep/policy.ts";
import { cycle, type Cycle } from "../../src/sweep/cycle.ts";
import { noMemory, type Memory } from "../../src/sweep/memory.ts";
import type { JournalEntry } from "../../src/model/journal.ts";
import { memoryOf, resumed } from "../../src/sweep/resume.ts";
import type { Request } from "../../src/sweep/requests.ts";
import type { SweepEvent } from "../../src/sweep/events.ts";
import { Random } from "../oracle/random.ts";
import { answer } from "./answers.ts";
import { isAct } from "./acts.ts";
import { happen } from "./events.ts";
import { emptyWorld, makePod, terminating, type CgroupForm } from "./make.ts";
import type { Tally } from "./tally.ts";
import { Watch } from "./watch.ts";
import { held, hold, node, type World } from "./world.ts";

/** One random history of a node: a function of its seed. Throws a `Violation` where the sweep does what it never may. */
export function runHistory(seed: number, tally: Tally): void {
  const random = new Random(seed);
  const form: CgroupForm = {
    hierarchies: random.pick(["v2", "v2", "v1", "hybrid"]),
    driver: random.pick(["cgroupfs", "systemd", "systemd", "mismatch"]),
  };
  const world = emptyWorld();
  populate(world, random, form);
  const policy = somePolicy(world, random);
  const history: History = {
    world,
    random,
    form,
    policy,
    watch: new Watch(policy, world),
    // Few of them are quiet enough for the ladder, many have something on each step.
    restless: random.pick([0, 0.005, 0.01, 0.02, 0.05]),
    crashes: random.pick([0, 0, 0.01]),
  };
  let memory = noMemory;
  const cycles = 2 + random.below(5);
  for (let count = 0; count < cycles; count++) {
    const done = runCycle(history, memory);
    if (done === null) {
      tally.add("crash");
      memory = memoryOf(resumed(entriesOf(world), { now: 0, forget: Number.POSITIVE_INFINITY }));
      world.person.lease = null;
      history.watch.restarted(world);
      world.api.wrote = random.chance(0.5);
      world.api.ownWriteLost = false;
    } else {
      ({ memory } = done);
      tally.addCycle(done);
      // What is written after it was seen to be lost is there.
      if (memory.wentBack !== null && random.chance(0.5)) world.api.ownWriteLost = false;
    }
    world.now += random.pick(policy.grace === null ? [1000, 1000, 60_000] : [60_000, 60_000, 4_000_000, 8_000_000]);
    if (random.chance(history.restless * 10)) happen(world, random, form);
  }
}

interface History {
  readonly world: World;
  readonly random: Random;
  readonly form: CgroupForm;
  readonly policy: Policy;
  readonly watch: Watch;
  readonly restless: number;
  readonly crashes: number;
}

/** `null`: it died in the middle. */
function runCycle({ world, random, form, policy, watch, restless, crashes }: History, memory: Memory): Cycle | null {
  const program = cycle(memory, policy);
  let step = program.next();
  while (step.done !== true) {
    const request: Request = step.value;
    while (random.chance(restless)) happen(world, random, form);
    world.now += delayOf(request, random);
    const dies = random.chance(crashes);
    if (dies && random.chance(0.5)) return null;
    watch.before(world, request);
    const told = answer(world, request);
    watch.after(world, request, told);
    if (dies) return null;
    step = program.next(told);
  }
  return step.value;
}

/** Milliseconds that it takes until a request is answered. */
function delayOf(request: Request, random: Random): number {
  if (request.kind === "time" || request.kind === "wait") return 0;
  if (request.kind === "consent") return random.chance(0.1) ? random.below(2_000_000) : 5;
  if (isAct(request)) return random.below(3000);
  return random.chance(0.02) ? random.below(20_000) : 5;
}

function populate(world: World, random: Random, form: CgroupForm): void {
  makePod(world, { name: "kube-proxy", namespace: "kube-system", form, age: 20_000 });
  if (random.chance(0.3)) makePod(world, { kind: "static", namespace: "kube-system", form });
  const others = 1 + random.below(3);
  for (let count = 0; count < others; count++) {
    const orphan = random.chance(0.6);
    const pod = makePod(world, {
      form,
      orphan,
      age: random.pick([7000, 7000, 7000, 900, 100]),
      grace: random.pick([30, 30, 300, 0]),
      listens: random.chance(0.5),
      sandbox: random.chance(0.05) ? spoofed(world, random) : {},
    });
    pod.stops = random.pick(["ends", "ends", "refuses", "refuses", "lies", "silent"]);
    pod.kills = random.pick(["ends", "ends", "ends", "refuses", "uninterruptible"]);
    pod.recordStuck = random.chance(0.15);
    pod.serves = random.chance(0.05);
    const own = held(world).find(({ uid }) => uid === pod.uid);
    if (own !== undefined && random.chance(0.4)) {
      world.now -= 600_000;
      const stuck = terminating(world, own, random.pick([30, 300, 7200]));
      world.now += 600_000;
      hold(world, [...held(world).filter((each) => each !== own), stuck]);
    }
  }
  world.runtime.loses = random.chance(0.2);
  world.kubelet.restartHelps = random.chance(0.5);
  world.kubelet.restarts = random.pick(["new", "new", "new", "new", "old", "none"]);
  world.api.wrote = random.chance(0.7);
}

function spoofed(world: World, random: Random): Parameters<typeof makePod>[1] & object {
  const other = random.pick(world.pods).uid;
  return random.pick([
    { labelUid: other },
    { uid: other },
    { uid: "../../x" },
    { configSource: null },
    { name: "" },
    { uid: "" },
  ]);
}

const modes: readonly Policy["mode"][] = [...Array.from({ length: 20 }, () => "enforce" as const), "report", "dry-run"];

function somePolicy(world: World, random: Random): Policy {
  const kind = random.chance(0.5) ? unattended : attended;
  const rungs = random.pick([[1], [1, 2], [1, 2], [2], [1, 2, 3], [1, 3], [1, 2, 3, 4], [1, 4]] as readonly Rung[][]);
  return {
    ...kind,
    node,
    mode: random.pick(modes),
    rungs: new Set(rungs),
    perProcess: random.chance(0.5),
    self: random.chance(0.3) ? (held(world)[0]?.uid ?? null) : null,
    named: random.chance(0.1) ? new Set(world.pods.slice(-1).map(({ uid }) => uid)) : null,
    overdue: kind === attended && random.chance(0.5),
    evenIfServing: random.chance(0.1),
    denied: new Set(random.chance(0.05) ? ["apps"] : []),
    confirmations: random.pick([1, 1, 2, 3]),
    attempts: random.pick([1, 2]),
  };
}

/** The journal of a world as it is read after a crash. */
export function entriesOf({ journal }: World): readonly JournalEntry<SweepEvent>[] {
  return journal.map((event, line) => ({ run: "0000000000000001", line, at: "2026-05-17T08:00:00.000Z", event }));
}
