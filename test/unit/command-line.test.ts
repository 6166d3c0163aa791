import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };

function holdfast(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["bin/holdfast.js", ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
}

test("prints its version", () => {
  expect(holdfast("--version")).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: "" });
});

test("prints help to standard output when asked for it", () => {
  expect(holdfast("--help")).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^Usage: holdfast/),
    stderr: "",
  });
});

test.each([
  [[], "Usage: holdfast"],
  [["config"], "Usage: holdfast config"],
  [["frobnicate"], "holdfast: USAGE001: unknown command 'frobnicate'\nRun holdfast --help"],
  [["audit", "--frob"], "holdfast: USAGE001: unknown option '--frob'\n"],
  [["audit", "a", "b"], "holdfast: USAGE001: too many arguments"],
  [["audit", "--output", "pdf"], "holdfast: USAGE001: option '-o, --output <format>' argument 'pdf' is invalid."],
  [["completion"], "holdfast: USAGE001: missing required argument 'shell'\n"],
  [["completion", "tcsh"], "holdfast: USAGE001: command-argument value 'tcsh' is invalid for argument 'shell'."],
])("%j: exits with 2 and says why on standard error", (args, start) => {
  const { status, stdout, stderr } = holdfast(...args);
  expect({ status, stdout, start: stderr.slice(0, start.length) }).toEqual({ status: 2, stdout: "", start });
});
