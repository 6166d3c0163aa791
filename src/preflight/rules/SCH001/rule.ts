import { isKnown } from "../../../model/told.ts";
import { keyText } from "../../../model/rendered-release.ts";
import type { PreflightRule } from "../../rule.ts";

export const rule: PreflightRule = {
  id: "SCH001",
  name: "no-node-fits",
  title: "No node takes a pod of a workload",
  severity: "block",
  check({ placed, release }) {
    if (!isKnown(placed)) return [];
    const { places, placements } = placed.known;
    return places.flatMap(({ workload, wanted, nodes, stays }) => {
      if (stays || wanted === 0 || nodes.length > 0) return [];
      const { key } = workload.object;
      const here = placements.filter(({ workload: of, when }) => when === "after" && keyText(of) === keyText(key));
      const reasons = Map.groupBy(here, ({ because }) => because);
      const why = [...reasons].map(([because, all]) => `${because} (${all.map(({ node }) => node).join(", ")})`);
      return [
        {
          rule: "SCH001",
          severity: "block",
          confidence: "inferred",
          subject: `${release.namespace}/${release.name}`,
          what: `no node takes a pod of ${key.name}`,
          why: `${why.join("; ") || "the cluster has no node"}: its pods stay Pending, and the rollout does not end`,
          do: `let the values choose nodes that are there, then run this again: what would do was not tried`,
          at: [workload.object.placeOf(`${workload.templateAt}/spec`)],
          cells: [],
          identity: [keyText(key)],
        } as const,
      ];
    });
  },
};
