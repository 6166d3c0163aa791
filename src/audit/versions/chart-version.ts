import { known, unknown } from "../../model/told.ts";
import type { Told } from "../../model/told.ts";
import { compareVersions, parseStrictVersion, parseVersion } from "./semantic-version.ts";
import type { SemanticVersion } from "./semantic-version.ts";
import { parseConstraint, satisfies } from "./version-constraint.ts";
import type { VersionConstraint } from "./version-constraint.ts";

export interface ResolveOptions {
  /** Take pre-releases too; counts only where no constraint is written. */
  readonly devel: boolean;
  /** An index of a chart repository, or the tags of an OCI repository: Helm reads both differently. */
  readonly from: "repository" | "oci";
}

/**
 * Whether a chart version is one version: all three numbers written, no operator. `1.2` is a range in a
 * chart repository. Surrounding blanks do not count.
 */
export function isExactVersion(text: string): boolean {
  const trimmed = text.trim();
  return /^v?\d+\.\d+\.\d+(?:$|[-+])/.test(trimmed) && parseVersion(trimmed) !== null;
}

/**
 * The version that Helm takes today: the text itself where it is listed, else the highest that satisfies
 * the constraint; no constraint (`null` or blank) is `*`, or `>0.0.0-0` with `devel`. Known `null`: Helm
 * finds none and fails. Unknown where Helm refuses the constraint or where its versions would differ.
 * `versions` are texts as listed, in any order; those that Helm skips are skipped.
 */
export function resolve(
  constraint: string | null,
  versions: readonly string[],
  options: ResolveOptions,
): Told<string | null> {
  const written = constraint?.trim() ?? "";
  const asked = written !== "" ? written : options.devel ? ">0.0.0-0" : "*";
  // Given any version, with one or two numbers too, Helm asks an OCI registry for that very tag.
  if (options.from === "oci" && parseVersion(asked) !== null) return known(versions.includes(asked) ? asked : null);
  const parsed = parseConstraint(asked);
  if (parsed === null) return cannot("type-mismatch", "Helm does not read the version as a version or a range");
  if (versions.includes(asked)) return known(asked);
  return choose(parsed, readable(versions, options.from));
}

function readable(versions: readonly string[], from: ResolveOptions["from"]): SemanticVersion[] {
  const parse = from === "oci" ? parseStrictVersion : parseVersion;
  return versions.map((text) => parse(text)).filter((version) => version !== null);
}

function choose(constraint: VersionConstraint, versions: readonly SemanticVersion[]): Told<string | null> {
  const now = highest(versions.filter((version) => satisfies(version, constraint, "group")));
  const before = highest(versions.filter((version) => satisfies(version, constraint, "each")));
  if (now.length > 1) return ambiguous(now);
  if (now[0] !== before[0] || before.length > 1) {
    return cannot("type-mismatch", "older and newer Helm read pre-releases in this range differently");
  }
  return known(now[0] ?? null);
}

/** The texts of the highest version: several where they differ only in what does not count (`v`, build metadata). */
export function highest(versions: readonly SemanticVersion[]): string[] {
  let best: SemanticVersion | undefined;
  const texts = new Set<string>();
  for (const version of versions) {
    const order = best === undefined ? 1 : compareVersions(version, best);
    if (order < 0) continue;
    if (order > 0) texts.clear();
    best = version;
    texts.add(version.text);
  }
  return [...texts];
}

function ambiguous(texts: readonly string[]): Told<never> {
  return cannot("type-mismatch", `several of the same rank are listed: ${texts.slice(0, 3).join(", ")}`);
}

function cannot(code: "type-mismatch", text: string): Told<never> {
  return unknown({ code, text, at: [] });
}
