import type { Repository } from "../../../repository/repository.ts";
import type { Rule } from "../../rule.ts";
import { cellsOf, toldBy, type PlacedCell } from "../../matrix-cells.ts";
import { findingsOf, type Occurrence } from "../../findings/occurrences.ts";
import { mergingRule } from "./merging-rule.ts";

export const rule: Rule = {
  id: "BOT001",
  name: "bot-merges-by-itself",
  title: "A bot merges updates by itself",
  severity: "medium",
  fix: "none",
  check(audited) {
    const open = (["chart", "image", "module", "provider"] as const).flatMap((kind) => cellsOf(audited, kind, "bot"));
    const merged = open.filter(({ cell }) => cell.state === "open");
    return findingsOf(
      "BOT001",
      merged.map((placed) => occurrence(audited.repository, placed)),
    );
  },
};

/** The place is the rule that merges: what it reaches is said once. */
function occurrence({ bots }: Repository, { row, subject, cell }: PlacedCell): Occurrence {
  const told = toldBy(cell);
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
