/**
 * A version as Helm and Keel read it (Go's Masterminds/semver): an optional `v`, one to three numbers, a
 * pre-release, build metadata. Not the strict grammar of semver.org: `1.2` and `v1` are versions too.
 */
export interface SemanticVersion {
  /** As written. */
  readonly text: string;
  readonly numbers: readonly [bigint, bigint, bigint];
  /** `""` for a stable version. */
  readonly prerelease: string;
}

/** `null` where the text is no version. */
export function parseVersion(text: string): SemanticVersion | null {
  const match = text.length > maximumLength ? null : looseVersion.exec(text);
  if (match === null) return null;
  const [, major = "0", minor = "0", patch = "0", prerelease = ""] = match;
  const numbers = [BigInt(major), BigInt(minor), BigInt(patch)] as const;
  if (numbers.some((number) => number > maximumNumber)) return null;
  if (prerelease.split(".").some((part) => leadingZero.test(part))) return null;
  return { text, numbers, prerelease };
}

/** As {@link parseVersion}, and all three numbers are written, without a `v` and without leading zeros. */
export function parseStrictVersion(text: string): SemanticVersion | null {
  return strictStart.test(text) ? parseVersion(text) : null;
}

/** Negative: `a` comes before `b`. Build metadata does not count. */
export function compareVersions(a: SemanticVersion, b: SemanticVersion): number {
  for (const index of [0, 1, 2] as const) {
    if (a.numbers[index] !== b.numbers[index]) return a.numbers[index] < b.numbers[index] ? -1 : 1;
  }
  return comparePrereleases(a.prerelease, b.prerelease);
}

/** Negative: `a` comes before `b`; no pre-release comes after any. */
export function comparePrereleases(a: string, b: string): number {
  if (a === b) return 0;
  if (a === "") return 1;
  if (b === "") return -1;
  const left = a.split(".");
  const right = b.split(".");
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const order = compareParts(left[index] ?? "", right[index] ?? "");
    if (order !== 0) return order;
  }
  return 0;
}

function compareParts(a: string, b: string): number {
  if (a === b) return 0;
  const left = asNumber(a);
  const right = asNumber(b);
  if (left !== null && right !== null) return left < right ? -1 : 1;
  if (left !== null) return -1;
  if (right !== null) return a === "" ? -1 : 1;
  return a < b ? -1 : 1;
}

function asNumber(part: string): bigint | null {
  if (!/^\d+$/.test(part)) return null;
  const number = BigInt(part);
  return number > maximumNumber ? null : number;
}

/** A tag has at most 128 characters; a version in an index may be longer by its metadata. */
const maximumLength = 256;
const maximumNumber = 2n ** 64n - 1n;
const leadingZero = /^0\d+$/;
const strictStart = /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:$|[-+])/;
const identifiers = String.raw`[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*`;
const looseVersion = new RegExp(
  String.raw`^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-(${identifiers}))?(?:\+${identifiers})?$`,
);
