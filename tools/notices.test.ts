import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { thirdPartyNotices } from "./notices.ts";

/** Installs a made-up package and gives the path of a file of it. */
function installed(name: string, license: string | undefined, files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), "holdfast-notices-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const folder = join(root, "node_modules", name);
  mkdirSync(join(folder, "lib"), { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, version: "1.2.3", license }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return join(folder, "lib/index.js");
}

test("gives licence and notice of each package once, and nothing of the project's own files", () => {
  const inner = installed("@scope/inner", "Apache-2.0", { LICENSE: "Terms.\n", NOTICE: "By somebody.\n" });
  const outer = installed("outer", "MIT", { "license.md": "Permission.\n" });
  expect(thirdPartyNotices(["src/main.ts", outer, inner, inner]).replaceAll(/-{80}/g, "---")).toMatchInlineSnapshot(`
    "The published holdfast contains these packages, each under its own licence.

    ---

    @scope/inner 1.2.3 (Apache-2.0)

    Terms.

    By somebody.

    ---

    outer 1.2.3 (MIT)

    Permission."
  `);
});

test("a package without a licence file gives what its bundled files say, each text once", () => {
  const code = "// Copyright Somebody\n//\n// Terms.\nexport const a = 1;\n";
  const first = installed("plain", "(Apache-2.0 AND BSD-3-Clause)", {
    "lib/index.js": code,
    "lib/again.js": code,
    "lib/other.js": "// Copyright Somebody Else\nexport const b = 2;\n",
    "lib/bare.js": "// A remark.\nexport const c = 3;\n",
    "lib/not-bundled.js": "// Copyright Nobody\n",
  });
  const bundled = ["again.js", "other.js", "bare.js"].map((name) => join(dirname(first), name));
  expect(thirdPartyNotices([first, ...bundled]).replaceAll(/-{80}/g, "---")).toMatchInlineSnapshot(`
    "The published holdfast contains these packages, each under its own licence.

    ---

    plain 1.2.3 (Apache-2.0 and BSD-3-Clause)

    Copyright Somebody

    Terms.

    Copyright Somebody Else"
  `);
});

test.each([
  [
    "a part that does not fit",
    "(MIT AND GPL-3.0)",
    { LICENSE: "x" },
    'bad 1.2.3: the licence "(MIT AND GPL-3.0)" is not',
  ],
  [
    "a choice that nobody made",
    "(MIT OR GPL-3.0)",
    { LICENSE: "x" },
    'bad 1.2.3: the licence "(MIT OR GPL-3.0)" is not',
  ],
  ["a licence that does not fit", "GPL-3.0", { LICENSE: "x" }, 'bad 1.2.3: the licence "GPL-3.0" is not one of'],
  ["no licence", undefined, { LICENSE: "x" }, 'bad 1.2.3: the licence "undefined" is not one of'],
  ["no licence text", "MIT", { "lib/index.js": "export {};\n" }, "bad 1.2.3: no licence text"],
])("refuses %s", (_, license, files, message) => {
  expect(() => thirdPartyNotices([installed("bad", license, files)])).toThrow(message);
});
