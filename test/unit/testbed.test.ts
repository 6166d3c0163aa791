import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { describeBed } from "../testbed/bed.ts";
import { keyOf, recipes } from "../testbed/build/recipes.ts";
import { readJournal, record } from "../testbed/journal.ts";

describe("npm run testbed", () => {
  const commands = [
    "build",
    "up",
    "down",
    "status",
    "kubectl",
    "helm",
    "exec",
    "fault",
    "restart",
    "reboot",
    "incident",
  ];
  test.each(commands)("%s --help says what it does", (command) => {
    const { status, stdout } = testbed(command, "--help");
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(new RegExp(`^Usage: testbed ${command} [^]*\\n\\n\\w`)),
    ]);
  });

  test.each([
    [
      ["up", "--workers", "ten"],
      "error: option '--workers <count>' argument 'ten' is invalid. a number from 0 to 9 is needed.\n",
    ],
    [
      ["up", "--runtime", "docker"],
      "error: option '--runtime <name>' argument 'docker' is invalid. Allowed choices are containerd-1.6, containerd-2.\n",
    ],
    [
      ["fault", "w1", "kill", "maybe"],
      "error: command-argument value 'maybe' is invalid for argument 'state'. Allowed choices are on, off.\n",
    ],
  ])("%j is refused", (args, message) => {
    expect(testbed(...args)).toEqual({ status: 2, stdout: "", stderr: message });
  });

  test.each([
    [["status"], { status: 1, stdout: "/nonexistent/default: no bed\n", stderr: "" }],
    [["down"], { status: 0, stdout: "", stderr: "testbed: down: nothing is left of /nonexistent/default\n" }],
    [
      ["kubectl"],
      { status: 1, stdout: "", stderr: "testbed: there is no bed in /nonexistent/default: start one with `up`\n" },
    ],
    [
      ["down", "--name", "../etc"],
      { status: 1, stdout: "", stderr: "testbed: --name ../etc: small letters, digits and dashes only\n" },
    ],
  ])("%j where there is no bed", ([command = "", ...args], answer) => {
    expect(testbed(command, "--directory", "/nonexistent", ...args)).toEqual(answer);
  });
});

describe("the build cache", () => {
  const sources: [string, string][] = [["main.go", "package main\n"]];
  test("has another key for other sources and for another recipe", () => {
    const keys = [
      keyOf(recipes.node, sources),
      keyOf(recipes.node, [["main.go", "package main // changed\n"]]),
      keyOf({ ...recipes.node, tags: ["changed"] }, sources),
    ];
    expect(new Set(keys).size).toBe(3);
    expect(keyOf(recipes.node, sources)).toBe(keys[0]);
  });
});

describe("a bed's journal", () => {
  test("is read up to a line that was cut off", () => {
    const directory = mkdtempSync(join(tmpdir(), "holdfast-journal-"));
    const made = [
      { kind: "network", path: "/bed/networks/cp" },
      { kind: "process", name: "etcd", pid: 7, startTime: "1234" },
    ] as const;
    for (const each of made) record(directory, each);
    appendFileSync(join(directory, "journal.jsonl"), '{"kind":"proc');
    expect(readJournal(directory)).toEqual(made);
    rmSync(directory, { recursive: true });
  });
});

test("two beds have cgroups and networks of their own", () => {
  const settings = {
    workers: 1,
    runtime: "containerd-2",
    programs: { kubernetes: "", containerd: "", helm: "", node: "", standIn: "" },
  } as const;
  const nodes = ["/beds/a", "/beds/b"].flatMap((directory) => describeBed(directory, settings).nodes);
  expect(new Set(nodes.map(({ cgroup }) => cgroup)).size).toBe(4);
  expect(new Set(nodes.map(({ network }) => network)).size).toBe(4);
});

function testbed(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, "../testbed/main.ts"), ...args],
    {
      encoding: "utf8",
    },
  );
  return { status, stdout, stderr };
}
