import { known, unknown } from "../../model/told.ts";
import type { Told } from "../../model/told.ts";
import { compareVersions, parseVersion } from "./semantic-version.ts";
import type { SemanticVersion } from "./semantic-version.ts";
import { highest } from "./chart-version.ts";

export interface KeelOptions {
  /** `keel.sh/match-tag`: with `force`, only the same tag counts. Default false. */
  readonly matchTag?: boolean;
  /** `keel.sh/matchPreRelease`: only tags with the same pre-release as the current one. Default true, as in Keel. */
  readonly matchPreRelease?: boolean;
}

/**
 * The tag that Keel (0.20 and later) would move a workload to, of the tags that its repository lists.
 * Known `null`: none, the workload stays. Whether the image fits the nodes' platform, which the newest
 * Keel asks too, is not looked at. Unknown where releases of Keel would differ, where several tags rank
 * the same, and for regular expressions that could take very long.
 */
export function keelTag(
  policy: string,
  current: string,
  tags: readonly string[],
  options: KeelOptions = {},
): Told<string | null> {
  if (policy.startsWith("glob:")) return byGlob(policy, current, tags);
  if (policy.startsWith("regexp:")) return byRegexp(policy.slice("regexp:".length), current, tags);
  switch (policy) {
    case "all":
    case "major":
    case "minor":
    case "patch":
      return byVersion(policy, current, tags, options.matchPreRelease ?? true);
    case "force":
      return byForce(current, tags, options.matchTag ?? false);
    default:
      // Keel takes "never", an empty and an unknown policy for none.
      return known(null);
  }
}

type VersionPolicy = "all" | "major" | "minor" | "patch";

function byVersion(
  policy: VersionPolicy,
  current: string,
  tags: readonly string[],
  matchPreRelease: boolean,
): Told<string | null> {
  const versions = tags
    .filter((tag) => tag.includes("."))
    .map(keelVersion)
    .filter((version) => version !== null);
  if (current === "latest") return onlyOne(highest(versions));
  const now = keelVersion(current);
  if (now === null) return known(null);
  return onlyOne(highest(versions.filter((version) => admits(policy, now, version, matchPreRelease))));
}

function admits(policy: VersionPolicy, now: SemanticVersion, next: SemanticVersion, matchPreRelease: boolean): boolean {
  if (matchPreRelease && policy !== "all" && now.prerelease !== next.prerelease) return false;
  if (compareVersions(now, next) >= 0) return false;
  if (policy === "all" || policy === "major") return true;
  return next.numbers[0] === now.numbers[0] && (policy === "minor" || next.numbers[1] === now.numbers[1]);
}

/** Keel's older library reads numbers of 63 bits; a tag with more digits is none to it. */
function keelVersion(tag: string): SemanticVersion | null {
  const version = parseVersion(tag);
  return version === null || version.numbers.some((number) => number >= 2n ** 63n) ? null : version;
}

function byForce(current: string, tags: readonly string[], matchTag: boolean): Told<string | null> {
  // Only a new digest under the same tag moves it then.
  if (matchTag) return known(null);
  if (tags.every((tag) => tag === current)) return known(null);
  const first = tags[0] ?? null;
  const before = first === current ? null : first;
  const now = forcedNow(current, tags);
  if (now.length === 1 && now[0] === before) return known(before);
  const choices = [...now, before].map((tag) => tag ?? "none").filter((tag, index, all) => all.indexOf(tag) === index);
  return cannot(
    `force takes the newest version or the first tag listed, by the release of Keel: ${choices.slice(0, 3).join(" or ")}`,
  );
}

function forcedNow(current: string, tags: readonly string[]): (string | null)[] {
  const now = keelVersion(current);
  const versions = tags.map(keelVersion).filter((version) => version !== null);
  const newer = highest(now === null ? versions : versions.filter((version) => compareVersions(now, version) < 0));
  if (newer.length > 0) return newer;
  if (tags.includes(current) && now !== null) return [null];
  const other = tags.find((tag) => keelVersion(tag) === null) ?? null;
  return [other === current ? null : other];
}

function byGlob(policy: string, current: string, tags: readonly string[]): Told<string | null> {
  const [, pattern, ...more] = policy.split(":");
  // Keel takes a pattern with another colon in it for no policy.
  if (pattern === undefined || more.length > 0) return known(null);
  const last = greatest(tags.filter((tag) => matchesGlob(pattern, tag)));
  if (last === null || last === current) return known(null);
  if (last > current) return known(last);
  return cannot(
    `the last matching tag ${last} sorts before the current one: older releases of Keel move to it, newer ones stay`,
  );
}

function matchesGlob(pattern: string, text: string): boolean {
  const parts = pattern.split("*");
  const [start = "", ...rest] = parts;
  const end = rest.pop();
  if (end === undefined) return text === pattern;
  if (!text.startsWith(start)) return false;
  let at = start.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.slice(at).endsWith(end);
}

function byRegexp(pattern: string, current: string, tags: readonly string[]): Told<string | null> {
  const expression = boundedExpression(pattern, tags);
  if (expression === null) return cannot("a regular expression of this form is not evaluated");
  const compared = pattern.includes("?P<compare>") || pattern.includes("?<compare>");
  let best: { key: string; tags: string[] } | undefined;
  for (const tag of tags) {
    const match = expression.exec(tag);
    if (match === null) continue;
    const key = compared ? (match.groups?.["compare"] ?? "") : tag;
    if (best === undefined || key > best.key) best = { key, tags: [tag] };
    else if (key === best.key && !best.tags.includes(tag)) best.tags.push(tag);
  }
  if (best === undefined || (best.tags.length === 1 && best.tags[0] === current)) return known(null);
  return onlyOne(best.tags);
}

/**
 * The pattern, where it means the same in Go and here and cannot take long: characters, simple classes,
 * anchors, and groups that are not repeated; the work that its repetitions allow is bounded.
 */
function boundedExpression(pattern: string, tags: readonly string[]): RegExp | null {
  let repetitions = pattern.startsWith("^") ? 0 : 1;
  plainToken.lastIndex = 0;
  for (let at = 0; at < pattern.length; at = plainToken.lastIndex) {
    const token = plainToken.exec(pattern);
    if (token === null) return null;
    if (token[1] !== undefined) repetitions++;
  }
  const longest = tags.reduce((length, tag) => Math.max(length, tag.length), 2);
  if (tags.length * longest ** repetitions > maximumWork) return null;
  try {
    return new RegExp(pattern.replaceAll("(?P<", "(?<"));
  } catch {
    return null;
  }
}

const maximumWork = 100_000_000;
const plainToken =
  /(?:[\w:/@-]|\.|\\[.dw+-]|\[\^?(?:\w-\w|[\w.])+\])(?:([*+?])(?![*+?{])|\{\d{1,2}\}(?![*+?{]))?|\((?:\?:|\?P?<[a-z]+>)?(?![*+?])|\)(?![*+?{])|[|^$](?![*+?{])/y;

function greatest(tags: readonly string[]): string | null {
  return tags.reduce<string | null>((best, tag) => (best === null || tag > best ? tag : best), null);
}

function onlyOne(tags: readonly string[]): Told<string | null> {
  if (tags.length <= 1) return known(tags[0] ?? null);
  return cannot(`several tags rank the same: ${tags.slice(0, 3).join(", ")}`);
}

function cannot(text: string): Told<never> {
  return unknown({ code: "type-mismatch", text, at: [] });
}
