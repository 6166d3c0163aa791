import { ofRelease } from "../../of-release.ts";
import { collisionFindings } from "../../ports/port-findings.ts";
import type { PreflightRule } from "../../rule.ts";

export const rule: PreflightRule = {
  id: "PRT003",
  name: "port-collision-may-be",
  title: "Pods that bind the same port may land on one node",
  severity: "high",
  severityNote: "medium while it could not be told which nodes win",
  check(preflighted) {
    const open = preflighted.collisions.filter(({ chance }) => chance !== "certain");
    return collisionFindings(open).map((finding) => ofRelease(preflighted, finding));
  },
};
