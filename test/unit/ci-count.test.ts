import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

function count(report: object | string): { status: number | null; stdout: string } {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-count-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "report.json");
  writeFileSync(file, typeof report === "string" ? report : JSON.stringify(report));
  const { status, stdout } = spawnSync(process.execPath, [".ci/count.js", file], { encoding: "utf8" });
  return { status, stdout };
}

const none = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] };

test.each([
  ["passed and failed", { ...none, numPassedTests: 5, numFailedTests: 2 }, { status: 0, stdout: "5 2\n" }],
  [
    "skipped and todo as failed",
    { ...none, numPassedTests: 5, numPendingTests: 1, numTodoTests: 1 },
    { status: 0, stdout: "5 2\n" },
  ],
  ["no test as a failure", none, { status: 1, stdout: "" }],
  ["half a report as a failure", '{"numPassedTests": 3', { status: 1, stdout: "" }],
])("CI counts %s", (_, report, counted) => {
  expect(count(report)).toEqual(counted);
});
