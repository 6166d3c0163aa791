import { appendFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { sweepEvent } from "../../../src/commands/sweep/event-schema.ts";
import type { Journal, JournalEntry } from "../../../src/model/journal.ts";
import { isKnown } from "../../../src/model/told.ts";
import { realDisk, type Disk } from "../../../src/outside/journal/disk.ts";
import { fileJournal, newRun } from "../../../src/outside/journal/journal.ts";
import { heldLock } from "../../../src/outside/node-lock/held-lock.ts";
import { cycle, type Cycle } from "../../../src/sweep/cycle.ts";
import type { SweepEvent } from "../../../src/sweep/events.ts";
import type { Memory } from "../../../src/sweep/memory.ts";
import { perform } from "../../../src/sweep/perform.ts";
import type { Policy } from "../../../src/sweep/policy.ts";
import type { Request } from "../../../src/sweep/requests.ts";
import { memoryOf, resumed } from "../../../src/sweep/resume.ts";
import { isAct } from "../acts.ts";
import { answer } from "../answers.ts";
import { Watch } from "../watch.ts";
import { timeOf, type World } from "../world.ts";
import { answersBy } from "./answers-by.ts";

/** Called with each request before it is answered, the first of a run is 1; and with each line of the journal that is half written. */
export type Die = (request: { readonly count: number; readonly kind: Request["kind"] }, isTorn: boolean) => void;

/**
 * A simulated node that is kept in a folder, with a real journal and a real lock: what outlives a program that is killed. The watch of
 * the histories looks at every request.
 */
export class NodeOnDisk {
  readonly #node: string;
  readonly #acts: string;
  readonly #state: string;

  constructor(folder: string) {
    this.#node = join(folder, "node");
    this.#acts = join(folder, "acts");
    this.#state = join(folder, "state");
  }

  save(world: World): void {
    writeFileSync(`${this.#node}.new`, serialize(world));
    renameSync(`${this.#node}.new`, this.#node);
  }

  /** What was done to it, in order, each with the run that did it. */
  acts(): readonly { readonly run: string; readonly kind: string }[] {
    const text = readFileSync(this.#acts, { encoding: "utf8", flag: "a+" });
    return text.split("\n").flatMap((line) => {
      const [run, kind] = line.split(" ");
      return run === undefined || kind === undefined ? [] : [{ run, kind }];
    });
  }

  /** What the journal has, and how many of its lines are damaged. Throws where it cannot be read. */
  async entries(): Promise<{ readonly entries: readonly JournalEntry<SweepEvent>[]; readonly damaged: number }> {
    const told = await this.#journal("0000000000000001", 0).read();
    if (!isKnown(told)) throw new Error(told.unknown.text);
    return told.known;
  }

  /** A program begins on this node, and makes a cycle after each of `gaps` milliseconds. */
  async run(policy: Policy, gaps: readonly number[], die: Die = () => undefined): Promise<readonly Cycle[]> {
    const run = newRun();
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `save` wrote it
    const world = deserialize(readFileSync(this.#node)) as World;
    // It takes longer than the lease lasts until a program is there again.
    world.person.lease = null;
    const { entries } = await this.entries();
    world.journal.splice(0, Number.POSITIVE_INFINITY, ...entries.map(({ event }) => event));
    let memory: Memory = memoryOf(resumed(entries, { now: 0, forget: Number.POSITIVE_INFINITY }));
    const watch = new Watch(policy, world);
    const lock = heldLock(this.#state);
    let count = 0;
    const tell = (request: Request): Promise<unknown> => {
      if (request.kind === "lock") return lock(request.want);
      if (request.kind !== "record") return Promise.resolve(answer(world, request));
      world.journal.push(request.event);
      const torn = (): void => die({ count, kind: request.kind }, true);
      return this.#journal(run, world.now, torn).write(request.event);
    };
    const answers = answersBy(async (request) => {
      count++;
      die({ count, kind: request.kind }, false);
      if (request.kind !== "time" && request.kind !== "wait") world.now += 5;
      watch.before(world, request);
      if (isAct(request)) appendFileSync(this.#acts, `${run} ${request.kind}\n`);
      const told = await tell(request);
      watch.after(world, request, told);
      this.save(world);
      return told;
    });
    const cycles: Cycle[] = [];
    try {
      for (const gap of gaps) {
        world.now += gap;
        const made = await perform(cycle(memory, policy), answers);
        ({ memory } = made);
        cycles.push(made);
      }
    } finally {
      this.save(world);
      await lock("give-back");
    }
    return cycles;
  }

  #journal(run: string, at: number, torn: () => void = () => undefined): Journal<SweepEvent> {
    const write: Disk["write"] = (descriptor, bytes) => {
      const half = bytes.subarray(0, bytes.length / 2);
      const written = realDisk.write(descriptor, half);
      torn();
      return written + realDisk.write(descriptor, bytes.subarray(half.length));
    };
    const disk: Disk = { ...realDisk, write };
    const now = (): Date => new Date(timeOf(at));
    return fileJournal({ folder: this.#state, name: "sweep", schema: sweepEvent, run, now, disk });
  }
}
