import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { recordedFolders, writeCgroup } from "../../../../test/builders/cgroup-tree.ts";
import { procTree, removeTree, writeProcess, type RecordedProcess } from "../../../../test/builders/proc-tree.ts";
import type { CgroupTarget } from "../../../model/node-actor.ts";
import { kernelFiles } from "../kernel-files.ts";
import { cgroupFolders, type CgroupFolders } from "./cgroup-folders.ts";
import { killCgroup } from "./cgroup-kill.ts";

const trees: string[] = [];
afterAll(() => trees.forEach(removeTree));

const uid = "3c9f5a1e-7d2b-4e60-9a8f-1b2c3d4e5f60";
const other = "a5ea884f-9e60-4912-bd62-fef9a31db47a";
const id = "0123456789abcdef".repeat(4);
const pod = `/kubepods/burstable/pod${uid}`;
const systemd = `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${uid.replaceAll("-", "_")}.slice`;

const init: RecordedProcess = { pid: 1, parent: 0 };
const main: RecordedProcess = { pid: 100, name: "nfsplugin", cgroup: `0::${pod}/${id}\n` };
const target: CgroupTarget = {
  uid,
  cgroups: [{ hierarchy: 0, path: pod }],
  processes: [{ pid: 100, startTicks: 10_000 }],
};

interface Recorded {
  readonly root: string;
  readonly unified: string;
  /** Writes a cgroup of the unified hierarchy. */
  readonly cgroup: (path: string, pids?: readonly number[]) => void;
}

/** A node with one pod of one container and one process, and `kubepods` above it. */
function node(layout: "v2" | "hybrid" | "v1" = "v2"): Recorded {
  const root = procTree({ processes: [init, main], cgroups: layout });
  trees.push(root);
  const unified = layout === "hybrid" ? "sys/fs/cgroup/unified" : "sys/fs/cgroup";
  const cgroup: Recorded["cgroup"] = (path, pids = []) =>
    writeCgroup(root, unified, path, { "cgroup.procs": pids.map((pid) => `${pid}\n`).join(""), "cgroup.kill": "" });
  for (const path of ["/kubepods", "/kubepods/burstable", pod]) cgroup(path);
  cgroup(`${pod}/${id}`, [100]);
  return { root, unified, cgroup };
}

/** What was said, and all that was written. */
function kill(
  { root }: Recorded,
  change: Partial<CgroupTarget> = {},
  { folders, own = [] }: { folders?: (recorded: CgroupFolders) => CgroupFolders; own?: readonly number[] } = {},
): string[] {
  const recorded = recordedFolders(root);
  const hands = {
    files: kernelFiles(root, () => {}),
    folders: folders?.(recorded.folders) ?? recorded.folders,
    root,
    own,
  };
  const said = killCgroup(hands, { ...target, ...change });
  const text =
    said.said === "done"
      ? "done"
      : "text" in said
        ? `failed: ${said.text}`
        : `${said.said} ${said.reason.code}: ${said.reason.text}`;
  return [text.replaceAll(root, "ROOT"), ...recorded.writes];
}

test("on a node with v2, the pod's own cgroup.kill is written, and nothing else", () => {
  expect(kill(node())).toEqual(["done", `/sys/fs/cgroup${pod}/cgroup.kill 1`]);
});

test("on a hybrid host, that of the unified mount", () => {
  expect(kill(node("hybrid"))).toEqual(["done", `/sys/fs/cgroup/unified${pod}/cgroup.kill 1`]);
});

test("of systemd's form too, below a root of its own", () => {
  const recorded = node();
  const path = `/kubelet.slice${systemd.replaceAll("kubepods", "kubelet-kubepods")}`;
  recorded.cgroup(path);
  recorded.cgroup(`${path}/cri-containerd-${id}.scope`, [100]);
  writeProcess(recorded.root, { ...main, cgroup: `0::${path}/cri-containerd-${id}.scope\n` });
  expect(kill(recorded, { cgroups: [{ hierarchy: 0, path }] })).toEqual([
    "done",
    `/sys/fs/cgroup${path}/cgroup.kill 1`,
  ]);
});

test("children that came meanwhile, and cgroups that a container made for itself, are the pod's", () => {
  const recorded = node();
  recorded.cgroup(`${pod}/${id}/inner/kubepods/pod${other}`, [102]);
  recorded.cgroup(`${pod}/${id}`, [100, 101]);
  writeProcess(recorded.root, { ...main, pid: 101 });
  writeProcess(recorded.root, { pid: 102, cgroup: `0::${pod}/${id}/inner/kubepods/pod${other}\n` });
  expect(kill(recorded)).toEqual(["done", `/sys/fs/cgroup${pod}/cgroup.kill 1`]);
});

test("one that ended while it was looked at does not count", () => {
  const recorded = node();
  recorded.cgroup(`${pod}/${id}`, [99, 100]);
  expect(kill(recorded)[0]).toBe("done");
});

