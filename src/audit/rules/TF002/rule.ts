import { refKind } from "../../movers/terraform-module.ts";
import type { Rule } from "../../rule.ts";
import { moduleCalls, ofCall, type PlacedCall } from "../module-calls.ts";
import { toldBy } from "../matrix-cells.ts";
import { findingsOf, type Occurrence } from "../occurrences.ts";

export const rule: Rule = {
  id: "TF002",
  name: "git-module-not-at-a-commit",
  title: "A module from git is not fixed to a commit",
  severity: "high",
  severityNote: "low for a tag: somebody has to move it; a commit is no finding",
  fix: "none",
  check(audited) {
    return findingsOf("TF002", moduleCalls(audited).flatMap(occurrence));
  },
};

function occurrence(placed: PlacedCall): Occurrence[] {
  const { source } = placed.call;
  if (source.kind !== "git") return [];
  const kind = refKind(source.ref);
  if (kind === "commit") return [];
  const ref = source.ref ?? "";
  const followed = { none: "the default branch", branch: `the branch "${ref}"`, tag: `the tag "${ref}"` }[kind];
  return [
    {
      ...ofCall(placed),
      severity: kind === "tag" ? "low" : "high",
      what: (who) => `${who.names} follows ${followed} of a git repository`,
      why: `${toldBy(placed.cell).text}.`,
      do: `ref=<commit>   in the source${kind === "tag" ? `: the commit that "${ref}" names now` : ""}`,
    },
  ];
}
