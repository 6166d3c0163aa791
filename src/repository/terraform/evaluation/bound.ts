import type { Value } from "../../value.ts";

/** Names bound by `for` and splat expressions, the innermost first. */
export interface Bound {
  readonly name: string;
  readonly value: Value;
  readonly outer: Bound | undefined;
}

export function lookUp(bound: Bound | undefined, name: string): Value | undefined {
  for (let at = bound; at !== undefined; at = at.outer) if (at.name === name) return at.value;
  return undefined;
}
