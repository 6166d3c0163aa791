import { readFileSync, readlinkSync } from "node:fs";
import { fateOf } from "../kernel/kernel-files.ts";
import { hasEnded, parseStat, type TaskStat } from "../kernel/stat-line.ts";
import type { Claim } from "./claim.ts";

/** The claim of this process. Throws where /proc does not say who it is. */
export function ownClaim(): Claim {
  const { 1: inode } = /^pid:\[(\d+)\]$/.exec(readlinkSync("/proc/self/ns/pid")) ?? [];
  const stat = statOf("self");
  const bootId = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  if (inode === undefined || typeof stat === "string" || !/^[0-9a-f-]{36}$/.test(bootId))
    throw new Error("/proc does not say which process this is");
  return { bootId, pidNamespace: Number(inode), pid: process.pid, startTicks: stat.startTicks };
}

/** Whether the process of a claim still is, as far as this one can see: pids of another namespace say nothing here. */
export function whetherItLives(claim: Claim, own: Claim): "lives" | "gone" | "untold" {
  if (claim.bootId !== own.bootId) return "gone";
  if (claim.pidNamespace !== own.pidNamespace) return "untold";
  const stat = statOf(claim.pid);
  // Where pids of others are hidden, nobody is gone because they are not seen [man 5 proc, hidepid].
  if (stat === "ended") return typeof statOf(1) === "object" ? "gone" : "untold";
  if (stat === "untold") return "untold";
  return stat.startTicks === claim.startTicks && !hasEnded(stat) ? "lives" : "gone";
}

/** `stat` waits for no lock that a stuck process holds. */
function statOf(pid: number | "self"): TaskStat | "ended" | "untold" {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? "untold";
  } catch (error) {
    return fateOf(error) === "ended" ? "ended" : "untold";
  }
}
