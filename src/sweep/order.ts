import { attended, type Policy, type Rung } from "./policy.ts";

/** What a person ordered to be cleared on a node: the `spec` of a Sweep, and when it was made. */
export interface Order {
  readonly node: string;
  /** Only the pod that had it; `null`: whatever may be cleared. */
  readonly uid: string | null;
  readonly maxRung: Rung;
  readonly overdue: boolean;
  readonly dryRun: boolean;
  /** For how long after it was made it may be begun. */
  readonly ttlSeconds: number;
  /** Milliseconds since 1970, by the API server's clock. */
  readonly orderedAt: number;
}

/** Milliseconds by which an order may be of the future: clocks differ. */
const clocksDiffer = 60_000;

/**
 * What may be done for an order, within what its node's agent may do: the agent's numbers and highest rung, and a person's
 * readiness to wait for nothing but scans that agree. Or why it is refused.
 */
export function orderPolicy(order: Order, agent: Policy, now: number): Policy | { readonly refused: string } {
  const age = now - order.orderedAt;
  if (order.node !== agent.node) return { refused: `it is for the node ${order.node}` };
  if (Number.isNaN(age)) return { refused: "when it was ordered could not be told" };
  if (age > order.ttlSeconds * 1000)
    return { refused: `it was to be begun within ${order.ttlSeconds} s, and is ${Math.floor(age / 1000)} s old` };
  if (age < -clocksDiffer)
    return { refused: `it is of ${Math.ceil(-age / 1000)} s from now: the clocks of node and API server differ` };
  if (!agent.rungs.has(order.maxRung))
    return { refused: `rung ${order.maxRung} was ordered, and this agent may go to ${Math.max(...agent.rungs)}` };
  const { grace, confirmations } = attended;
  return {
    ...agent,
    mode: order.dryRun ? "dry-run" : "enforce",
    rungs: new Set([...agent.rungs].filter((rung) => rung <= order.maxRung)),
    named: order.uid === null ? null : new Set([order.uid]),
    overdue: order.overdue,
    grace,
    confirmations,
    // What did not help once will not a moment later; who orders it again has a reason.
    attempts: 1,
  };
}
