import { expect, test } from "vitest";
import { report } from "../../test/builders/audit-report.ts";
import { headline } from "./headline.ts";

test.each([
  [
    31,
    { moves: 9, exclusion: 4, unknown: 2, held: 16 },
    0,
    "9 of 31 releases can move without a reviewed commit. 4 held only by an exclusion. 2 could not be told.",
  ],
  [
    12,
    { moves: 1, republish: 3, conditional: 1, held: 7 },
    4,
    "1 of 12 releases can move without a reviewed commit. 3 more only by a push under the same version or tag. 1 held only on a condition. Images of 4 releases come from charts that were not rendered.",
  ],
  [12, { held: 12 }, 0, "All 12 releases are held: none can move without a reviewed commit."],
  [12, { moves: 12 }, 0, "All 12 releases can move without a reviewed commit."],
  [
    12,
    { republish: 3, held: 9 },
    1,
    "9 of 12 releases are held. 3 move only by a push under the same version or tag. Images of 1 release come from a chart that was not rendered.",
  ],
  [3, { unknown: 2, held: 1 }, 0, "1 of 3 releases is held. 2 could not be told."],
  [2, { unknown: 2 }, 0, "None of 2 releases is held. 2 could not be told."],
  [1, { moves: 1 }, 0, "The only release can move without a reviewed commit."],
  [1, { held: 1 }, 0, "The only release is held: it cannot move without a reviewed commit."],
  [1, { exclusion: 1 }, 0, "The only release is held only by an exclusion."],
  [0, {}, 0, "No releases found in infra (read 31 files)."],
])("%i releases, %j, %i not rendered: %s", (releases, standing, chartsNotRendered, expected) => {
  const empty = report({}, { root: "infra" });
  expect(headline({ ...empty, summary: { ...empty.summary, releases, standing, chartsNotRendered } }).join(" ")).toBe(
    expected,
  );
});

test.each([
  [{}, null, "No releases found in infra (read 31 files)."],
  [
    { HelmRelease: 1, Application: 1 },
    null,
    "No releases found in infra (read 31 files). 2 objects of kinds that are not read yet: 1 Application, 1 HelmRelease.",
  ],
  [{ HelmChart: 1 }, "main", "Nothing got worse since main. 1 object of a kind that is not read yet: 1 HelmChart."],
])("kinds that are not read: %j since %s", (unreadKinds, revision, expected) => {
  const empty = report({}, { root: "infra", revision });
  expect(headline({ ...empty, summary: { ...empty.summary, unreadKinds } }).join(" ")).toBe(expected);
});
