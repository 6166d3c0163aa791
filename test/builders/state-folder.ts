import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A folder of this user alone, empty, gone after the test. */
export function stateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-state-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
