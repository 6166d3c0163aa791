import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { badNames } from "./names.ts";

test.each([
  ["audit/utils.ts", 1],
  ["audit/helper.test.ts", 1],
  ["common/told.ts", 1],
  ["types/index.ts", 1],
  ["audit/fooBar.ts", 1],
  ["audit/foo-bar.test.ts", 0],
  ["audit/type-mismatch.ts", 0],
  ["audit/rules/x/cases/utils.ts", 0],
  ["Dockerfile", 0],
])("%s: %i complaints", (path, complaints) => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-names-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), "");
  expect(badNames([folder])).toHaveLength(complaints);
});
