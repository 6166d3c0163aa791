import type { Told } from "../../model/told.ts";
import { isKnown, known } from "../../model/told.ts";
import type { LabelSelector, ResourceFilter } from "../repository.ts";
import type { Value } from "../value.ts";
import { field, itemsOf, textList, textOf } from "./field.ts";
import { anyResource, bothFilters } from "./filters.ts";
import { notEvaluated, withCondition, type Reach } from "./reach.ts";

/**
 * Preconditions on the object's namespace, a label or an annotation, compared with plain texts, become
 * filters; those on the operation that let objects be made or changed say nothing; the others remain
 * conditions that this reading does not decide.
 */
export function narrowedByPreconditions(reach: Reach, preconditions: Value, cel: Value): Reach {
  let narrowed = reach;
  for (const condition of allOf(preconditions)) narrowed = narrow(narrowed, condition);
  for (const item of itemsOf(cel)) narrowed = undecided(narrowed, item, "a CEL precondition decides");
  return narrowed;
}

/** Conditions that must all hold; several under `any` come as one that cannot be decided. */
function allOf(value: Value): readonly Value[] {
  if (value.kind !== "mapping") return itemsOf(value);
  const any = field(value, "any");
  const anyItems = itemsOf(any);
  return [...itemsOf(field(value, "all")), ...(anyItems.length > 1 ? [any] : anyItems)];
}

function undecided(reach: Reach, condition: Value, text: string): Reach {
  return withCondition(reach, notEvaluated(text, condition.at));
}

function narrow(reach: Reach, condition: Value): Reach {
  const key = textOf(field(condition, "key"));
  const operator = textOf(field(condition, "operator"));
  const values = textList(field(condition, "value"));
  if (!isKnown(key) || !isKnown(operator) || !isKnown(values))
    return undecided(reach, condition, "a precondition could not be read");
  const subject = /^\{\{\s*([^{}]*?)\s*\}\}$/.exec(key.known ?? "")?.[1];
  const isNegative = negative.has(operator.known ?? "");
  if (subject === undefined || (!isNegative && !positive.has(operator.known ?? ""))) {
    return undecided(reach, condition, "a precondition decides");
  }
  if (subject === "request.operation" && allowsWriting(values.known, isNegative)) return reach;
  const filter = filterFor(subject, values, condition);
  if (filter === undefined) return undecided(reach, condition, "a precondition decides");
  return isNegative ? { ...reach, exclude: [...reach.exclude, filter] } : restricted(reach, filter, condition);
}

const positive = new Set(["Equals", "Equal", "In", "AnyIn"]);
const negative = new Set(["NotEquals", "NotEqual", "NotIn", "AnyNotIn", "AllNotIn"]);

function allowsWriting(operations: readonly string[], isNegative: boolean): boolean {
  const writing = operations.includes("CREATE") || operations.includes("UPDATE");
  return writing !== isNegative;
}

const namespaceOfObject = /^request\.(?:object\.metadata\.)?namespace(?:\s*\|\|\s*(?:''|""|``))?$/;
const mapEntry =
  /^request\.object\.metadata\.(labels|annotations)\.(?:"([^"]+)"|([A-Za-z0-9_]+))(?:\s*\|\|\s*(?:''|""|``))?$/;

function filterFor(subject: string, values: Told<readonly string[]>, condition: Value): ResourceFilter | undefined {
  const at = condition.at[0];
  if (at === undefined || !isKnown(values) || values.known.some((text) => text === "" || text.includes("{{")))
    return undefined;
  if (namespaceOfObject.test(subject)) return { ...anyResource(at), namespaces: values };
  const entry = mapEntry.exec(subject);
  const name = entry?.[2] ?? entry?.[3];
  const [only] = values.known;
  if (entry === null || name === undefined || only === undefined || values.known.length !== 1) return undefined;
  const wanted = new Map([[name, known(only, values.at)]]);
  if (entry[1] === "annotations") return { ...anyResource(at), annotations: wanted };
  const selector: LabelSelector = { matchLabels: wanted, matchExpressions: [], unknown: null };
  return { ...anyResource(at), selector };
}

function restricted(reach: Reach, filter: ResourceFilter, condition: Value): Reach {
  const match = reach.match.map((one) => bothFilters(one, filter));
  if (match.every((one) => one !== undefined)) return { ...reach, match };
  return undecided(reach, condition, "a precondition decides");
}
