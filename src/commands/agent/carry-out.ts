import type { Journal } from "../../model/journal.ts";
import { isKnown } from "../../model/told.ts";
import { longestOrderText, orderEnd } from "../../report/sweep/order-status.ts";
import { printableUpTo } from "../../report/safe.ts";
import { wholeSeconds } from "../../report/whole-seconds.ts";
import type { SweepEvent } from "../../sweep/events.ts";
import type { Memory } from "../../sweep/memory.ts";
import type { Outcome } from "../../sweep/outcome.ts";
import { orderPolicy } from "../../sweep/order.ts";
import { perform } from "../../sweep/perform.ts";
import type { Policy } from "../../sweep/policy.ts";
import type { World } from "../../sweep/requests.ts";
import { sweepNow } from "../../sweep/sweep-now.ts";
import type { Log } from "./log.ts";
import type { OrderObject } from "./order-object.ts";
import type { Orders, OrderStatus } from "./orders.ts";

export interface CarryingOut {
  readonly orders: Orders;
  /** What the agent itself may do. */
  readonly policy: Policy;
  /** The agent's pod. */
  readonly agentPod: string;
  readonly world: World;
  readonly journal: Journal<SweepEvent>;
  readonly log: Log;
  /** Told what became of each leftover. */
  readonly swept: (uid: string, outcome: Outcome) => void;
  /** Called before each order: what is said of one takes its time. */
  readonly goesOn: () => void;
  readonly signal: AbortSignal;
}

/**
 * Carries out the orders that have not ended, one after the other. What is done is said before it is begun, so that no order is
 * done twice: one that an agent left half done is ended as that, and a person orders it again.
 */
export class OrderDesk {
  readonly #desk: CarryingOut;
  /** How orders ended that could not be told so yet, by uid. */
  readonly #untold = new Map<string, OrderStatus>();

  constructor(desk: CarryingOut) {
    this.#desk = desk;
  }

  /** Until there is another order, and no longer than that many milliseconds. */
  arrival(milliseconds: number, signal: AbortSignal): Promise<void> {
    return this.#desk.orders.arrival(milliseconds, signal);
  }

  /** Gives the memory that the agent goes on with. */
  async carryOut(memory: Memory): Promise<Memory> {
    let current = memory;
    for (const order of this.#desk.orders.open()) {
      if (this.#desk.signal.aborted) break;
      this.#desk.goesOn();
      current = order.phase === null ? await this.#begin(order, current) : (await this.#close(order), current);
    }
    return current;
  }

  async #begin(order: OrderObject, memory: Memory): Promise<Memory> {
    const { policy: own, agentPod, world, journal, log, swept } = this.#desk;
    const { name, uid } = order.version;
    const policy = orderPolicy(order.order, own, Date.now());
    if ("refused" in policy) {
      log("warn", "an order was refused", { sweep: name, reason: policy.refused });
      await this.#answer(order, { phase: "Refused", text: printableUpTo(policy.refused, longestOrderText), agentPod });
      return memory;
    }
    const startedAt = wholeSeconds(new Date());
    const written = await journal.write({ event: "ordered", name, by: uid, uid: order.order.uid });
    const begun = isKnown(written) ? await this.#answer(order, { phase: "Running", startedAt, agentPod }) : null;
    if (begun === null) {
      log("error", "an order was not begun: that it is could not be written down", { sweep: name });
      return memory;
    }
    log("warn", "carrying out an order", { sweep: name, uid: order.order.uid, rungs: [...policy.rungs] });
    // A person asked, so how often it was tried does not count; who comes after waits anew.
    const known: Memory = { ...memory, last: null, absences: unconfirmed(memory), attempts: new Map() };
    const result = await perform(sweepNow(known, policy), world);
    for (const { leftover, outcome } of result.swept) swept(leftover.pod.uid, outcome);
    const end = orderEnd(result, order.order.uid);
    this.#untold.set(uid, { phase: "Done", ...end, startedAt, endedAt: wholeSeconds(new Date()), agentPod });
    log(end.outcome === "cleared" ? "info" : "warn", "an order has ended", { sweep: name, ...end });
    await this.#close(begun);
    return { ...result.last.memory, absences: unconfirmed(result.last.memory), attempts: memory.attempts };
  }

  /** Says how an order that was begun has ended: by this, or by an agent that did not live to say so. */
  async #close(order: OrderObject): Promise<void> {
    const { uid } = order.version;
    const status = this.#untold.get(uid) ?? {
      phase: "Done",
      outcome: "aborted",
      text: "the agent that began it ended before it said what came of it: look at the node's report, and order it again",
      startedAt: order.startedAt ?? wholeSeconds(new Date()),
      endedAt: wholeSeconds(new Date()),
      agentPod: this.#desk.agentPod,
    };
    if ((await this.#answer(order, status)) !== null) this.#untold.delete(uid);
  }

  /** `null`: it could not be written. */
  async #answer(order: OrderObject, status: OrderStatus): Promise<OrderObject | null> {
    const told = await this.#desk.orders.answer(order, status, AbortSignal.timeout(15_000));
    if (isKnown(told)) return told.known;
    const { name } = order.version;
    this.#desk.log("error", "how it goes with an order could not be written", {
      sweep: name,
      reason: told.unknown.text,
    });
    return null;
  }
}

/** Since when a pod is gone counts for what is left of its grace; scans that agreed count for nobody else. */
function unconfirmed({ absences }: Memory): Memory["absences"] {
  return new Map([...absences].map(([uid, absence]) => [uid, { ...absence, confirmations: 0 }]));
}
