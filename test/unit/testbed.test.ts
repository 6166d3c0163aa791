import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { describeBed, namespaceNodesOf } from "../testbed/bed.ts";
import { recipesFor } from "../testbed/build/programs.ts";
import { keyOf, recipes } from "../testbed/build/recipes.ts";
import { turnOnControllers, whyNoCgroups } from "../testbed/namespaces/cgroups.ts";
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
      ["up", "--vm-nodes", "-1"],
      "error: option '--vm-nodes <count>' argument '-1' is invalid. a number from 0 to 9 is needed.\n",
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

  test("has the disk of whole machines only where a bed has such nodes", () => {
    expect(recipesFor({})).not.toContain("vmDisk");
    expect(recipesFor({ vmNodes: 1 })).toEqual([...recipesFor({ vmNodes: 0 }), "vmDisk"]);
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

describe("on cgroup v2", () => {
  const all = "cpuset cpu io memory hugetlb pids";
  test.each([
    ["as systemd leaves it", { controllers: all, passedOn: all }, null],
    [
      "with controllers that are off, which the machine's root turns on",
      { controllers: all, passedOn: "memory" },
      null,
    ],
    ["in a container that passes all on", { controllers: all, passedOn: all, container: "7" }, null],
    ["in a container that has moved its processes away", { controllers: all, passedOn: "", container: "" }, null],
    [
      "in a container whose processes are in the way",
      { controllers: all, passedOn: "memory pids", container: "7" },
      "cpu, cpuset, hugetlb cannot be turned on below a container's own cgroup: it needs the host's cgroup namespace",
    ],
    [
      "without a controller that pods cannot do without",
      { controllers: "cpu", passedOn: "cpu" },
      "cgroup v2 has no memory, pids here",
    ],
  ])("nodes can have cgroups, or it is said why not: %s", (_, hierarchy, why) => {
    expect(whyNoCgroups(unified(hierarchy))).toBe(why);
  });

  test("what a kubelet asks for is turned on, and nothing else", () => {
    const root = unified({ controllers: all, passedOn: "memory" });
    turnOnControllers(root);
    expect(readFileSync(join(root, "cgroup.subtree_control"), "utf8")).toBe("+cpu +cpuset +hugetlb +pids");
  });

  test("a machine without cgroups is told", () => {
    expect(whyNoCgroups("/nonexistent")).toBe("no cgroups are mounted on /nonexistent");
  });

  /** The files of a hierarchy's root. `container`: the processes in it, where it is not the machine's own root. */
  function unified(root: { controllers: string; passedOn: string; container?: string }): string {
    const directory = mkdtempSync(join(tmpdir(), "holdfast-cgroup-"));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const files = { "cgroup.controllers": root.controllers, "cgroup.subtree_control": root.passedOn };
    const own = root.container === undefined ? {} : { "cgroup.type": "domain" };
    for (const [name, text] of Object.entries({ ...files, ...own, "cgroup.procs": root.container ?? "1" })) {
      writeFileSync(join(directory, name), `${text}\n`);
    }
    return directory;
  }
});

test("two beds have cgroups and networks of their own", () => {
  const settings = {
    workers: 1,
    runtime: "containerd-2",
    programs: { kubernetes: "", containerd: "", helm: "", node: "", standIn: "", vmDisk: "" },
  } as const;
  const nodes = ["/beds/a", "/beds/b"].flatMap((directory) => namespaceNodesOf(describeBed(directory, settings)));
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
