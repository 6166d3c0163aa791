import { comparePrereleases, compareVersions, parseVersion } from "./semantic-version.ts";
import type { SemanticVersion } from "./semantic-version.ts";

/**
 * A version constraint as Helm reads it (Go's Masterminds/semver 3). `npm`'s reading differs: a comma
 * means "and", `~0` means `>=0, <1`, `<=1.2` admits 1.2.9, `!=` exists, `1.2` is a range.
 * Groups are joined by "or", the conditions of a group by "and".
 */
export type VersionConstraint = readonly (readonly Condition[])[];

/**
 * How a pre-release may satisfy a group: when any condition of the group names a pre-release (`group`,
 * Masterminds/semver from 3.4), or only where each does (`each`, before). Helm 3 and 4 use both.
 */
export type PrereleaseReading = "group" | "each";

/** `null`: Helm refuses the text. */
export function parseConstraint(text: string): VersionConstraint | null {
  if (text.length > maximumLength) return null;
  const groups: Condition[][] = [];
  for (const group of withoutHyphens(text).split("||")) {
    const conditions = parseGroup(group);
    if (conditions === null) return null;
    groups.push(conditions);
  }
  return groups;
}

/** True where Helm reads the text neither as a version nor as a constraint; false where it is too long to tell. */
export function isRefused(text: string): boolean {
  return text.length <= maximumLength && parseConstraint(text) === null;
}

export function satisfies(
  version: SemanticVersion,
  constraint: VersionConstraint,
  reading: PrereleaseReading,
): boolean {
  return constraint.some((group) => {
    const named = group.some((condition) => condition.version.prerelease !== "");
    return group.every((condition) => {
      const admitted = reading === "group" ? named : condition.version.prerelease !== "";
      return holds(version, condition, admitted, reading);
    });
  });
}

/** Longer texts are refused: nobody writes them, and a hostile one costs time. */
const maximumLength = 256;

interface Condition {
  readonly operator: string;
  readonly version: SemanticVersion;
  /** What is left open: `*`, `1.x` or `1`, `1.2.x` or `1.2`, nothing. */
  readonly open: "all" | "minor" | "patch" | "nothing";
}

const number = String.raw`[0-9|xX*]+`;
const identifiers = String.raw`[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*`;
const wildVersion = String.raw`v?${number}(?:\.${number})?(?:\.${number})?(?:-${identifiers})?(?:\+${identifiers})?`;
const hyphenRange = new RegExp(String.raw`\s*(${wildVersion})\s+-\s+(${wildVersion})\s*`, "g");
const versionHere = new RegExp(
  String.raw`(?<whole>v?(?<major>${number})(?:\.(?<minor>${number}))?(?:\.(?<patch>${number}))?(?<prerelease>-${identifiers})?(?:\+${identifiers})?)`,
  "y",
);
const operatorHere = /!=|>=|=>|<=|=<|~>|[=><~^]|/y;

function withoutHyphens(text: string): string {
  return text.replace(hyphenRange, (_, low: string, high: string) => `>= ${low}, <= ${high} `);
}

/** Conditions with blanks or one comma between them. Read by hand: a pattern for the whole would backtrack without end. */
function parseGroup(text: string): Condition[] | null {
  const conditions: Condition[] = [];
  let at = skipBlanks(text, 0);
  while (at < text.length) {
    operatorHere.lastIndex = at;
    const operator = operatorHere.exec(text)?.[0] ?? "";
    versionHere.lastIndex = skipBlanks(text, at + operator.length);
    const match = versionHere.exec(text);
    const condition = match?.groups === undefined ? null : conditionOf(operator, match.groups);
    if (condition === null) return null;
    conditions.push(condition);
    const end = versionHere.lastIndex;
    const blanks = skipBlanks(text, end);
    const next = text[blanks] === "," ? skipBlanks(text, blanks + 1) : blanks;
    if (next === end && next < text.length) return null;
    if (next === text.length && text[blanks] === ",") return null;
    at = next;
  }
  return conditions.length === 0 ? null : conditions;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && "\t\n\f\r ".includes(text[at] ?? "")) at++;
  return at;
}

function conditionOf(operator: string, parts: Readonly<Record<string, string | undefined>>): Condition | null {
  const { whole = "", major = "", minor = "", patch = "", prerelease = "" } = parts;
  const [text, open] = isOpen(major)
    ? [`0.0.0${prerelease}`, "all" as const]
    : isOpen(minor)
      ? [`${major}.0.0${prerelease}`, "minor" as const]
      : isOpen(patch)
        ? [`${major}.${minor}.0${prerelease}`, "patch" as const]
        : [whole, "nothing" as const];
  const version = parseVersion(text);
  return version === null ? null : { operator, version, open };
}

function isOpen(part: string): boolean {
  return part === "" || part === "x" || part === "X" || part === "*";
}

function holds(
  version: SemanticVersion,
  condition: Condition,
  prereleases: boolean,
  reading: PrereleaseReading,
): boolean {
  const { operator, open } = condition;
  if (version.prerelease !== "" && !prereleases) {
    // Before 3.4 an exact `!=` was asked of pre-releases whatever it named.
    if (reading !== "each" || operator !== "!=" || open !== "nothing") return false;
  }
  const order = compareVersions(version, condition.version);
  switch (operator) {
    case "":
    case "=":
      return open === "nothing" ? order === 0 : tilde(version, condition, order);
    case "!=":
      return differs(version, condition, order);
    case ">":
      return above(version, condition, order);
    case ">=":
    case "=>":
      return order >= 0;
    case "<":
      return order < 0;
    case "<=":
    case "=<":
      return atMost(version, condition, order);
    case "^":
      return order >= 0 && caret(version, condition);
    default:
      return tilde(version, condition, order);
  }
}

function tilde(version: SemanticVersion, { version: limit, open }: Condition, order: number): boolean {
  if (order < 0) return false;
  const [major, minor, patch] = limit.numbers;
  // Zero in every written place admits everything, as the library does.
  if (major === 0n && minor === 0n && patch === 0n && open !== "minor" && open !== "patch") return true;
  return version.numbers[0] === major && (version.numbers[1] === minor || open === "minor");
}

function caret(version: SemanticVersion, { version: limit, open }: Condition): boolean {
  const [major, minor, patch] = limit.numbers;
  if (version.numbers[0] !== major) return false;
  if (major > 0n || open === "minor") return true;
  if (version.numbers[1] !== minor) return false;
  return minor > 0n || open === "patch" || version.numbers[2] === patch;
}

function above(version: SemanticVersion, { version: limit, open }: Condition, order: number): boolean {
  if (version.numbers[0] !== limit.numbers[0] || open === "nothing" || open === "all") {
    return open === "nothing" || open === "all" ? order > 0 : version.numbers[0] > limit.numbers[0];
  }
  return open === "patch" && version.numbers[1] > limit.numbers[1];
}

function atMost(version: SemanticVersion, { version: limit, open }: Condition, order: number): boolean {
  if (open === "nothing") return order <= 0;
  if (version.numbers[0] !== limit.numbers[0]) return version.numbers[0] < limit.numbers[0];
  return version.numbers[1] <= limit.numbers[1] || open === "minor";
}

function differs(version: SemanticVersion, { version: limit, open }: Condition, order: number): boolean {
  if (open === "nothing" || version.numbers[0] !== limit.numbers[0]) return order !== 0;
  if (open === "minor") return false;
  if (version.numbers[1] !== limit.numbers[1]) return true;
  if (open === "all") return version.numbers[2] !== limit.numbers[2] || order !== 0;
  return comparePrereleases(version.prerelease, limit.prerelease) !== 0;
}
