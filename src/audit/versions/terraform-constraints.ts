import { intersects, subset, validRange } from "semver";

/**
 * Terraform's version constraints (`~> 2.12, != 2.13.0`) as an npm range; `null` for what is not one.
 * `~> 2.12` allows up to 3.0, `~> 2.12.1` up to 2.13 (Terraform language documentation, version constraints).
 */
export function terraformRange(constraint: string): string | null {
  const parts = constraint.split(",").map((part) => part.trim());
  const ranges = parts.map(partRange);
  return ranges.includes(null) || ranges.length === 0 ? null : validRange(ranges.join(" "));
}

function partRange(part: string): string | null {
  const [, operator, version] = /^(=|!=|>=|<=|>|<|~>)?\s*v?(\d+(?:\.\d+){0,2}(?:-[0-9A-Za-z.-]+)?)$/.exec(part) ?? [];
  if (version === undefined) return null;
  const full = filled(version);
  if (operator === undefined || operator === "=") return `=${full}`;
  if (operator === "~>") return `>=${full} <${nextAfter(version)}`;
  // npm has no "not equal": leaving it out allows more, which can only make the answer less certain.
  return operator === "!=" ? "*" : `${operator}${full}`;
}

function filled(version: string): string {
  const [core = "", ...rest] = version.split("-");
  const numbers = core.split(".");
  while (numbers.length < 3) numbers.push("0");
  return [numbers.join("."), ...rest].join("-");
}

/** First version that `~>` leaves out: the last number given may grow. */
function nextAfter(version: string): string {
  const numbers = (version.split("-")[0] ?? "").split(".").map(Number);
  if (numbers.length === 1) return `${Number.MAX_SAFE_INTEGER}.0.0`;
  const kept = numbers.slice(0, -1);
  kept[kept.length - 1] = (kept.at(-1) ?? 0) + 1;
  return filled(kept.join("."));
}

/** True where the constraint admits one version only. */
export function isExactConstraint(constraint: string): boolean {
  return /^=?\s*v?\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/.test(constraint.trim());
}

/** Whether some version of the major is allowed by all of the constraints. */
export function allowsMajor(ranges: readonly string[], major: number): boolean {
  const wanted = `>=${major}.0.0 <${major + 1}.0.0`;
  return ranges.every((range) => intersects(range, wanted)) && pairwise(ranges.map((range) => `${range} ${wanted}`));
}

function pairwise(ranges: readonly string[]): boolean {
  return ranges.every((range, index) => ranges.slice(index + 1).every((other) => intersects(range, other)));
}

/** True when every version that the constraints allow is in the range. */
export function within(ranges: readonly string[], range: string): boolean {
  return ranges.some((candidate) => subset(candidate, range));
}
