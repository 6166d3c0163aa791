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

/** Writes Events, each that was not written before; one that is not taken is only logged, since it is no record. */
export class Announcer {
  readonly #kube: KubeSource;
  readonly #node: string;
  readonly #log: Log;
  /** What is so now, and was announced. */
  #standing: ReadonlySet<string> = new Set();
  #window = { began: Number.NEGATIVE_INFINITY, written: 0 };

  constructor(kube: KubeSource, node: string, log: Log) {
    this.#kube = kube;
    this.#node = node;
    this.#log = log;
  }

  /** Announces what is new among what is so now. */
  async standing(now: readonly Standing[]): Promise<void> {
    const before = this.#standing;
    this.#standing = new Set(now.map(({ key }) => key));
    for (const each of now) if (!before.has(each.key)) await this.once(each);
  }

  /** Announces what happened. */
  async once(announcement: Announcement): Promise<void> {
    if (!this.#mayWrite()) return;
    const about = { node: this.#node, id: randomBytes(8).toString("hex"), at: wholeSeconds(new Date()) };
    const { namespace, object } = eventObject(announcement, about);
    const made = await this.#kube.create(events, namespace, object, { signal: AbortSignal.timeout(apiDeadline) });
    if (!isKnown(made)) this.#log("warn", "an event could not be written", { reason: made.unknown.text });
  }

  #mayWrite(): boolean {
    const now = performance.now();
    if (now - this.#window.began > 60_000) this.#window = { began: now, written: 0 };
    this.#window.written += 1;
    return this.#window.written <= mostAMinute;
  }
}
