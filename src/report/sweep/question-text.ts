import type { Rung } from "../../sweep/policy.ts";
import type { Proposal } from "../../sweep/requests.ts";
import type { Style } from "../style.ts";
import { rungNames, targetText } from "./event-lines.ts";

/** What a person is asked to agree to, and what it costs others. */
export function questionText(to: Proposal, style: Style): string {
  if (to.do === "delete") {
    const grace = to.graceSeconds === null ? "" : ` Its containers get ${to.graceSeconds} s: no signal reaches them.`;
    return `delete pod ${to.pod.namespace}/${to.pod.name}, so that a new uid ends its back-off?${grace}`;
  }
  const cost = rungCosts[to.rung];
  return `rung ${to.rung}, ${rungNames[to.rung]}: ${targetText(to.target, style)}?${cost === undefined ? "" : ` ${cost}`}`;
}

/** What a person is asked before an agent is ordered. */
export function orderQuestion(order: {
  readonly node: string;
  readonly uid?: string;
  readonly maxRung: number;
  readonly overdue: boolean;
}): string {
  const which = order.uid === undefined ? "whatever may be cleared" : `pod ${order.uid}`;
  const what = order.overdue ? `${which}, also if the API still has it and it is overdue` : which;
  return `order the agent of ${order.node} to clear ${what}, up to rung ${order.maxRung}?`;
}

/** The gentle rungs cost nobody else anything. */
const rungCosts: Readonly<Partial<Record<Rung, string>>> = {
  3: "The kubelet admits every pod of this node again; where it would not take one, nothing is done.",
  4: "Every pod of this node is affected: a reboot is requested from kured, which drains and reboots the node in its own time.",
};
