import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bed, NamespaceNode } from "../bed.ts";
import { record } from "../journal.ts";

const mounted = "/sys/fs/cgroup";

/** Makes a node's cgroup in every hierarchy: one on cgroup v2, one for each controller on v1 and hybrid machines. */
export function makeCgroups(bed: Bed, node: NamespaceNode): void {
  if (isV2(mounted)) turnOnControllers(mounted);
  for (const hierarchy of hierarchies(mounted)) {
    const path = join(hierarchy, node.cgroup);
    record(bed.directory, { kind: "cgroup", path });
    mkdirSync(path, { recursive: true });
    // A cpuset of cgroup v1 starts empty, and then nothing can run in it.
    for (const file of ["cpuset.cpus", "cpuset.mems"].filter((name) => existsSync(join(path, name)))) {
      if (!isV2(hierarchy)) writeFileSync(join(path, file), readFileSync(join(hierarchy, file)));
    }
  }
}

/** Removes a cgroup and those below it. Throws where processes are left in one. */
export function removeCgroup(path: string): void {
  if (!existsSync(path)) return;
  for (const below of readdirSync(path, { withFileTypes: true })) {
    if (below.isDirectory()) removeCgroup(join(path, below.name));
  }
  rmdirSync(path);
}

/** Why nodes cannot have cgroups of their own below `root`; `null` where they can. */
export function whyNoCgroups(root = mounted): string | null {
  if (hierarchies(root).length === 0) return `no cgroups are mounted on ${root}`;
  if (!isV2(root)) return null;
  const there = words(root, "cgroup.controllers");
  const absent = ["cpu", "memory", "pids"].filter((name) => !there.includes(name));
  if (absent.length > 0) return `cgroup v2 has no ${absent.join(", ")} here`;
  // Only the machine's own root may have processes beside groups with controllers (Linux, cgroup-v2.rst, "No Internal
  // Process Constraint"), and only it has no cgroup.type.
  const crowded = existsSync(join(root, "cgroup.type")) && words(root, "cgroup.procs").length > 0;
  const off = turnedOff(root);
  if (!crowded || off.length === 0) return null;
  return `${off.join(", ")} cannot be turned on below a container's own cgroup: it needs the host's cgroup namespace`;
}

/**
 * On cgroup v2 a node has the controllers that the root passes on, and its kubelet asks for each of these that the
 * machine has (Kubernetes 1.36.3, pkg/kubelet/cm/cgroup_v2_manager_linux.go). They stay on, as runc leaves them.
 */
export function turnOnControllers(root: string): void {
  const off = turnedOff(root);
  if (off.length > 0) writeFileSync(join(root, "cgroup.subtree_control"), off.map((name) => `+${name}`).join(" "));
}

function turnedOff(root: string): string[] {
  const [there, on] = [words(root, "cgroup.controllers"), words(root, "cgroup.subtree_control")];
  return ["cpu", "cpuset", "hugetlb", "memory", "pids"].filter((name) => there.includes(name) && !on.includes(name));
}

function words(root: string, file: string): string[] {
  return readFileSync(join(root, file), "utf8").split(/\s+/).filter(Boolean);
}

function hierarchies(root: string): string[] {
  if (isV2(root)) return [root];
  if (!existsSync(root)) return [];
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(root, entry.name))
    .filter((path) => existsSync(join(path, "cgroup.procs")));
}

function isV2(hierarchy: string): boolean {
  return existsSync(join(hierarchy, "cgroup.controllers"));
}
