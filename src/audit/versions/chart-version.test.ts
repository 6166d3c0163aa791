import { describe, expect, test } from "vitest";
import { isKnown } from "../../model/told.ts";
import { isExactVersion, resolve } from "./chart-version.ts";

const listed = [
  "0.9.0",
  "1.0.0",
  "1.2.0",
  "1.2.5",
  "1.3.0-rc.1",
  "1.10.1",
  "2.0.0",
  "2.1.0-alpha",
  "3.0.0-beta.2",
  "nightly",
];

/** The version, `-` where Helm finds none, `?` where it cannot be told. */
function chosen(
  constraint: string | null,
  versions: readonly string[],
  devel = false,
  from: "repository" | "oci" = "repository",
): string {
  const told = resolve(constraint, versions, { devel, from });
  return isKnown(told) ? (told.known ?? "-") : "?";
}

describe("in a chart repository", () => {
  test.each([
    [null, "2.0.0"],
    ["", "2.0.0"],
    ["  ", "2.0.0"],
    ["*", "2.0.0"],
    ["1.2.0", "1.2.0"],
    ["1.3.0-rc.1", "1.3.0-rc.1"],
    ["=1.2.0", "1.2.0"],
    ["v1.2.0", "1.2.0"],
    ["1.2", "1.2.5"],
    ["1.2.x", "1.2.5"],
    ["1.x", "1.10.1"],
    ["1", "1.10.1"],
    ["~1.2", "1.2.5"],
    ["~1", "1.10.1"],
    ["~1.2.1", "1.2.5"],
    ["^1.2.1", "1.10.1"],
    ["^0.9", "0.9.0"],
    [">=1, <2", "1.10.1"],
    [">=1 <2", "1.10.1"],
    ["<=1.2", "1.2.5"],
    [">1.2", "2.0.0"],
    [">1", "2.0.0"],
    // Older Helm takes 3.0.0-beta.2.
    ["!=2.0.0", "?"],
    ["!=2.x", "1.10.1"],
    ["1.0 - 1.2", "1.2.5"],
    ["1.0.0 - 1.2.0", "1.2.0"],
    ["<1 || 1.0.0", "1.0.0"],
    [">=2.1.0-0", "3.0.0-beta.2"],
    ["~2.1.0-0", "2.1.0-alpha"],
    [">9", "-"],
    ["9.9.9", "-"],
    [">=1.0.0-0, <3", "?"],
    ["newest", "?"],
    ["1.2.3.4", "?"],
    ["1.2,,1.3", "?"],
    ["||", "?"],
  ])("%j takes %s", (constraint, version) => {
    expect(chosen(constraint, listed)).toBe(version);
  });

  test("devel takes pre-releases where no version is written, and only there", () => {
    expect([chosen(null, listed, true), chosen("1.x", listed, true)]).toEqual(["3.0.0-beta.2", "1.10.1"]);
  });

  test("the order of the list does not count", () => {
    expect(chosen(null, listed.toReversed())).toBe("2.0.0");
  });

  test("a list of pre-releases alone has no stable version", () => {
    expect(chosen(null, ["1.0.0-rc.1", "1.0.0-rc.2"])).toBe("-");
  });

  test("versions that differ in build metadata alone cannot be told apart, unless one is asked for", () => {
    const versions = ["1.0.0+a", "1.0.0+b"];
    expect([chosen(null, versions), chosen("1.0.0+b", versions), chosen(null, ["1.0.0+a", "1.0.0+a"])]).toEqual([
      "?",
      "1.0.0+b",
      "1.0.0+a",
    ]);
  });

  test("numbers are compared as numbers, whatever their length", () => {
    expect(chosen(null, ["1.9.0", "1.10.0", "1.18446744073709551615.0", "1.18446744073709551616.0"])).toBe(
      "1.18446744073709551615.0",
    );
  });
});

describe("in an OCI registry", () => {
  test.each([
    [null, "1.10.0"],
    ["1.x", "1.10.0"],
    // A version of one or two numbers is a tag here, not a range.
    ["1.2", "1.2"],
    ["1", "-"],
    ["v9.0.0", "v9.0.0"],
    ["1.3.0", "-"],
  ])("%j takes %s", (constraint, version) => {
    expect(chosen(constraint, ["1.2", "1.2.0", "1.10.0", "v9.0.0", "latest"], false, "oci")).toBe(version);
  });
});

test("hostile constraints take no time", () => {
  for (const text of [
    `${"1 ".repeat(120)}!`,
    `${" ".repeat(250)}!`,
    `1${"-a".repeat(120)} - `,
    "1.".repeat(1e6),
    "~".repeat(1e6),
  ]) {
    expect(chosen(text, listed)).toBe("?");
  }
});

test.each([
  ["1.2.3", true],
  ["v1.2.3", true],
  ["1.2.3-rc.1+build", true],
  [" 1.2.3 ", true],
  ["1.2", false],
  ["1.2.x", false],
  ["=1.2.3", false],
  ["^1.2.3", false],
  ["1.2.3 - 2", false],
  ["1.2.3 || 2", false],
  ["1.2.3.4", false],
  ["1.2.3-rc.01", false],
  ["", false],
  ["latest", false],
])("%j is an exact version: %s", (text, exact) => {
  expect(isExactVersion(text)).toBe(exact);
});
