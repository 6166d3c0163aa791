import type { KernelFiles } from "../kernel-files.ts";
import type { Mount } from "./pod-cgroup.ts";
import { Refused } from "./refused.ts";

/** The number of the unified hierarchy, at every boot. */
export const unified = 0;

/**
 * Where the unified hierarchy is mounted: in the place of all, or on a hybrid host beside those of v1, where runc looks
 * for it [opencontainers/cgroups, utils.go, hybridMountpoint].
 */
export function unifiedMount(files: KernelFiles): Mount {
  if (files.hasCgroupFile("sys/fs/cgroup/cgroup.controllers")) return { path: "sys/fs/cgroup", kind: "v2" };
  if (files.hasCgroupFile("sys/fs/cgroup/unified/cgroup.controllers"))
    return { path: "sys/fs/cgroup/unified", kind: "v2" };
  throw new Refused("not-reached", "no unified cgroup hierarchy is mounted");
}

/** Of v1's controller that freezes. */
export const freezerMount: Mount = { path: "sys/fs/cgroup/freezer", kind: "v1" };
