import type { Span } from "../../model/span.ts";
import type { Reason, Told } from "../../model/told.ts";
import { isKnown, known } from "../../model/told.ts";
import type { LabelSelector, ResourceFilter } from "../repository.ts";
import type { Value } from "../value.ts";
import { field, itemsOf, textList, textMap, textOf } from "./field.ts";

/** A filter that lets everything through. */
export function anyResource(at: Span): ResourceFilter {
  const everything = known([]);
  return {
    kinds: everything,
    namespaces: null,
    names: null,
    selector: null,
    namespaceSelector: null,
    annotations: null,
    at,
  };
}

/** A selector with `matchLabels` and `matchExpressions`; `null` where none is written. */
export function labelSelector(value: Value): LabelSelector | null {
  if (value.kind === "null") return null;
  if (value.kind === "unknown") return { matchLabels: new Map(), matchExpressions: [], unknown: value.reason };
  const labels = textMap(field(value, "matchLabels"));
  const expressions: LabelSelector["matchExpressions"][number][] = [];
  let doubt = labels.rest ?? (value.kind === "mapping" ? (value.rest ?? null) : null);
  const list = field(value, "matchExpressions");
  if (list.kind === "unknown") doubt ??= list.reason;
  for (const item of list.kind === "unknown" ? [] : itemsOf(list)) {
    const expression = matchExpression(item);
    if ("code" in expression) doubt ??= expression;
    else expressions.push(expression);
  }
  return { matchLabels: labels.entries, matchExpressions: expressions, unknown: doubt };
}

function matchExpression(value: Value): LabelSelector["matchExpressions"][number] | Reason {
  const key = textOf(field(value, "key"));
  const operator = textOf(field(value, "operator"));
  const values = textList(field(value, "values"));
  if (!isKnown(key)) return key.unknown;
  if (!isKnown(operator)) return operator.unknown;
  if (!isKnown(values)) return values.unknown;
  switch (operator.known) {
    case "In":
    case "NotIn":
    case "Exists":
    case "DoesNotExist":
      return { key: key.known ?? "", operator: operator.known, values: values.known };
    default:
      return {
        code: "type-mismatch",
        text: "a selector has an operator that Kubernetes does not know",
        at: operator.at,
      };
  }
}

/** One filter for what passes both; `undefined` where both restrict the same thing and only matching could tell. */
export function bothFilters(one: ResourceFilter, other: ResourceFilter): ResourceFilter | undefined {
  const kinds = bothLists(one.kinds, other.kinds);
  const namespaces = bothOptional(one.namespaces, other.namespaces);
  const names = bothOptional(one.names, other.names);
  const selector = bothSelectors(one.selector, other.selector);
  const namespaceSelector = bothSelectors(one.namespaceSelector, other.namespaceSelector);
  if (kinds === undefined || namespaces === undefined || names === undefined) return undefined;
  const annotations =
    one.annotations === null || other.annotations === null
      ? (one.annotations ?? other.annotations)
      : new Map([...one.annotations, ...other.annotations]);
  const further = [...(one.furtherConditions ?? []), ...(other.furtherConditions ?? [])];
  const furtherConditions = further.length === 0 ? {} : { furtherConditions: further };
  return { kinds, namespaces, names, selector, namespaceSelector, annotations, ...furtherConditions, at: one.at };
}

function bothOptional(one: Told<readonly string[]> | null, other: Told<readonly string[]> | null) {
  if (one === null || other === null) return one ?? other;
  return bothLists(one, other);
}

/** An empty list restricts nothing. Lists with wildcards cannot be joined into one. */
function bothLists(one: Told<readonly string[]>, other: Told<readonly string[]>): Told<readonly string[]> | undefined {
  if (!isKnown(one)) return one;
  if (!isKnown(other)) return other;
  if (one.known.length === 0) return other;
  if (other.known.length === 0) return one;
  if ([...one.known, ...other.known].some((text) => /[*?/.]/.test(text))) return undefined;
  const shared = one.known.filter((text) => other.known.includes(text));
  return shared.length === 0 ? undefined : known(shared, [...one.at, ...other.at]);
}

function bothSelectors(one: LabelSelector | null, other: LabelSelector | null): LabelSelector | null {
  if (one === null || other === null) return one ?? other;
  const clash = [...one.matchLabels.keys()].some((key) => other.matchLabels.has(key));
  const doubt: Reason = { code: "limit", text: "two selectors name the same label", at: [] };
  return {
    matchLabels: new Map([...one.matchLabels, ...other.matchLabels]),
    matchExpressions: [...one.matchExpressions, ...other.matchExpressions],
    unknown: one.unknown ?? other.unknown ?? (clash ? doubt : null),
  };
}
