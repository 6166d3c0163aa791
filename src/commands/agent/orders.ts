import { setTimeout as sleep } from "node:timers/promises";
import { sweeps } from "../../model/kube-kinds.ts";
import type { KubeSource, ObjectVersion } from "../../model/kube-source.ts";
import type { ServedObject } from "../../model/served-object.ts";
import { isKnown, known, type Reason, type Told } from "../../model/told.ts";
import { versionOf } from "../../outside/kube/version-of.ts";
import { orderIn, type OrderObject } from "./order-object.ts";

export interface OrdersHeard {
  readonly kube: KubeSource;
  /** Of which node. */
  readonly node: string;
  /** Told what could not be heard or understood. */
  readonly complain: (reason: Reason) => void;
}

/** What the status of a Sweep says. */
export interface OrderStatus {
  readonly phase: "Running" | "Refused" | "Done";
  readonly outcome?: string;
  readonly text?: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly agentPod?: string;
}

/** Milliseconds before it is listed again after a list or a watch that failed. */
const again = 15_000;

/**
 * The orders to one node: hears them by one list and one watch, keeps those that have not ended, oldest first, and answers them.
 */
export class Orders {
  readonly #heard: OrdersHeard;
  readonly #open = new Map<string, OrderObject>();
  /** Ended by this: a watch may still tell how they were before. */
  readonly #ended = new Set<string>();
  #arrived = Promise.withResolvers<void>();

  constructor(heard: OrdersHeard) {
    this.#heard = heard;
  }

  /** Until the signal. */
  async hear(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const failed = await this.#once(signal);
      if (failed !== null && !signal.aborted) this.#heard.complain(failed);
      // An API server that ends each watch at once is not asked again at once.
      await sleep(failed === null ? 1000 : again, undefined, { signal }).catch(() => {});
    }
  }

  /** Settles once there is an order that was not there when `open` was asked last, and after so many milliseconds anyway. */
  async arrival(milliseconds: number, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    await Promise.race([
      sleep(Math.max(0, milliseconds), undefined, { signal: either }).catch(() => {}),
      this.#arrived.promise,
    ]);
    over.abort();
  }

  /** Orders that have not ended, oldest first. */
  open(): readonly OrderObject[] {
    this.#arrived = Promise.withResolvers<void>();
    return [...this.#open.values()].toSorted((one, other) => one.order.orderedAt - other.order.orderedAt);
  }

  /** Writes how it goes with an order; gives it as it is then. It is asked for no more once that says that it has ended. */
  async answer(order: OrderObject, status: OrderStatus, signal: AbortSignal): Promise<Told<OrderObject>> {
    const { name, uid } = order.version;
    const object = {
      apiVersion: `${sweeps.group}/${sweeps.version}`,
      kind: sweeps.kind,
      metadata: { name, uid, resourceVersion: order.version.resourceVersion },
      status,
    };
    const updated = await this.#heard.kube.update(sweeps, order.version, object, { signal, subresource: "status" });
    if (!isKnown(updated)) return updated;
    if (updated.known === "conflict") {
      this.#open.delete(uid);
      return { unknown: { code: "changed-meanwhile", text: `the Sweep ${name} was changed by another`, at: [] } };
    }
    const version: ObjectVersion = versionOf(updated.known);
    const next = { ...order, version, phase: status.phase, startedAt: status.startedAt ?? null };
    if (status.phase === "Running") this.#open.set(uid, next);
    else {
      this.#open.delete(uid);
      this.#ended.add(uid);
    }
    return known(next);
  }

  /** One list, and changes since for as long as the API server tells them; `null`: it ended in order. */
  async #once(signal: AbortSignal): Promise<Reason | null> {
    const { kube, node } = this.#heard;
    const fieldSelector = `spec.node=${node}`;
    let listed: ServedObject[] = [];
    let from = "";
    for await (const step of kube.list(sweeps, { freshness: "most-recent", fieldSelector, limit: 500, signal })) {
      if (step.step === "begin") listed = [];
      else if (step.step === "page") listed.push(...step.objects);
      else if (step.step === "failed") return step.reason;
      else from = step.resourceVersion;
    }
    this.#open.clear();
    this.#ended.clear();
    for (const object of listed) this.#take(object);
    for await (const step of kube.watch(sweeps, from, { fieldSelector, signal })) {
      if (step.step === "ended") return step.because;
      if (step.step === "bookmark") continue;
      if (step.type === "DELETED") this.#open.delete(versionOf(step.object).uid);
      else this.#take(step.object);
    }
    return null;
  }

  #take(object: ServedObject): void {
    const read = orderIn(object);
    if (!isKnown(read)) return this.#heard.complain(read.unknown);
    const { uid } = read.known.version;
    const { phase } = read.known;
    if (phase === "Refused" || phase === "Done" || this.#ended.has(uid)) return void this.#open.delete(uid);
    const isNew = !this.#open.has(uid);
    this.#open.set(uid, read.known);
    if (isNew) this.#arrived.resolve();
  }
}
