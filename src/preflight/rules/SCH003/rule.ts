import { addressText, confidenceOf, placesOf, sourceText } from "../../findings/said-ports.ts";
import { identityOf, meetingGroups, nodeNames } from "../../findings/meeting-groups.ts";
import type { PreflightRule } from "../../rule.ts";

export const rule: PreflightRule = {
  id: "SCH003",
  name: "may-share-a-node",
  title: "Pods that would collide on a port may land on one node",
  severity: "high",
  severityNote: "medium while it could not be told which nodes win",
  check(preflighted) {
    const { release, files } = preflighted;
    return meetingGroups(preflighted, false).map(({ first, nodes }) => {
      const { one, other, isOfOneWorkload, chance } = first;
      const who = isOfOneWorkload ? `two pods of ${one.pod.name}` : `pods of ${one.pod.name} and ${other.pod.name}`;
      const places = placesOf(isOfOneWorkload ? [one] : [one, other]);
      const open = typeof chance === "string" ? "" : `: ${chance.unknown.text}`;
      return {
        rule: "SCH003",
        severity: "medium",
        confidence: confidenceOf([one, other]),
        subject: `${release.namespace}/${release.name}`,
        what: `${who} may land on one node, and only one of them can bind port ${one.port} there`,
        why: `they fit on ${nodeNames(nodes)}, and no filter of the scheduler keeps them apart: ${addressText(one)} (${sourceText(one, one.sources)}) is not declared as a host port${open}`,
        do: `let the values keep them apart (pod anti-affinity, nodes, port), then run this again: what would do was not tried`,
        at: places.length > 0 ? places : [{ file: files[0]?.id ?? 0, start: 0, end: 0 }],
        cells: [],
        identity: identityOf(first),
      } as const;
    });
  },
};
