import type { KernelLedger } from "../../model/ledger.ts";
import { fateOf, type KernelFiles } from "./kernel-files.ts";

export type NodeFacts = Pick<KernelLedger, "bootId" | "bootTime" | "ticksPerSecond" | "cgroups">;

/** What is so of the node as a whole; a text: why it cannot be told. */
export function nodeFacts(files: KernelFiles): NodeFacts | string {
  try {
    const bootId = files.nodeText("proc/sys/kernel/random/boot_id").trim();
    if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(bootId)) return "boot_id is not a UUID";
    const [, bootTime] = /^btime (\d{1,15})$/m.exec(files.nodeText("proc/stat")) ?? [];
    if (bootTime === undefined) return "/proc/stat has no btime";
    return { bootId, bootTime: Number(bootTime), ticksPerSecond, cgroups: cgroupLayout(files) };
  } catch (error) {
    return `boot_id or /proc/stat: ${fateOf(error) === "ended" ? "no such file" : "not readable"}`;
  }
}

/**
 * USER_HZ: the unit in which the kernel shows times, whatever it counts in. 100 on every architecture that Node runs on
 * [linux, include/asm-generic/param.h].
 */
const ticksPerSecond = 100;

/**
 * v2 where the unified hierarchy is mounted in the place of all; hybrid where it is mounted beside those of v1, in the
 * place where runc looks for it [opencontainers/cgroups, utils.go, hybridMountpoint].
 */
function cgroupLayout(files: KernelFiles): NodeFacts["cgroups"] {
  if (files.hasCgroupFile("sys/fs/cgroup/cgroup.controllers")) return "v2";
  return files.hasCgroupFile("sys/fs/cgroup/unified/cgroup.controllers") ? "hybrid" : "v1";
}
