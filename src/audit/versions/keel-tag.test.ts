import { expect, test } from "vitest";
import { isKnown } from "../../model/told.ts";
import { keelTag } from "./keel-tag.ts";
import type { KeelOptions } from "./keel-tag.ts";

const tags = ["1.2.3", "1.2.4", "1.3.0", "2.0.0", "2.1.0-rc1", "1.2.9-alpine", "1.4.0-alpine", "latest", "10", "main"];

function taken(policy: string, current: string, list: readonly string[] = tags, options: KeelOptions = {}): string {
  const told = keelTag(policy, current, list, options);
  return isKnown(told) ? (told.known ?? "-") : "?";
}

test.each([
  ["patch", "1.2.3", "1.2.4"],
  ["minor", "1.2.3", "1.3.0"],
  ["major", "1.2.3", "2.0.0"],
  ["all", "1.2.3", "2.1.0-rc1"],
  ["minor", "1.2.3-alpine", "1.4.0-alpine"],
  ["patch", "1.3.0", "-"],
  ["major", "2.0.0", "-"],
  // From "latest" every policy takes the highest version.
  ["patch", "latest", "2.1.0-rc1"],
  ["minor", "main", "-"],
  ["never", "1.2.3", "-"],
  ["", "1.2.3", "-"],
  ["no such policy", "1.2.3", "-"],
  ["glob:1.*", "1.2.3", "1.4.0-alpine"],
  ["glob:*-alpine", "1.2.3", "1.4.0-alpine"],
  ["glob:1.2.*", "1.3.0", "?"],
  ["glob:2.0.0", "2.0.0", "-"],
  ["glob:nothing*", "1.2.3", "-"],
  ["glob:a:b", "1.2.3", "-"],
  ["regexp:^1\\.\\d+\\.\\d+$", "1.2.3", "1.3.0"],
  ["regexp:^(?P<compare>\\d+)\\.\\d+\\.\\d+$", "1.2.3", "2.0.0"],
  ["regexp:^([0-9]+)\\.0\\.0$", "1.0.0", "2.0.0"],
  ["regexp:^x", "1.2.3", "-"],
  ["regexp:(a+)+$", "1.2.3", "?"],
  ["regexp:(?i)x", "1.2.3", "?"],
  ["regexp:[[:alpha:]]+", "1.2.3", "?"],
  ["regexp:(", "1.2.3", "?"],
])("policy %s takes %s to %s", (policy, current, tag) => {
  expect(taken(policy, current)).toBe(tag);
});

test("without matchPreRelease any pre-release counts", () => {
  expect(taken("major", "1.2.3", tags, { matchPreRelease: false })).toBe("2.1.0-rc1");
});

test("tags of the same rank cannot be told apart", () => {
  expect(taken("minor", "1.0.0", ["1.2", "1.2.0"])).toBe("?");
});

test.each([
  ["1.0.0", ["1.2.0", "1.1.0"], "1.2.0"],
  ["1.0.0", ["1.1.0", "1.2.0"], "?"],
  ["1.0.0", ["1.0.0"], "-"],
  ["1.0.0", [], "-"],
  ["latest", ["latest", "main"], "-"],
  ["latest", ["1.0.0", "latest"], "1.0.0"],
])("force from %s with %j takes %s", (current, list, tag) => {
  expect(taken("force", current, list)).toBe(tag);
});

test("force with matchTag stays at its tag", () => {
  expect(taken("force", "1.0.0", ["1.1.0"], { matchTag: true })).toBe("-");
});

test("a costly regular expression over many tags is not evaluated", () => {
  const many = Array.from({ length: 2000 }, (_, index) => `${"a".repeat(100)}${index}`);
  expect(taken("regexp:a*a*a*a*b", "1.0.0", many)).toBe("?");
});
