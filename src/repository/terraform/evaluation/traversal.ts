import type { Expression } from "../../hcl/syntax.ts";
import { unknownValue } from "../../value-tree.ts";
import type { Value } from "../../value.ts";
import { attributeOf, elementAt } from "./access.ts";
import { lookUp, type Bound } from "./bound.ts";
import type { Evaluation } from "./evaluation.ts";
import { placeOf } from "./places.ts";

/** A name with the attributes and indexes after it, such as `var.a["b"].c`. */
export function traversalValue(expression: Expression, bound: Bound | undefined, evaluation: Evaluation): Value {
  const path: Expression[] = [];
  let root = expression;
  while (root.kind === "get" || root.kind === "index") {
    path.push(root);
    root = root.object;
  }
  path.reverse();
  if (root.kind !== "variable") return follow(evaluation.value(root, bound), path, bound, evaluation);
  const local = lookUp(bound, root.name);
  if (local !== undefined) return follow(local, path, bound, evaluation);
  const found = evaluation.scope.lookup(root.name, literalNames(path));
  if (found === undefined) {
    return unknownValue("not-declared", `${root.name} is not declared`, { at: placeOf(expression, evaluation) });
  }
  return follow(found.value, path.slice(found.used), bound, evaluation);
}

function follow(start: Value, path: readonly Expression[], bound: Bound | undefined, evaluation: Evaluation): Value {
  let value = start;
  for (const step of path) {
    evaluation.budget.spend(1);
    if (step.kind === "get") value = attributeOf(value, step.name);
    else if (step.kind === "index") value = elementAt(value, evaluation.value(step.key, bound));
  }
  return value;
}

/** The attribute names that follow a name literally. */
function literalNames(path: readonly Expression[]): string[] {
  const names: string[] = [];
  for (const step of path) {
    if (step.kind === "get") names.push(step.name);
    else if (
      step.kind === "index" &&
      step.key.kind === "template" &&
      step.key.parts.length === 1 &&
      step.key.parts[0]?.kind === "text"
    ) {
      names.push(step.key.parts[0].text);
    } else break;
  }
  return names;
}

/** Whether an expression only names what stands elsewhere. */
export function isPlainReference(expression: Expression): boolean {
  if (expression.kind === "variable") return true;
  if (expression.kind === "parenthesis") return isPlainReference(expression.inner);
  if (expression.kind === "index" && expression.key.kind !== "template" && expression.key.kind !== "literal")
    return false;
  return (expression.kind === "get" || expression.kind === "index") && isPlainReference(expression.object);
}
