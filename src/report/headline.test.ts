import { expect, test } from "vitest";
import { cell, finding, report, row, subject } from "../../test/builders/audit-report.ts";
import type { ReportRow } from "./audit-report.ts";
import { headline } from "./headline.ts";

const standings = ["moves", "unknown", "conditional", "republish", "exclusion", "held"] as const;

test.each<[number, Partial<Record<ReportRow["standing"], number>>, number, string]>([
  [
    31,
    { moves: 9, exclusion: 4, unknown: 2, held: 16 },
    0,
    "9 of 31 releases can move without a reviewed commit. 4 held from Keel only by an exclusion. 2 could not be told.",
  ],
  [
    12,
    { moves: 1, republish: 3, conditional: 1, held: 7 },
    4,
    "1 of 12 releases can move without a reviewed commit. 3 more can change content by a push under the same version or tag. 1 held only on a condition. Images of 4 releases come from charts that were not rendered.",
  ],
  [12, { held: 12 }, 0, "All 12 releases are held: none can move without a reviewed commit."],
  [12, { moves: 12 }, 0, "All 12 releases can move without a reviewed commit."],
  [
    12,
    { republish: 3, held: 9 },
    1,
    "9 of 12 releases are held. 3 can change content by a push under the same version or tag. Images of 1 release come from a chart that was not rendered.",
  ],
  [3, { unknown: 2, held: 1 }, 0, "1 of 3 releases is held. 2 could not be told."],
  [2, { unknown: 2 }, 0, "None of 2 releases is held. 2 could not be told."],
  [1, { moves: 1 }, 0, "The only release can move without a reviewed commit."],
  [1, { held: 1 }, 0, "The only release is held: it cannot move without a reviewed commit."],
  [1, { exclusion: 1 }, 0, "The only release is held from Keel only by an exclusion."],
  [0, {}, 0, "No releases found in infra (read 31 files)."],
])("%i releases, %j, %i not rendered: %s", (releases, standing, chartsNotRendered, expected) => {
  const rows = standings.flatMap((name) =>
    Array.from({ length: standing[name] ?? 0 }, () => row("a/b", name, name === "republish" ? [open] : [])),
  );
  const made = report({ rows }, { root: "infra" });
  expect(made.summary.releases).toBe(releases);
  expect(headline({ ...made, summary: { ...made.summary, chartsNotRendered } }).join(" ")).toBe(expected);
});

const open = subject("chart", "open", [cell("terraform", "held pin"), cell("chart-republish", "re-push")]);
const local = subject("chart", "local", [cell("terraform", "held local")]);
const untold = subject("image", "untold", [
  cell("kubelet", "unknown", "", { reason: { code: "chart-not-rendered", text: "", evidence: [] } }),
]);

test.each<[string, readonly ReportRow[], string]>([
  [
    "what is held from Keel or on a condition can be re-pushed too; what moves and stacks are not counted",
    [
      row("a/moves", "moves", [open]),
      row("a/exclusion", "exclusion", [open]),
      row("a/conditional", "conditional", [open]),
      row("a/unknown", "unknown", [open]),
      row("a/republish", "republish", [open]),
      row("a/held", "held", [local]),
      row("stack", "republish", [open], { kind: "stack" }),
    ],
    "1 of 6 releases can move without a reviewed commit. 4 more can change content by a push under the same version or tag. 1 held from Keel only by an exclusion. 1 held only on a condition. 1 could not be told.",
  ],
  [
    "one that only an exclusion holds",
    [row("a/b", "exclusion", [open])],
    "The only release is held from Keel only by an exclusion. It can change content by a push under the same version or tag.",
  ],
  [
    "one that only a re-push changes",
    [row("a/b", "republish", [open])],
    "The only release can change content by a push under the same version or tag.",
  ],
  [
    "one whose images were not told",
    [row("a/b", "held", [local, untold])],
    "The only release: its chart is held; its images were not told. Images of 1 release come from a chart that was not rendered.",
  ],
  [
    "all are held, but images were not told",
    [row("a/b", "held", [local, untold]), row("a/c", "held", [local])],
    "All 2 releases are held as far as could be told. Images of 1 release come from a chart that was not rendered.",
  ],
  [
    "some are held, but images were not told",
    [row("a/b", "held", [local, untold]), row("a/c", "conditional", [local])],
    "1 of 2 releases is held as far as could be told. 1 held only on a condition. Images of 1 release come from a chart that was not rendered.",
  ],
])("%s", (_, rows, expected) => {
  expect(headline(report({ rows })).join(" ")).toBe(expected);
});

const [loose, stack] = [row("a/loose", "moves", [open]), row("stacks/a", "moves", [open], { kind: "stack" })];
const found = finding("HELM001", "high", "a/loose has no version");

test.each([
  [[], [], "Nothing got worse since main."],
  [[loose], [], "1 of 1 release got worse since main."],
  [[loose, stack], [found], "1 of 1 release got worse since main."],
  [[stack], [found], "1 stack got worse since main, and no release."],
  [[], [found], "1 finding is new or wider since main; nothing moves more easily."],
  [[], [found, found], "2 findings are new or wider since main; nothing moves more easily."],
])("since a revision: rows %j, findings %j: %s", (rows, findings, expected) => {
  expect(headline(report({ rows, findings }, { revision: "main" })).join(" ")).toBe(expected);
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

test.each([
  [1, "1 module is not in the repository: what it declares is not seen, --plan shows it."],
  [2, "2 modules are not in the repository: what they declare is not seen, --plan shows it."],
])("%i modules that are elsewhere", (modulesNotSeen, expected) => {
  const empty = report({}, { root: "infra" });
  expect(headline({ ...empty, summary: { ...empty.summary, modulesNotSeen } })[1]).toBe(expected);
});
