import * as z from "zod";
import type { Reason } from "../../model/told.ts";
import type { Value } from "../value.ts";
import { parseJson, resourcesIn } from "./shown-json.ts";

const planModule = z.object({
  resources: z
    .array(z.object({ address: z.string(), mode: z.string(), type: z.string(), values: z.unknown() }))
    .optional(),
  child_modules: z.array(z.unknown()).optional(),
});
const planFile = z.object({
  format_version: z.string(),
  variables: z.record(z.string(), z.object({ value: z.unknown() })).optional(),
  planned_values: z.object({ root_module: planModule }),
  prior_state: z.object({ values: z.object({ root_module: planModule }).optional() }).optional(),
});

/**
 * What `terraform show -json` of a plan answers: the values of root variables and of data sources. A planned
 * `version` of a release is no answer: it is what resolved, pinned or not.
 */
export interface PlanAnswers {
  readonly label: string;
  /** Addresses of the helm releases planned: they tell to which stack the plan belongs. */
  readonly releases: ReadonlySet<string>;
  variable(name: string): Value | undefined;
  /** By address, such as `module.a.data.aws_region.current`. */
  data(address: string): Value | undefined;
}

/** Reads `terraform show -json PLANFILE`; `null` where the text is something else. */
export function readPlan(text: string, label: string): PlanAnswers | null {
  const json = parseJson(text);
  const read = planFile.safeParse(json);
  if (!read.success) return null;
  const { variables = {}, planned_values: planned, prior_state: prior } = read.data;
  const data = new Map<string, unknown>();
  const releases = new Set<string>();
  for (const root of [planned.root_module, prior?.values?.root_module]) {
    if (root === undefined) continue;
    for (const { address, mode, type, values } of resourcesIn(root, (child) => planModule.safeParse(child).data)) {
      if (mode === "data") data.set(address, values);
      else if (type === "helm_release") releases.add(address);
    }
  }
  return {
    label,
    releases,
    variable: (name) => (Object.hasOwn(variables, name) ? planValue(variables[name]?.value) : undefined),
    data: (address) => (data.has(address) ? planValue(data.get(address)) : undefined),
  };
}

const tooDeep: Reason = { code: "limit", text: "the plan nests it too deep", at: [] };

function planValue(found: unknown, depth = 0): Value {
  if (depth > 100) return { kind: "unknown", reason: tooDeep, at: [] };
  if (found === null || found === undefined) return { kind: "null", at: [] };
  if (typeof found === "string") return { kind: "string", value: found, at: [] };
  if (typeof found === "boolean") return { kind: "bool", value: found, at: [] };
  if (typeof found === "number") return { kind: "number", value: found, at: [] };
  if (Array.isArray(found))
    return { kind: "list", of: "tuple", items: found.map((item) => planValue(item, depth + 1)), at: [] };
  const entries = Object.entries(found).map(([key, item]): [string, Value] => [key, planValue(item, depth + 1)]);
  return { kind: "mapping", of: "object", entries: new Map(entries), at: [] };
}
