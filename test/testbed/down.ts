import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { settingsOf } from "./bed.ts";
import { removeCgroup } from "./namespaces/cgroups.ts";
import { readJournal } from "./journal.ts";
import { isAlive, killAll, processesIn } from "./processes.ts";
import { run } from "./run.ts";

/**
 * Ends the bed in `directory`, by its journal: whole, half started, or left by a process that was killed. Only what
 * the bed started is ended: processes whose id and start time are recorded, and those in its network namespaces.
 * Pods' processes are in pid namespaces of nodes, and end with them. Throws where something is left, and where the
 * folder is something else than a bed.
 */
export async function endBed(directory: string): Promise<void> {
  const root = resolve(directory);
  if (!existsSync(root)) return;
  if (!existsSync(settingsOf(root)) && readdirSync(root).length > 0) throw new Error(`${root} is no bed: left alone`);
  const made = readJournal(root);
  const networks = made.flatMap((each) => (each.kind === "network" ? [each.path] : []));
  const recorded = made.flatMap((each) => (each.kind === "process" ? [each] : []));
  await killAll(() => [...new Set([...recorded.filter(isAlive).map(({ pid }) => pid), ...processesIn(networks)])]);
  for (const mount of mountsBelow(root)) await run(["umount", mount]);
  // Deleting must not reach into something mounted.
  const mounted = mountsBelow(root);
  if (mounted.length > 0) throw new Error(`still mounted: ${mounted.join(", ")}`);
  for (const each of made.toReversed()) if (each.kind === "cgroup") await removeOnceEmpty(each.path);
  rmSync(root, { recursive: true, force: true });
  removeIfEmpty(dirname(root));
}

/** What was killed is in its cgroup until the kernel is done with it: some seconds, where there are hundreds. */
async function removeOnceEmpty(cgroup: string): Promise<void> {
  for (let tries = 100; ; tries--) {
    try {
      return removeCgroup(cgroup);
    } catch (error) {
      const isBusy = error instanceof Error && "code" in error && error.code === "EBUSY";
      if (!isBusy || tries === 0) throw error;
      await sleep(100);
    }
  }
}

/** Mount points below a folder, the deepest first. */
function mountsBelow(root: string): string[] {
  return readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .map((line) => unescape(line.split(" ")[4] ?? ""))
    .filter((point) => point.startsWith(`${root}/`))
    .toReversed();
}

/** Blanks and backslashes in a path are written as `\040` and the like. */
function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCodePoint(Number.parseInt(octal, 8)));
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Another bed, or somebody's own folder.
  }
}
