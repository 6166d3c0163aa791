import type { Rule } from "../../rule.ts";
import { findingsOf, type Occurrence } from "../../findings/occurrences.ts";
import { keelReach, ofReach, type KeelReach } from "../../findings/keel-reach.ts";
import { lostHolds } from "../../findings/lost-holds.ts";
import { sentenceOf } from "../../matrix.ts";

export const rule: Rule = {
  id: "KEEL004",
  name: "keel-hold-not-on-the-object",
  title: "The objects in the cluster do not carry the hold from Keel that is written",
  severity: "medium",
  fix: "none",
  check(audited) {
    return findingsOf("KEEL004", keelReach(audited).flatMap(occurrence));
  },
};

function occurrence(reach: KeelReach): Occurrence[] {
  const lost = reach.row.subjects.flatMap((subject) => lostHolds(subject, "object"));
  const [first] = lost;
  if (first === undefined) return [];
  return [
    {
      ...ofReach(reach),
      severity: "medium",
      from: lost.flatMap(({ answer }) => sentenceOf(answer).at),
      cells: lost.map(({ subject }) => ({ subject: subject.key, mover: "keel" })),
      what: ({ names }) => `${names}: what holds Keel in the repository is not on the objects in the cluster`,
      why: `${sentenceOf(first.answer).text}.`,
      do: "apply it; where a policy writes it, the next write to the object does: kubectl rollout restart is one",
    },
  ];
}
