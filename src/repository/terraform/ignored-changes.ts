import type { Expression } from "../hcl/syntax.ts";
import { attribute, nested, type PlacedBlock } from "./module.ts";

/** Names in `lifecycle.ignore_changes`, written as traversals, or as texts in JSON and of old; `all` for the keyword. */
export function ignoredChanges(placed: PlacedBlock): readonly string[] {
  const written = lifecycles(placed)
    .map((lifecycle) => attribute(lifecycle, "ignore_changes"))
    .find((found) => found !== undefined);
  if (written === undefined) return [];
  const { expression, source } = written;
  if (expression.kind === "variable") return [expression.name];
  const named = ({ start, end }: Expression) => source.text.slice(start, end).replace(/^"(.*)"$/, "$1");
  return expression.kind === "tuple" ? expression.items.map(named) : [named(expression)];
}

/** Terraform merges them argument by argument: one of an override file comes first and replaces what it names. */
function lifecycles(placed: PlacedBlock): readonly PlacedBlock[] {
  const { overriddenBy, ...own } = placed;
  return [...(overriddenBy === undefined ? [] : lifecycles(overriddenBy)), ...nested(own, "lifecycle")];
}
