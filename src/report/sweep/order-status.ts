import { isKnown } from "../../model/told.ts";
import type { Outcome } from "../../sweep/outcome.ts";
import type { SweepNow } from "../../sweep/sweep-now.ts";
import { count } from "../count.ts";
import { podName } from "../pod-name.ts";
import { printableUpTo } from "../safe.ts";
import { outcomeText } from "./event-lines.ts";

/** What came of an order, as the status of its Sweep says it (deploy/chart/crds). */
export interface OrderEnd {
  readonly outcome: Outcome["is"] | "nothing";
  readonly text: string;
}

/** Characters, as the CRD has it. */
export const longestOrderText = 512;

/** The worst of what became of each leftover; where none was acted on, why not. `uid`: of which alone it was ordered. */
export function orderEnd({ last, swept }: SweepNow, uid: string | null): OrderEnd {
  const { scan, judgement } = last;
  const left = judgement.leftovers.filter(({ pod }) => uid === null || pod.uid === uid);
  const [worst] = swept.toSorted((one, other) => rank(one.outcome.is) - rank(other.outcome.is));
  if (worst !== undefined) {
    const each = swept.map(({ leftover: { pod }, outcome }) => `${podName(pod)}: ${outcomeText(outcome)}`);
    const more = left.length === 0 ? [] : [`${count(left.length, "leftover")} still here`];
    return end(worst.outcome.is, [...each, ...more].join("; "));
  }
  const doubt = judgement.premises.find(({ state }) => state !== "holds");
  if (doubt !== undefined) return end("aborted", `${doubt.id} does not hold: ${doubt.text}`);
  for (const told of [scan.after, scan.first, scan.kernel])
    if (!isKnown<unknown>(told)) return end("aborted", told.unknown.text);
  const kept = left.map(({ pod, verdict }) => {
    if (verdict.is === "protected") return `${podName(pod)}: left alone: ${verdict.text}`;
    return `${podName(pod)}: ${verdict.is === "unknown" ? verdict.reason.text : "may be cleared, and was not confirmed"}`;
  });
  if (kept.length > 0) return end("refused", kept.join("; "));
  return end("nothing", uid === null ? "nothing is left over on this node" : "nothing of this uid is left over here");
}

/** From what needs a person most. */
const worstFirst: readonly Outcome["is"][] = ["left", "aborted", "refused", "ports-freed", "would-act", "cleared"];

function rank(is: Outcome["is"]): number {
  return worstFirst.indexOf(is);
}

function end(outcome: OrderEnd["outcome"], text: string): OrderEnd {
  return { outcome, text: printableUpTo(text, longestOrderText) };
}
