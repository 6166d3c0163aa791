import type { Rule } from "../../rule.ts";
import { cellsOf, toldBy, type PlacedCell } from "../../matrix-cells.ts";
import { findingsOf, type Occurrence } from "../../findings/occurrences.ts";

export const rule: Rule = {
  id: "BOT001",
  name: "bot-merges-by-itself",
  title: "A bot merges updates by itself",
  severity: "medium",
  fix: "none",
  check(audited) {
    const open = (["chart", "image", "module", "provider"] as const).flatMap((kind) => cellsOf(audited, kind, "bot"));
    return findingsOf("BOT001", open.filter(({ cell }) => cell.state === "open").map(occurrence));
  },
};

/** The place is the rule that merges: what it reaches is said once. */
function occurrence({ row, subject, cell }: PlacedCell): Occurrence {
  const told = toldBy(cell);
  const thing =
    subject.kind === "chart" ? "" : `${subject.kind === "module" ? "" : `the ${subject.kind} `}${subject.name} in `;
  return {
    subject: `${thing}${row.title}`,
    address: row.address,
    part: subject.key,
    severity: "medium",
    confidence: "observed",
    place: told.at[0] ?? subject.at,
    from: [...told.at.slice(1), subject.at],
    cells: [{ subject: subject.key, mover: "bot" }],
    what: (who) => `a bot merges updates of ${who.names} without a review`,
    why: `${told.text}.`,
    do: '"automerge": false   in the rule of the bot that covers it',
  };
}
