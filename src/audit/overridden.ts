import type { Span } from "../model/span.ts";
import type { Cell } from "./matrix.ts";

/**
 * The condition under which a value stays what it is, where a place in its chain is one that something outside
 * the repository can replace; `null` where there is none. `holds` says what the value is for: "the pin".
 */
export function unlessOverridden(at: readonly Span[], holds: string): Extract<Cell, { state: "conditional" }> | null {
  const place = at.find(({ role }) => role !== undefined && overrides.has(role));
  const override = place?.role === undefined ? undefined : overrides.get(place.role);
  if (override === undefined) return null;
  const name = place?.name ?? "the variable";
  return {
    state: "conditional",
    note: override.word,
    on: override.condition(name, name.replace(/^var\./, ""), holds),
    at,
  };
}

/** Places by their role, in Terraform's order of precedence. */
const overrides = new Map([
  [
    "root variable default",
    {
      word: "default",
      condition: (name: string, variable: string, holds: string) =>
        `nothing sets ${name} by -var, a variable file or TF_VAR_${variable}: its default is ${holds}`,
    },
  ],
  [
    "terragrunt input",
    {
      word: "inputs",
      condition: (_: string, variable: string) =>
        `the environment does not set TF_VAR_${variable}: it would win over Terragrunt's inputs`,
    },
  ],
  [
    "plan",
    {
      word: "plan",
      condition: (name: string) =>
        `every run gives ${name} the value that the plan shows: it stands nowhere in the repository`,
    },
  ],
  ["var-file", { word: "var-file", condition: (name: string) => `-var-file names the file that sets ${name}` }],
]);
