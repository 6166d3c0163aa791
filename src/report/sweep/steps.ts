import type { Leftover } from "../../sweep/judge.ts";
import type { Premise } from "../../sweep/premises.ts";
import type { ReportStep } from "../node/schema.ts";
import { quoted } from "../shell-word.ts";
import type { Swept } from "./assemble.ts";

/** What a person can do now. Nothing is proposed that would be refused. */
export function stepsAfter(
  premises: readonly Premise[],
  leftovers: readonly Leftover[],
  swept: readonly Swept[],
  stuck: readonly { readonly namespace: string; readonly name: string }[],
): readonly ReportStep[] {
  const done = new Set(swept.filter(({ outcome }) => outcome.is === "cleared").map(({ target }) => target.uid));
  const open = leftovers.filter(({ pod }) => !done.has(pod.uid));
  const hold = premises.every(({ state }) => state === "holds");
  if (open.length === 0 || !hold) return [];
  const mayBeCleared = open.filter(({ verdict }) => verdict.is === "candidate");
  const overdue = open.filter(({ verdict }) => verdict.is === "protected" && verdict.by === "overdue-by-agent");
  const [first] = stuck;
  return [
    ...(first === undefined || (mayBeCleared.length === 0 && overdue.length === 0)
      ? []
      : [
          {
            command: `holdfast recover ${quoted(`${first.namespace}/${first.name}`)}`,
            why: "clears what holds its port, gives it a new uid, and proves that it is Ready",
          },
        ]),
    ...(mayBeCleared.length === 0
      ? []
      : [{ command: "holdfast sweep --enforce", why: "clears what may be cleared, and asks before each rung" }]),
    ...(overdue.length === 0
      ? []
      : [{ command: "holdfast sweep --enforce --overdue", why: "also what is Terminating past its time" }]),
  ];
}