/** Each does something to the node before; nothing may be written. */
test.each<[string, (recorded: Recorded) => void, string]>([
  [
    "another pod's process in the same cgroup",
    ({ root, cgroup }) => {
      cgroup(`${pod}/${id}`, [100, 200]);
      writeProcess(root, { pid: 200, cgroup: `0::/kubepods/burstable/pod${other}/${id}\n` });
    },
    "refused contradicted: pid 200 is listed in the pod's cgroup and is in another",
  ],
  [
    "a process whose pod another hierarchy contradicts",
    ({ root, cgroup }) => {
      cgroup(`${pod}/${id}`, [100, 200]);
      writeProcess(root, { pid: 200, cgroup: `4:memory:/kubepods/pod${other}/${id}\n0::${pod}/${id}\n` });
    },
    "refused contradicted: pid 200 in the cgroup is another pod's in another hierarchy",
  ],
  [
    "a cgroup whose name only begins with the pod's",
    ({ root, cgroup }) => {
      cgroup(`${pod}/${id}`, [100, 200]);
      writeProcess(root, { pid: 200, cgroup: `0::${pod}0/${id}\n` });
    },
    "refused contradicted: pid 200 is listed in the pod's cgroup and is in another",
  ],
  [
    "a shim",
    ({ root, cgroup }) => {
      cgroup(pod, [300]);
      writeProcess(root, { pid: 300, name: "containerd-shim", cgroup: `0::${pod}\n` });
    },
    "refused contradicted: pid 300 in the cgroup watches over containers: it must not be signalled",
  ],
  [
    "conmon",
    ({ root, cgroup }) => {
      cgroup(`${pod}/crio-conmon-${id}`, [300]);
      writeProcess(root, { pid: 300, name: "conmon", cgroup: `0::${pod}/crio-conmon-${id}\n` });
    },
    "refused contradicted: pid 300 in the cgroup watches over containers: it must not be signalled",
  ],
  ["pid 1", ({ cgroup }) => cgroup(pod, [1]), "refused contradicted: pid 1 is in the cgroup: it must not be signalled"],
  [
    "a process of a pid namespace that is not seen",
    ({ cgroup }) => cgroup(pod, [0]),
    "refused not-understood: the cgroup lists what is no pid of this node",
  ],
  [
    "the pid was another's by then",
    ({ root }) => writeProcess(root, { ...main, startTicks: 10_001 }),
    "refused changed-meanwhile: none of the processes that were found there is in the pod's cgroup any more",
  ],
  [
    "nobody of the target is left in it",
    ({ root, cgroup }) => {
      cgroup(`${pod}/${id}`, [101]);
      writeProcess(root, { ...main, pid: 101 });
    },
    "refused changed-meanwhile: none of the processes that were found there is in the pod's cgroup any more",
  ],
  [
    "it is empty",
    ({ cgroup }) => cgroup(`${pod}/${id}`),
    "refused changed-meanwhile: none of the processes that were found there is in the pod's cgroup any more",
  ],
  [
    "a process that may not be looked into",
    ({ root }) => {
      rmSync(join(root, "proc/100/cgroup"));
      mkdirSync(join(root, "proc/100/cgroup"));
    },
    "refused not-permitted: pid 100 in the cgroup could not be looked into",
  ],
  [
    "the cgroup was removed",
    ({ root, unified }) => rmSync(join(root, unified, pod), { recursive: true }),
    "refused changed-meanwhile: the cgroup of the pod is gone",
  ],
  [
    "a file in its place",
    ({ root, unified }) => {
      rmSync(join(root, unified, pod), { recursive: true });
      writeFileSync(join(root, unified, pod), "");
    },
    `failed: ENOTDIR: not a directory, open 'ROOT/sys/fs/cgroup${pod}'`,
  ],
  [
    "a link in its place",
    ({ root, unified }) => {
      renameSync(join(root, unified, pod), join(root, unified, "elsewhere"));
      symlinkSync(join(root, unified, "elsewhere"), join(root, unified, pod));
    },
    `failed: ENOTDIR: not a directory, open 'ROOT/sys/fs/cgroup${pod}'`,
  ],
  [
    "a link to all pods above it",
    ({ root, unified }) => {
      renameSync(join(root, unified, "kubepods/burstable"), join(root, unified, "all"));
      symlinkSync(join(root, unified, "all"), join(root, unified, "kubepods/burstable"));
    },
    "refused contradicted: what was opened is not the cgroup of the pod, but what a link or a mount leads to",
  ],
  [
    "no cgroup.kill",
    ({ root, unified }) => rmSync(join(root, unified, pod, "cgroup.kill")),
    "refused not-reached: the cgroup has no cgroup.kill: the kernel is older than 5.14",
  ],
  [
    "a link for cgroup.kill",
    ({ root, unified }) => {
      rmSync(join(root, unified, pod, "cgroup.kill"));
      symlinkSync(join(root, unified, "kubepods/cgroup.kill"), join(root, unified, pod, "cgroup.kill"));
    },
    "failed: ELOOP: too many symbolic links encountered, open '/proc/self/fd/N/cgroup.kill'",
  ],
  [
    "another cgroup namespace than the node's",
    ({ root }) => {
      rmSync(join(root, "proc/self/ns/cgroup"));
      symlinkSync("cgroup:[4026532000]", join(root, "proc/self/ns/cgroup"));
    },
    "refused not-reached: the reader is in another cgroup namespace than pid 1 (cgroup:[4026532000], cgroup:[4026531835])",
  ],
])("%s: nothing is written", (_name, change, said) => {
  const recorded = node();
  change(recorded);
  expect(kill(recorded).map((text) => text.replace(/fd\/\d+/, "fd/N"))).toEqual([said]);
});

