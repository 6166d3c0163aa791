import type { Body, Variable } from "./syntax.ts";

/** The names that the expressions of a body start from: `var` of `var.region`, `local`, the type of a resource. */
export function rootNames(body: Body): ReadonlySet<string> {
  const names = new Set<string>();
  // Syntax is plain data: whatever holds a node holds it in a property.
  const pending: object[] = [body];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (isVariable(node)) names.add(node.name);
    for (const inner of Object.values(node)) {
      if (typeof inner === "object" && inner !== null) pending.push(inner);
    }
  }
  return names;
}

function isVariable(node: object): node is Variable {
  return "kind" in node && node.kind === "variable";
}
