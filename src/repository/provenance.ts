import type { Span, SpanRole } from "../model/span.ts";
import type { Value } from "./value.ts";

/** Chains do not grow beyond this. */
const maximumSpans = 24;
/** Values looked at while the places of a computed one are gathered. */
const maximumVisited = 200;

/** Roles of places that decide a value, as opposed to those where it is written or made. */
const deciding: ReadonlySet<SpanRole> = new Set<SpanRole>([
  "local",
  "variable default",
  "root variable default",
  "tfvars",
  "var-file",
  "module argument",
  "terragrunt input",
  "resource attribute",
  "output",
  "for_each",
  "plan",
]);

function isDeciding(span: Span): boolean {
  return span.role !== undefined && deciding.has(span.role);
}

function sameSpan(a: Span, b: Span): boolean {
  return a === b || (a.file === b.file && a.start === b.start && a.end === b.end && a.role === b.role);
}

function includesSpan(spans: readonly Span[], span: Span): boolean {
  return spans.some((other) => sameSpan(other, span));
}

/** Where a value comes from that an operation at `place` made of others. */
export function computedAt(place: Span, inputs: readonly Value[]): readonly Span[] {
  const at: Span[] = [{ ...place, role: "computed" }];
  for (const span of spansWithin(inputs)) {
    if (at.length > maximumSpans) break;
    if (span.role !== "literal" && !includesSpan(at, span)) at.push(span);
  }
  return at;
}

function* spansWithin(values: readonly Value[]): Generator<Span> {
  const pending: Value[] = [...values];
  for (let visited = 0; visited < maximumVisited && visited < pending.length; visited += 1) {
    const value = pending[visited];
    if (value === undefined) return;
    yield* value.at;
    if (value.kind === "list") pending.push(...value.items.slice(0, maximumVisited));
    else if (value.kind === "mapping") pending.push(...value.entries.values().take(maximumVisited));
  }
}

/** The places that let somebody change these values without touching what is selected by them. */
export function decidersOf(values: readonly Value[]): readonly Span[] {
  const spans: Span[] = [];
  for (const span of spansWithin(values)) {
    if (spans.length >= maximumSpans) break;
    if (isDeciding(span) && !includesSpan(spans, span)) spans.push(span);
  }
  return spans;
}

/** `value`, which `deciders` selected: they come before its own chain, whose last entry stays the origin. */
export function decidedBy<T extends Value>(deciders: readonly Span[], value: T): T {
  if (deciders.length === 0) return value;
  const added = deciders.filter((span) => !includesSpan(value.at, span));
  if (added.length === 0) return value;
  return { ...value, at: [...added.slice(0, Math.max(0, maximumSpans - value.at.length)), ...value.at] };
}

/**
 * A part of `container`: how the container got here is how its parts did. What a list was computed from decides which of
 * its elements stands where; what is under a name in a mapping says for itself what it depends on.
 */
export function partOf<T extends Value>(container: Value, part: T): T {
  const origin = container.at.findIndex((span) => !isDeciding(span));
  if (container.kind === "list" && container.at[origin]?.role === "computed")
    return decidedBy(container.at.filter(isDeciding), part);
  return decidedBy(origin === -1 ? container.at : container.at.slice(0, origin), part);
}

/** Puts a step before a value's provenance: the name that was followed and the place it led to. */
export function via(
  value: Value,
  role: SpanRole,
  name: string,
  span: Span | undefined,
  before: readonly Span[] = [],
): Value {
  const step = span === undefined ? [] : [{ ...span, role, name }];
  return { ...value, at: [...step, ...before, ...value.at].slice(-maximumSpans) };
}
