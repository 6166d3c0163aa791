import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bed, Node } from "./bed.ts";
import { record } from "./journal.ts";

const mounted = "/sys/fs/cgroup";

/** Makes a node's cgroup in every hierarchy: one on cgroup v2, one for each controller on v1 and hybrid machines. */
export function makeCgroups(bed: Bed, node: Node): void {
  for (const hierarchy of hierarchies()) {
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

function hierarchies(): string[] {
  if (isV2(mounted)) return [mounted];
  return readdirSync(mounted, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(mounted, entry.name))
    .filter((path) => existsSync(join(path, "cgroup.procs")));
}

function isV2(hierarchy: string): boolean {
  return existsSync(join(hierarchy, "cgroup.controllers"));
}
