import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { idOf, uidOf } from "../../../test/builders/ledgers.ts";
import { procTree, removeTree, type RecordedProcess } from "../../../test/builders/proc-tree.ts";
import { kernelFiles } from "../kernel/kernel-files.ts";
import { endOwnSandbox } from "./end-sandbox.ts";

const own = uidOf("own");
const folder = (uid: string, container: string): string => `/kubepods/besteffort/pod${uid}/${idOf(container)}`;
const slice = (uid: string, container: string): string =>
  `/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${uid.replaceAll("-", "_")}.slice/cri-containerd-${idOf(container)}.scope`;

/** Whom a process in the given cgroup ends, of these. */
function ended(self: string, processes: readonly RecordedProcess[], uid = own): number[] {
  const root = procTree({ processes: [{ pid: 1, name: "systemd" }, ...processes] });
  onTestFinished(() => removeTree(root));
  writeFileSync(join(root, "proc/self/cgroup"), self);
  const pids: number[] = [];
  endOwnSandbox(
    uid,
    kernelFiles(root, () => {}),
    (pid) => pids.push(pid),
  );
  return pids;
}

const pause = (pid: number, cgroup: string): RecordedProcess => ({ pid, name: "pause", cgroup });

test.each([
  ["cgroupfs", folder],
  ["systemd", slice],
])("ends the pause of its own pod and nothing else, with %s", (_, path) => {
  const others = [
    pause(40, `0::${path(uidOf("other"), "other sandbox")}\n`),
    pause(41, "0::/system.slice/pause.service\n"),
    pause(42, `0::/docker/${idOf("kind")}${folder(own, "nested")}\n1:name=systemd:${folder(uidOf("other"), "a")}\n`),
    { pid: 43, name: "node", cgroup: `0::${path(own, "reader")}\n` },
    { pid: 44, name: "conmon", cgroup: `0::${path(own, "monitor")}\n` },
  ];
  const sandbox = pause(50, `1:name=systemd:${path(own, "sandbox")}\n0::${path(own, "sandbox")}\n`);
  expect(ended(`0::${path(own, "reader")}\n`, [...others, sandbox])).toEqual([50]);
});

test.each([
  ["is in no pod", "0::/\n"],
  ["is in another pod than it was told", `0::${folder(uidOf("other"), "reader")}\n`],
  ["has cgroups of two pods", `0::${folder(own, "a")}\n1:cpu:${folder(uidOf("other"), "a")}\n`],
  ["is in a cgroup namespace of its own", "0::/../..\n"],
])("ends nothing where it %s", (_, self) => {
  expect(ended(self, [pause(50, `0::${folder(own, "sandbox")}\n`)])).toEqual([]);
});
