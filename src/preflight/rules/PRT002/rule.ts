import { ofRelease } from "../../of-release.ts";
import { collisionFindings } from "../../ports/port-findings.ts";
import type { PreflightRule } from "../../rule.ts";

export const rule: PreflightRule = {
  id: "PRT002",
  name: "port-collision",
  title: "Two pods will be on one node and bind the same port of it",
  severity: "block",
  severityNote:
    "high where their addresses are not told well enough, only the image says so, or it ends with the rollout",
  check(preflighted) {
    const certain = preflighted.collisions.filter(({ chance }) => chance === "certain");
    return collisionFindings(certain).map((finding) => ofRelease(preflighted, finding));
  },
};
