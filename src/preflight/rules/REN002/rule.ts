import { keyText, type RenderedObject } from "../../../model/rendered-release.ts";
import type { PreflightRule } from "../../rule.ts";

export const rule: PreflightRule = {
  id: "REN002",
  name: "not-deterministic",
  title: "A chart renders something else each time",
  severity: "info",
  check({ after, release }) {
    if ("failed" in after) return [];
    return after.objects.flatMap((object) => {
      const pointers = randomOf(object);
      const [first] = pointers;
      if (first === undefined) return [];
      const { kind, name } = object.key;
      const more = pointers.length > 1 ? ` and ${pointers.length - 1} more` : "";
      return [
        {
          rule: "REN002",
          severity: "info",
          confidence: "observed",
          subject: `${release.namespace}/${release.name}`,
          what: `${kind} ${name} is rendered with something else each time`,
          why: `${first === "" ? "the whole object" : first}${more} differs between two runs of Helm: every upgrade changes it, and what it will be cannot be told`,
          do: `give it a value of its own, or let the chart keep what is there (lookup)`,
          at: [object.placeOf(first)],
          cells: [],
          identity: [keyText(object.key)],
        } as const,
      ];
    });
  },
};

function randomOf({ untold }: RenderedObject): readonly string[] {
  return [...untold].filter(([, { code }]) => code === "not-deterministic").map(([pointer]) => pointer);
}