test.each<[string, Partial<CgroupTarget>, string]>([
  [
    "a class",
    { cgroups: [{ hierarchy: 0, path: "/kubepods/burstable" }] },
    "the last part of the path does not name the pod",
  ],
  ["kubepods", { cgroups: [{ hierarchy: 0, path: "/kubepods" }] }, "the last part of the path does not name the pod"],
  ["up", { cgroups: [{ hierarchy: 0, path: `${pod}/../pod${uid}` }] }, "the path goes up"],
  ["another uid", { uid: other }, "the last part of the path does not name the pod"],
  ["a uid that is none", { uid: "" }, "the uid is not a UUID as Kubernetes writes them"],
  ["no cgroup", { cgroups: [] }, "the pod has no cgroup in that hierarchy"],
  ["v1 alone", { cgroups: [{ hierarchy: 4, path: pod }] }, "the pod has no cgroup in that hierarchy"],
  [
    "two",
    {
      cgroups: [
        { hierarchy: 0, path: pod },
        { hierarchy: 0, path: systemd },
      ],
    },
    "the pod has more than one cgroup in that hierarchy",
  ],
])("a target that is none: %s", (_name, change, text) => {
  expect(kill(node(), change)).toEqual([`refused not-understood: ${text}`]);
});

test("this program is never a target", () => {
  expect(kill(node(), {}, { own: [100] })).toEqual([
    "refused contradicted: pid 100 is in the cgroup: it must not be signalled",
  ]);
});

test("without a unified hierarchy nothing is opened", () => {
  expect(kill(node("v1"))).toEqual(["refused not-reached: no unified cgroup hierarchy is mounted"]);
});

test("what is mounted there has to be cgroups, all the way", () => {
  const kindOf = (of: (path: string) => boolean) => (recorded: CgroupFolders) => ({
    ...recorded,
    kindOf: (folder: number) =>
      (of(recorded.realPath(folder)) ? "none of cgroups" : "v2") as ReturnType<CgroupFolders["kindOf"]>,
  });
  expect([
    kill(node(), {}, { folders: () => cgroupFolders }),
    kill(node(), {}, { folders: kindOf((path) => path.endsWith("/cgroup")) }),
    kill(node(), {}, { folders: kindOf((path) => path.endsWith(uid)) }),
  ]).toEqual([
    ["refused not-reached: no cgroups of v2 are mounted at sys/fs/cgroup"],
    ["refused not-reached: no cgroups of v2 are mounted at sys/fs/cgroup"],
    ["refused contradicted: what was opened is not the cgroup of the pod, but what a link or a mount leads to"],
  ]);
});

test("a threaded cgroup is told where its processes begin to be divided", () => {
  const recorded = node();
  recorded.cgroup(`${pod}/${id}/threads`);
  const folders = (real: CgroupFolders): CgroupFolders => ({
    ...real,
    text: (folder, file) => {
      if (file.includes("threads/")) throw Object.assign(new Error("EOPNOTSUPP"), { code: "EOPNOTSUPP" });
      return real.text(folder, file);
    },
  });
  expect(kill(recorded, {}, { folders })[0]).toBe("done");
});

test("more cgroups than a pod has are looked at by a person", () => {
  const recorded = node();
  recorded.cgroup(`${pod}/${id}${"/d".repeat(40)}`);
  expect(kill(recorded)).toEqual(["refused limit: there are too many cgroups below that of the pod"]);
});

test("what the kernel says is told as it is", () => {
  const folders = (real: CgroupFolders): CgroupFolders => ({
    ...real,
    write: () => {
      throw Object.assign(new Error("EOPNOTSUPP: operation not supported on socket, write"), { code: "EOPNOTSUPP" });
    },
  });
  expect(kill(node(), {}, { folders })).toEqual(["failed: EOPNOTSUPP: operation not supported on socket, write"]);
});
