import { isKnown } from "../../../model/told.ts";
import { keyText } from "../../../model/rendered-release.ts";
import { addressText, confidenceOf, placesOf, sourceText } from "../../findings/said-ports.ts";
import { identityOf, meetingGroups, nodeNames } from "../../findings/meeting-groups.ts";
import type { Preflighted } from "../../preflighted.ts";
import type { Meeting } from "../../meetings.ts";
import type { PreflightRule } from "../../rule.ts";

export const rule: PreflightRule = {
  id: "PRT002",
  name: "port-collision",
  title: "Two pods will be on one node and bind the same port of it",
  severity: "block",
  severityNote: "high where only what the image usually binds says so",
  check(preflighted) {
    const { release, files } = preflighted;
    return meetingGroups(preflighted, true).map(({ first, nodes }) => {
      const { one, other, isOfOneWorkload, pods } = first;
      const on = nodeNames(nodes);
      const isWeak = one.strength === "image default" || other.strength === "image default";
      const places = placesOf(isOfOneWorkload ? [one] : [one, other]);
      return {
        rule: "PRT002",
        severity: isWeak ? "high" : "block",
        confidence: confidenceOf([one, other]),
        subject: `${release.namespace}/${release.name}`,
        what: isOfOneWorkload
          ? `${pods} pods of ${one.pod.name} land on ${on}, and only one can bind port ${one.port} there`
          : `${one.pod.name} and ${other.pod.name} are both on ${on}, and only one can bind port ${one.port} there`,
        why: `${one.container} binds ${addressText(one)} (${sourceText(one, one.sources)})${besides(first)}; ${unseen(first)}. ${placeReason(preflighted, first)}The one that comes later ends in CrashLoopBackOff, "bind: address already in use"`,
        do: `let the values keep them apart (nodes, replicas, port), then run this again: what would do was not tried`,
        at: places.length > 0 ? places : [{ file: files[0]?.id ?? 0, start: 0, end: 0 }],
        cells: [],
        identity: identityOf(first),
      } as const;
    });
  },
};

function besides({ one, other, isOfOneWorkload }: Meeting): string {
  if (isOfOneWorkload) return "";
  return `, and so does ${other.container} of ${other.pod.name} (${sourceText(other, other.sources)}, ${addressText(one) === addressText(other) ? "the same address" : addressText(other)})`;
}

function unseen({ one, other }: Meeting): string {
  const is = one.seenByScheduler || other.seenByScheduler ? "one of them does not declare it" : "it is not declared";
  return `${is}, so the scheduler does not see it`;
}

function placeReason({ placed }: Preflighted, { one, node }: Meeting): string {
  if (!isKnown(placed)) return "";
  const found = placed.known.placements.find(
    ({ workload, node: on, when }) => when === "after" && on === node && keyText(workload) === keyText(one.pod),
  );
  return found === undefined ? "" : `${node}: ${found.because}. `;
}
