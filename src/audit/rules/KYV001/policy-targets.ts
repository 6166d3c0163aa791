import type { Span } from "../../../model/span.ts";
import { isKnown, type Told } from "../../../model/told.ts";
import { wildcardMatch } from "../../../repository/manifests/match.ts";
import type { Injection, ResourceFilter } from "../../../repository/repository.ts";

/** How the targets of a rule go beyond what its author wrote in `match` and `exclude`. */
export interface Widening {
  readonly target: ResourceFilter;
  /** Completes "the targets ...". */
  readonly reach: string;
  readonly repeat: string;
  readonly at: readonly Span[];
}

/**
 * The first target that goes beyond `exclude` or `match`; `null` where none certainly does. Kyverno lists targets in
 * the whole cluster and limits them by nothing but themselves (v1.19.0, pkg/background/mutate/load_targets.go). A
 * target of other kinds than `match` is a different thing by intent: it says nothing here.
 */
export function widening({ match, exclude, targets, furtherConditions }: Injection): Widening | null {
  if (targets === null || furtherConditions.length > 0) return null;
  for (const target of targets) {
    if (!match.some((filter) => shareKind(filter.kinds, target.kinds))) continue;
    const found = beyondExclude(target, exclude) ?? beyondMatch(target, match);
    if (found !== null) return found;
  }
  return null;
}

function shareKind(a: Told<readonly string[]>, b: Told<readonly string[]>): boolean {
  if (!isKnown(a) || !isKnown(b)) return false;
  return (
    a.known.length === 0 ||
    a.known.some((one) => b.known.some((other) => wildcardMatch(lastPart(one), lastPart(other))))
  );
}

function lastPart(kind: string): string {
  return kind.slice(kind.lastIndexOf("/") + 1);
}

function beyondExclude(target: ResourceFilter, exclude: readonly ResourceFilter[]): Widening | null {
  const left = exclude.find(
    (filter) =>
      !isApart(target.namespaces, filter.namespaces) && !isApart(target.names, filter.names) && !selects(target),
  );
  if (left === undefined) return null;
  const names = listed(left.namespaces);
  const reach = names === null ? "reach what is excluded" : `reach the excluded ${names}`;
  return {
    target,
    reach,
    repeat: "namespaces that leave out the excluded ones, or preconditions on target.metadata",
    at: [left.at],
  };
}

function beyondMatch(target: ResourceFilter, match: readonly ResourceFilter[]): Widening | null {
  const limited = match.every((filter) => filter.namespaces !== null && isKnown(filter.namespaces));
  const allowed = match.flatMap(({ namespaces }) =>
    namespaces !== null && isKnown(namespaces) ? namespaces.known : [],
  );
  if (!limited || allowed.length === 0 || allowed.includes("*")) return null;
  if (target.namespaces !== null && !isKnown(target.namespaces)) return null;
  const outside =
    target.namespaces === null
      ? "every namespace"
      : target.namespaces.known.find((name) => !allowed.some((pattern) => wildcardMatch(pattern, name)));
  if (outside === undefined) return null;
  const reach = `reach ${target.namespaces === null ? outside : `the namespace ${outside}`}, its match only ${allowed.join(", ")}`;
  return { target, reach, repeat: `the namespaces ${allowed.join(", ")}`, at: match.map(({ at }) => at) };
}

/** True where nothing can be in both lists, and where it could not be told. */
function isApart(a: Told<readonly string[]> | null, b: Told<readonly string[]> | null): boolean {
  if (a === null || b === null) return false;
  if (!isKnown(a) || !isKnown(b)) return true;
  return !a.known.some((one) => b.known.some((other) => wildcardMatch(one, other) || wildcardMatch(other, one)));
}

/** A selector of its own may leave out just what is excluded. */
function selects({ selector, namespaceSelector }: ResourceFilter): boolean {
  return selector !== null || namespaceSelector !== null;
}

function listed(namespaces: Told<readonly string[]> | null): string | null {
  if (namespaces === null || !isKnown(namespaces)) return null;
  const { known } = namespaces;
  return `${known.length === 1 ? "namespace" : "namespaces"} ${known.slice(0, 3).join(", ")}${known.length > 3 ? ` and ${known.length - 3} more` : ""}`;
}
