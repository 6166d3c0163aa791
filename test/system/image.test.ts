import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { fetchPackages } from "../../deploy/image/debian.ts";
import { checkLibraries } from "../../deploy/image/libraries.ts";

test("a library that only this machine has is missing in the image", () => {
  const root = temporaryFolder();
  const libraries = "/lib/x86_64-linux-gnu";
  mkdirSync(join(root, libraries), { recursive: true });
  const take = (...names: readonly string[]): void => {
    for (const name of names) copyFileSync(join(libraries, name), join(root, libraries, name));
  };
  take("ld-linux-x86-64.so.2", "libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0");
  expect(() => checkLibraries(root, [process.execPath])).toThrow(
    `asks for libstdc++.so.6, which is not in the image (${libraries}/libstdc++.so.6)`,
  );
  take("libstdc++.so.6", "libgcc_s.so.1");
  checkLibraries(root, [process.execPath]);
});

test("sources without Debian's suite are an error that says so", () => {
  const folder = temporaryFolder();
  const sources = join(folder, "empty.list");
  writeFileSync(sources, "");
  expect(() => fetchPackages(["libc6"], join(folder, "work"), sources)).toThrow(
    `packages of Debian's bookworm could not be fetched: ${sources} has to name it`,
  );
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-image-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}
