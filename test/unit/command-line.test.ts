import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };

function holdfast(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["bin/holdfast.js", ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
}

test.each(["--version", "-V", "-v"])("prints its version: %s", (option) => {
  expect(holdfast(option)).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: "" });
});

test("prints help to standard output when asked for it", () => {
  expect(holdfast("--help")).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^Usage: holdfast/),
    stderr: "",
  });
});

test.each([
  [["help"], "Usage: holdfast [options] [command]"],
  [["help", "audit"], "Usage: holdfast audit [options] [path]"],
  [["help", "config", "check"], "Usage: holdfast config check [options] [file]"],
])("%j: prints help to standard output", (args, start) => {
  const { status, stdout, stderr } = holdfast(...args);
  expect({ status, stderr, start: stdout.slice(0, start.length) }).toEqual({ status: 0, stderr: "", start });
});

test.each([
  [[], "Usage: holdfast"],
  [["config"], "Usage: holdfast config"],
  [["frobnicate"], "holdfast: USAGE001: unknown command 'frobnicate'\nRun holdfast --help"],
  [["help", "frobnicate"], "holdfast: USAGE001: command-argument value 'frobnicate' is invalid"],
  [["help", "audit", "check"], "holdfast: USAGE001: unknown command 'audit check'\n"],
  [["audit", "--frob"], "holdfast: USAGE001: unknown option '--frob'\nRun holdfast audit --help"],
  [["config", "check", "--frob"], "holdfast: USAGE001: unknown option '--frob'\nRun holdfast config check --help"],
  [["audit", "--fix-to", "newest"], "holdfast: USAGE001: option '--fix-to <version>' needs --fix or --fix=dry-run\n"],
  [
    ["audit", "--explain", "a", "--fix"],
    "holdfast: USAGE001: options '--explain <release>' and '--fix [mode]' exclude",
  ],
  [["audit", "--explain", "a", "-o", "json"], "holdfast: USAGE001: option '--explain <release>' prints text only"],
  [["audit", "--fix", "-o", "sarif"], "holdfast: USAGE001: option '--fix [mode]' prints text only, not --output sarif"],
  [["audit", "--fix=dry-run", "-o", "json"], "holdfast: USAGE001: option '--fix [mode]' prints text only"],
  [["audit", "a", "b"], "holdfast: USAGE001: audit reads one path, and 'b' is another\nRun holdfast audit --help"],
  [
    ["audit", "a", "--state", "b", "c"],
    "holdfast: USAGE001: audit reads one path, and 'c' is another; for more than one file, repeat --state or --plan\n",
  ],
  [["audit", "--output", "pdf"], "holdfast: USAGE001: option '-o, --output <format>' argument 'pdf' is invalid."],
  [["completion"], "holdfast: USAGE001: missing required argument 'shell'\n"],
  [["completion", "tcsh"], "holdfast: USAGE001: command-argument value 'tcsh' is invalid for argument 'shell'."],
])("%j: exits with 2 and says why on standard error", (args, start) => {
  const { status, stdout, stderr } = holdfast(...args);
  expect({ status, stdout, start: stderr.slice(0, start.length) }).toEqual({ status: 2, stdout: "", start });
});
