import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { recordedFolders, writeCgroup } from "../../../../test/builders/cgroup-tree.ts";
import { procTree, removeTree, writeProcess, type RecordedProcess } from "../../../../test/builders/proc-tree.ts";
import type { CgroupTarget, Said } from "../../../model/node-actor.ts";
import { kernelFiles } from "../kernel-files.ts";
import type { CgroupFolders } from "./cgroup-folders.ts";
import { killProcesses, type SignallingHands } from "./kill-processes.ts";

const trees: string[] = [];
afterAll(() => trees.forEach(removeTree));

const uid = "3c9f5a1e-7d2b-4e60-9a8f-1b2c3d4e5f60";
const id = "0123456789abcdef".repeat(4);
const pod = `/kubepods/burstable/pod${uid}`;
const lines = { v1: (path: string) => `7:freezer:${path}\n4:memory:${path}\n`, v2: (path: string) => `0::${path}\n` };
const mounts = { v1: "sys/fs/cgroup/freezer", v2: "sys/fs/cgroup" };
const hierarchies = { v1: [4, 7], v2: [0] };
type Layout = keyof typeof lines;

interface Recorded {
  readonly root: string;
  readonly layout: Layout;
  readonly target: CgroupTarget;
  readonly process: (pid: number, change?: Partial<RecordedProcess>) => void;
  readonly list: (pids: readonly number[]) => void;
}

/** A node with one pod of two processes. */
function node(layout: Layout): Recorded {
  const root = procTree({ processes: [{ pid: 1, parent: 0 }], cgroups: layout });
  trees.push(root);
  const process: Recorded["process"] = (pid, change) =>
    writeProcess(root, { pid, cgroup: lines[layout](`${pod}/${id}`), ...change });
  const files = { "freezer.state": "THAWED\n", "cgroup.freeze": "0\n", "cgroup.events": "populated 1\nfrozen 0\n" };
  const list: Recorded["list"] = (pids) =>
    writeCgroup(root, mounts[layout], `${pod}/${id}`, {
      ...files,
      "cgroup.procs": pids.map((pid) => `${pid}\n`).join(""),
    });
  writeCgroup(root, mounts[layout], pod, { ...files, "cgroup.procs": "" });
  process(100);
  process(101);
  list([100, 101]);
  const cgroups = hierarchies[layout].map((hierarchy) => ({ hierarchy, path: pod }));
  return { root, layout, process, list, target: { uid, cgroups, processes: [{ pid: 100, startTicks: 10_000 }] } };
}

interface Change {
  readonly freezes?: boolean;
  readonly label?: string;
  /** Done when it is frozen. */
  readonly meanwhile?: (recorded: Recorded) => void;
  readonly kill?: (pid: number) => void;
  readonly folders?: (recorded: CgroupFolders) => CgroupFolders;
}

/** What was said, then what was written and signalled, in order, with POD for the pod's cgroup. */
function kill(
  recorded: Recorded,
  { freezes = true, label = "unconfined\n", meanwhile, kill: signal, folders }: Change = {},
): string[] {
  const { root, layout, target } = recorded;
  const { folders: plain, writes } = recordedFolders(root, { freezes });
  const watched: CgroupFolders = {
    ...plain,
    write: (folder, file, given) => {
      plain.write(folder, file, given);
      if (given === "1" || given === "FROZEN") meanwhile?.(recorded);
    },
  };
  const hands: SignallingHands = {
    files: kernelFiles(root, () => {}),
    folders: folders?.(watched) ?? watched,
    root,
    own: [],
    labels: { read: () => label },
    kill: (pid) => {
      writes.push(`SIGKILL ${pid}`);
      signal?.(pid);
    },
    pause: () => {},
  };
  const said = text(killProcesses(hands, target));
  return [said, ...writes].map((line) => line.replace(`/${mounts[layout]}${pod}`, "POD").replace(id, "ID"));
}

function text(said: Said): string {
  if (said.said === "done") return "done";
  return said.said === "failed" ? `failed: ${said.text}` : `${said.said} ${said.reason.code}: ${said.reason.text}`;
}

test("v2 without cgroup.kill: frozen, signalled, thawed", () => {
  expect(kill(node("v2"))).toEqual([
    "done",
    "POD/cgroup.freeze 1",
    "SIGKILL 100",
    "SIGKILL 101",
    "POD/cgroup.freeze 0",
  ]);
});

