import { ofRelease } from "../../of-release.ts";
import { heldPorts } from "../../ports/port-findings.ts";
import type { PreflightRule } from "../../rule.ts";

export const rule: PreflightRule = {
  id: "PRT005",
  name: "port-held",
  title: "Something has a port on a node that a pod of the release needs there",
  severity: "block",
  severityNote: "high where it is not certain that a pod lands there, or that both cannot have it",
  check(preflighted) {
    return heldPorts(preflighted.collisions).map((finding) => ofRelease(preflighted, finding));
  },
};
