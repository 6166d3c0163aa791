import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Names of the AppArmor profiles that confine processes; who is in none, or is gone, has no name. `root`: where /proc is. */
export function apparmorProfiles(root: string, pids: readonly number[]): ReadonlySet<string> {
  const labels = pids.map((pid) => labelOf(root, pid)).filter((label) => label !== "" && label !== "unconfined");
  return new Set(labels);
}

/** The first is there from 5.8 on; the other is of whichever module it was given to. Neither waits for the process. */
function labelOf(root: string, pid: number): string {
  for (const file of ["attr/apparmor/current", "attr/current"]) {
    try {
      const label = readFileSync(join(root, "proc", String(pid), file), "utf8");
      return label.replace(/[\n\0]+$/, "").replace(/ \([a-z]+\)$/, "");
    } catch {
      continue;
    }
  }
  return "";
}
