import type { Span } from "../../model/span.ts";
import type { Reason } from "../../model/told.ts";
import type { Value } from "../value.ts";

/** Marks of a plan beside a value, of the same shape with `true` at what they mark: `after_unknown`, `sensitive_values`. */
export interface Marks {
  readonly unknown?: unknown;
  readonly sensitive?: unknown;
}

/** A value of a plan. What is unknown until apply is left out of the plan's values, and stands in its marks only. */
export function plannedValue(found: unknown, marks: Marks, at: readonly Span[], depth = 0): Value {
  const reason = depth > maximumDepth ? tooDeep : reasonIn(marks);
  if (reason !== undefined) return { kind: "unknown", reason: { ...reason, at }, at };
  const below = (key: string | number): Value =>
    plannedValue(
      partOf(found, key),
      { unknown: partOf(marks.unknown, key), sensitive: partOf(marks.sensitive, key) },
      at,
      depth + 1,
    );
  if (Array.isArray(found) || Array.isArray(marks.unknown)) {
    const length = Math.max(lengthOf(found), lengthOf(marks.unknown));
    return { kind: "list", of: "tuple", items: Array.from({ length }, (_, index) => below(index)), at };
  }
  if (isObject(found) || (isObject(marks.unknown) && Object.keys(marks.unknown).length > 0)) {
    const keys = new Set([found, marks.unknown].flatMap((part) => (isObject(part) ? Object.keys(part) : [])));
    return { kind: "mapping", of: "object", entries: new Map([...keys].map((key) => [key, below(key)])), at };
  }
  if (typeof found === "string") return { kind: "string", value: found, at };
  if (typeof found === "boolean") return { kind: "bool", value: found, at };
  if (typeof found === "number") return { kind: "number", value: found, at };
  return { kind: "null", at };
}

const maximumDepth = 100;
const tooDeep: Reason = { code: "limit", text: "the plan nests it too deep", at: [] };
const untilApply: Reason = { code: "resource-attribute", text: "the plan says that it is known only at apply", at: [] };
const hidden: Reason = { code: "sensitive", text: "the plan says that it is sensitive: it is not read", at: [] };

function reasonIn({ unknown, sensitive }: Marks): Reason | undefined {
  if (unknown === true) return untilApply;
  return sensitive === true ? hidden : undefined;
}

function isObject(part: unknown): part is object {
  return typeof part === "object" && part !== null && !Array.isArray(part);
}

function lengthOf(part: unknown): number {
  return Array.isArray(part) ? part.length : 0;
}

function partOf(whole: unknown, key: string | number): unknown {
  if (typeof whole !== "object" || whole === null || !Object.hasOwn(whole, key)) return undefined;
  return Object.getOwnPropertyDescriptor(whole, key)?.value;
}
