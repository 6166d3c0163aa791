import { isKnown } from "../../../model/told.ts";
import { keyText } from "../../../model/rendered-release.ts";
import type { PreflightRule } from "../../rule.ts";

export const rule: PreflightRule = {
  id: "SCH002",
  name: "fewer-than-wanted",
  title: "The nodes have not room for all pods of a workload",
  severity: "block",
  check({ placed, release }) {
    if (!isKnown(placed)) return [];
    return placed.known.places.flatMap(({ workload, wanted, homeless, nodes, stays }) => {
      if (stays || homeless <= 0 || nodes.length === 0) return [];
      const { key } = workload.object;
      return [
        {
          rule: "SCH002",
          severity: "block",
          confidence: "inferred",
          subject: `${release.namespace}/${release.name}`,
          what: `${homeless} of ${wanted} pods of ${key.name} find no node`,
          why: `it fits on ${nodes.length === 1 ? nodes[0] : `${nodes.length} nodes`}, where there is room for ${wanted - homeless}: the rest stays Pending, and the rollout does not end`,
          do: `let the values ask for fewer or smaller pods, or choose more nodes, then run this again: what would do was not tried`,
          at: [workload.object.placeOf("/spec/replicas")],
          cells: [],
          identity: [keyText(key)],
        } as const,
      ];
    });
  },
};
