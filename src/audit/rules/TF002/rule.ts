import { refKind } from "../../movers/terraform-module.ts";
import type { Rule } from "../../rule.ts";
import { moduleCalls, ofCall, type PlacedCall } from "../../findings/module-calls.ts";
import { toldBy } from "../../matrix-cells.ts";
import { findingsOf, type Occurrence } from "../../findings/occurrences.ts";

export const rule: Rule = {
  id: "TF002",
  name: "git-module-not-at-a-commit",
  title: "A module from git is not fixed to a commit",
  severity: "high",
  severityNote:
    "low for a tag or an abbreviated commit: somebody has to move or make one; a whole commit is no finding",
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
  const followed = {
    none: "the default branch",
    branch: `the branch "${ref}"`,
    tag: `the tag "${ref}"`,
    "abbreviated commit": `the abbreviated commit "${ref}"`,
  }[kind];
  const named = kind === "tag" || kind === "abbreviated commit";
  return [
    {
      ...ofCall(placed),
      severity: named ? "low" : "high",
      what: (who) => `${who.names} ${who.say("follows", "follow")} ${followed} of a git repository`,
      why: `${toldBy(placed.cell).text}.`,
      do: `ref=<commit>   in the source${named ? `: the commit that "${ref}" names now` : ""}`,
    },
  ];
}
