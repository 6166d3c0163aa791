import type { Repository } from "../../../repository/repository.ts";
import type { Rule } from "../../rule.ts";
import { answersOf, sentenceOf, type Answer } from "../../matrix.ts";
import { cellsOf, type PlacedCell } from "../../matrix-cells.ts";
import { findingsOf, type Occurrence } from "../../findings/occurrences.ts";
import { mergingRule } from "./merging-rule.ts";

export const rule: Rule = {
  id: "BOT001",
  name: "bot-merges-by-itself",
  title: "A bot merges updates by itself",
  severity: "medium",
  fix: "none",
  check(audited) {
    const all = (["chart", "image", "module", "provider"] as const).flatMap((kind) => cellsOf(audited, kind, "bot"));
    return findingsOf(
      "BOT001",
      all.flatMap((placed) => occurrences(audited.repository, placed)),
    );
  },
};

/** A bot that merges is enough, whatever another does. */
function occurrences(repository: Repository, placed: PlacedCell): Occurrence[] {
  return answersOf(placed.cell)
    .filter(({ state }) => state === "open")
    .map((answer) => occurrence(repository, placed, answer));
}

/** The place is the rule that merges: what it reaches is said once. */
function occurrence({ bots }: Repository, { row, subject }: PlacedCell, merges: Answer): Occurrence {
  const told = sentenceOf(merges);
  const place = told.at[0] ?? subject.at;
  const thing =
    subject.kind === "chart" ? "" : `${subject.kind === "module" ? "" : `the ${subject.kind} `}${subject.name} in `;
  return {
    subject: `${thing}${row.title}`,
    address: row.address,
    part: subject.key,
    identity: mergingRule(bots, place),
    severity: "medium",
    confidence: "observed",
    place,
    from: [...told.at.slice(1), subject.at],
    cells: [{ subject: subject.key, mover: "bot" }],
    what: (who) => `a bot merges updates of ${who.names} without a review`,
    why: `${told.text}.`,
    do: '"automerge": false   in the rule of the bot that covers it',
  };
}