test("v1: frozen, signalled, thawed, and its containers too, which may have been paused", () => {
  expect(kill(node("v1"))).toEqual([
    "done",
    "POD/freezer.state FROZEN",
    "SIGKILL 100",
    "SIGKILL 101",
    "POD/freezer.state THAWED",
    "POD/ID/freezer.state THAWED",
  ]);
});

const frozenAndThawed = ["POD/cgroup.freeze 1", "POD/cgroup.freeze 0"];

test.each<[string, Change, string, string[]]>([
  [
    "confined",
    { label: "runc (unconfined)\n" },
    'refused not-permitted: this program is confined as "runc (unconfined)"',
    [],
  ],
  [
    "what does not freeze",
    { freezes: false },
    "failed: not all of its processes could be frozen in 5 s: one waits in the kernel",
    frozenAndThawed,
  ],
  [
    "the pid was another's by then",
    { meanwhile: ({ process }) => process(100, { startTicks: 10_001 }) },
    "refused changed-meanwhile: none of the processes that were found there is in the pod's cgroup any more",
    frozenAndThawed,
  ],
  [
    "another pod's process came in",
    {
      meanwhile: ({ process, list }) => {
        process(200, { cgroup: `0::/kubepods/pod${uid.replace("3", "4")}/${id}\n` });
        list([100, 101, 200]);
      },
    },
    "refused contradicted: pid 200 is listed in the pod's cgroup and is in another",
    frozenAndThawed,
  ],
  [
    "a shim came in",
    {
      meanwhile: ({ process, list }) => {
        process(200, { name: "containerd-shim" });
        list([100, 101, 200]);
      },
    },
    "refused contradicted: pid 200 in the cgroup watches over containers: it must not be signalled",
    frozenAndThawed,
  ],
])("%s: nothing is signalled, and nothing stays frozen", (_name, change, said, written) => {
  expect(kill(node("v2"), change)).toEqual([said, ...written]);
});

test("each is looked at once more, right before its signal", () => {
  const recorded = node("v2");
  const change: Change = {
    kill: (pid) => {
      // With the first signal the second pid becomes another's, who is elsewhere.
      if (pid === 100) recorded.process(101, { startTicks: 5, cgroup: "0::/system.slice\n" });
    },
  };
  expect(kill(recorded, change)).toEqual(["done", "POD/cgroup.freeze 1", "SIGKILL 100", "POD/cgroup.freeze 0"]);
});

test("a child that came meanwhile is signalled too", () => {
  const change: Change = {
    meanwhile: ({ process, list }) => {
      process(102, { parent: 100 });
      list([100, 101, 102]);
    },
  };
  expect(kill(node("v2"), change)).toContain("SIGKILL 102");
});

test("who cannot be signalled is told, and the others are", () => {
  const change: Change = {
    kill: (pid) => {
      if (pid === 100) throw new Error("kill EPERM");
    },
  };
  expect(kill(node("v2"), change)).toEqual([
    "failed: 1 of 2 processes could not be signalled: pid 100: kill EPERM",
    "POD/cgroup.freeze 1",
    "SIGKILL 100",
    "SIGKILL 101",
    "POD/cgroup.freeze 0",
  ]);
});

/** Whose write of that text fails so. */
function failing(wanted: string, code: string): NonNullable<Change["folders"]> {
  return (recorded) => ({
    ...recorded,
    write: (folder, file, given) => {
      if (given === wanted) throw Object.assign(new Error(`${code}: write`), { code });
      recorded.write(folder, file, given);
    },
  });
}

test("that it stays frozen is told before anything else", () => {
  expect(kill(node("v1"), { folders: failing("THAWED", "EIO") })[0]).toBe(
    "failed: what was frozen could not be thawed again: EIO: write",
  );
});

test("a cgroup that is gone with its processes does not have to be thawed", () => {
  expect(kill(node("v2"), { folders: failing("0", "ENODEV") })[0]).toBe("done");
});

test("what cannot be frozen is not signalled", () => {
  const old = node("v2");
  rmSync(join(old.root, mounts.v2, pod, "cgroup.freeze"));
  expect(kill(old)).toEqual(["refused not-reached: the cgroup has no cgroup.freeze: the kernel is older than 5.2"]);
  const without = node("v1");
  for (const pid of [100, 101]) without.process(pid, { cgroup: `4:memory:${pod}/${id}\n` });
  expect(kill(without)).toEqual([
    "refused changed-meanwhile: none of the processes that were found there has a cgroup that can be frozen",
  ]);
});
