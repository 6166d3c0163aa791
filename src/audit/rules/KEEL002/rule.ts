import type { Severity } from "../../../model/finding.ts";
import type { Repository } from "../../../repository/repository.ts";
import type { Rule } from "../../rule.ts";
import {
  editInValues,
  injectionsOf,
  keelFindings,
  ofReach,
  ownInstruction,
  policyNames,
  policySeverity,
  type KeelReach,
} from "../../findings/keel-reach.ts";
import { toldBy } from "../../matrix-cells.ts";
import type { Occurrence } from "../../findings/occurrences.ts";

export const rule: Rule = {
  id: "KEEL002",
  name: "keel-held-by-a-condition",
  title: "Only a condition keeps Keel from moving an image",
  severity: "low",
  severityNote:
    "medium where nothing but a missing push notification keeps back a policy that takes nearly any tag (`force`, `all`, `major`, `glob:`, `regexp:`, or any policy on `latest`)",
  fix: "none",
  check(audited) {
    // What a cluster says against a hold is told by KYV003 and KEEL004.
    return keelFindings("KEEL002", audited, "conditional", (repository, reach) =>
      isLost(reach) ? null : occurrence(repository, reach),
    );
  },
};

function occurrence(repository: Repository, reach: KeelReach): Occurrence {
  const { text } = toldBy(reach.cell);
  const byPush = pushSeverity(reach);
  return {
    ...ofReach(reach),
    severity: byPush ?? "low",
    what: (who) => `${who.names} ${who.say("is", "are")} held from Keel by a condition only`,
    why: `whether Keel moves it depends on this: ${text}.`,
    do: remedy(repository, reach, byPush !== null),
  };
}

function isLost({ cell }: KeelReach): boolean {
  return cell.state === "conditional" && cell.lost !== undefined;
}

function remedy(repository: Repository, reach: KeelReach, isByPush: boolean): string {
  const own = ownInstruction(reach.owner, reach.cell);
  if (own !== null && reach.owner.kind === "helm_release") return editInValues(reach.owner, own);
  if (isByPush) return "keel.sh/policy: never   as an annotation of the workload itself, or no policy at all";
  const policies = policyNames(injectionsOf(repository, reach));
  return `exclude its namespace in ${policies}, or let the workload carry keel.sh/policy: never as an annotation`;
}

/** `null`: not the instruction but something else decides, such as a selector or a chart. */
function pushSeverity({ reached }: KeelReach): Severity | null {
  const severities = reached.flatMap(({ cell, image }) => {
    // The note of a cell that waits for a push notification is its policy.
    const severity = cell.state === "conditional" ? policySeverity(cell.note, image) : null;
    return severity === null ? [] : [severity];
  });
  if (severities.length === 0) return null;
  return severities.includes("high") ? "medium" : "low";
}
