import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

function run(command: string): { status: number | null; stdout: string } {
  const [program = "", ...args] = command.split(" ");
  const { status, stdout } = spawnSync(program, args, { encoding: "utf8" });
  return { status, stdout };
}

test("what the demo suggests works where the demo does, without an installed holdfast", () => {
  const demo = run("npm run --silent demo");
  expect(demo.status).toBe(0);
  const suggested = /^next {2}(.*?)(?: {2}.*)?$/m.exec(demo.stdout)?.[1] ?? "";
  expect(suggested).toMatch(/^npm run --silent holdfast -- audit examples\/homelab --explain \S+$/);
  const { status, stdout } = run(suggested);
  expect(stdout).toMatch(/^\S \S+: can move without a reviewed commit\n/);
  expect(status).toBe(1);
});
