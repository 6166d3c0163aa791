import { answersOf, type Answer, type Subject } from "../matrix.ts";

/** A hold that the repository has and the cluster has not. */
export interface LostHold {
  readonly subject: Subject;
  readonly answer: Extract<Answer, { state: "conditional" }>;
}

/** The holds from Keel that a subject has lost: because a policy is not in force, or because an object does not carry it. */
export function lostHolds(subject: Subject, where: "policy" | "object"): readonly LostHold[] {
  const cell = subject.cells.get("keel");
  if (cell === undefined) return [];
  return answersOf(cell).flatMap((answer) =>
    answer.state === "conditional" && answer.lost?.where === where ? [{ subject, answer }] : [],
  );
}
