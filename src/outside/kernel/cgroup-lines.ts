import type { CgroupLine } from "../../model/ledger.ts";

/** Parses as `parseCgroup` does, each text once: the processes of a container share their lines, and most have many. */
export function cgroupParser(): typeof parseCgroup {
  const parsed = new Map<string, ReturnType<typeof parseCgroup>>();
  return (text) => {
    let lines = parsed.get(text);
    if (lines === undefined) parsed.set(text, (lines = parseCgroup(text)));
    return lines;
  };
}

/**
 * Parses /proc/PID/cgroup: lines `N:CONTROLLERS:PATH`, where PATH may hold colons of its own. A path holds no newline:
 * the kernel refuses to make such a cgroup [linux, kernel/cgroup/cgroup.c, cgroup_mkdir]. `null`: not such lines.
 */
export function parseCgroup(text: string): readonly CgroupLine[] | null {
  const lines: CgroupLine[] = [];
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const first = line.indexOf(":");
    const second = line.indexOf(":", first + 1);
    const hierarchy = line.slice(0, Math.max(first, 0));
    if (second === -1 || !/^\d{1,9}$/.test(hierarchy)) return null;
    lines.push({
      hierarchy: Number(hierarchy),
      controllers: line.slice(first + 1, second),
      path: line.slice(second + 1),
    });
  }
  return lines;
}
