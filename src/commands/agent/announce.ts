import { randomBytes } from "node:crypto";
import { events } from "../../model/kube-kinds.ts";
import type { KubeSource } from "../../model/kube-source.ts";
import { isKnown } from "../../model/told.ts";
import { eventObject, type Announcement, type Standing } from "../../report/sweep/kube-events.ts";
import { wholeSeconds } from "../../report/whole-seconds.ts";
import type { Log } from "./log.ts";

/** Events a minute: a node where everything is left over must not fill etcd. */
const mostAMinute = 30;
/** Milliseconds for one question to the API server. */
const apiDeadline = 5000;
/** How often one may be refused: of a namespace that is being deleted none is ever taken. */
const mostTries = 5;
/** Happenings that wait to be written; the oldest are forgotten first, since the journal has all of them. */
const mostWaiting = 100;

/** One Event, the same at each attempt: of one that was taken without an answer no second is made. */
interface Note {
  readonly announcement: Announcement;
  readonly id: string;
  readonly at: string;
  tries: number;
}

/**
 * Writes Events, each that was not written before. What is not taken is tried again, a few times and not more often than once a
 * cycle, and then only in the log: Events are no record.
 */
export class Announcer {
  readonly #kube: KubeSource;
  readonly #node: string;
  readonly #log: Log;
  /** By key, what is so now: still to be written, or `null` once there is no more to do. */
  #standing: ReadonlyMap<string, Note | null> = new Map();
  /** What happened, and was not written yet. */
  #happened: readonly Note[] = [];
  #window = { began: Number.NEGATIVE_INFINITY, written: 0 };
  /** The API server has not answered in this cycle: nothing else waits for it. */
  #isSilent = false;

  constructor(kube: KubeSource, node: string, log: Log) {
    this.#kube = kube;
    this.#node = node;
    this.#log = log;
  }

  /** Once a cycle: announces what is new among what is so now, and what was not written before. */
  async cycle(now: readonly Standing[]): Promise<void> {
    this.#isSilent = false;
    const waiting = this.#happened;
    this.#happened = [];
    for (const note of waiting) await this.#write(note);
    const standing = new Map<string, Note | null>();
    for (const each of now) {
      const before = this.#standing.get(each.key);
      const note = before === undefined ? noteOf(each) : before;
      standing.set(each.key, note === null || (await this.#isOver(note)) ? null : note);
    }
    this.#standing = standing;
  }

  /** Announces what happened, now or with the next cycles. */
  async once(announcement: Announcement): Promise<void> {
    await this.#write(noteOf(announcement));
  }

  async #write(note: Note): Promise<void> {
    if (!(await this.#isOver(note))) this.#happened = [...this.#happened, note].slice(-mostWaiting);
  }

  /** Whether it was written, or is tried no more. */
  async #isOver(note: Note): Promise<boolean> {
    if (this.#isSilent || !this.#mayWrite()) return false;
    const { announcement, id, at } = note;
    const { namespace, object } = eventObject(announcement, { node: this.#node, id, at });
    const made = await this.#kube.create(events, namespace, object, { signal: AbortSignal.timeout(apiDeadline) });
    if (isKnown(made) || made.unknown.said === "AlreadyExists") return true;
    this.#isSilent = made.unknown.status === null;
    if (!this.#isSilent) note.tries += 1;
    const isOver = note.tries >= mostTries;
    this.#log("warn", "an event could not be written", { reason: made.unknown.text, again: !isOver });
    return isOver;
  }

  #mayWrite(): boolean {
    const now = performance.now();
    if (now - this.#window.began > 60_000) this.#window = { began: now, written: 0 };
    this.#window.written += 1;
    return this.#window.written <= mostAMinute;
  }
}

function noteOf(announcement: Announcement): Note {
  return { announcement, id: randomBytes(8).toString("hex"), at: wholeSeconds(new Date()), tries: 0 };
}
