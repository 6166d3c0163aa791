/** What /proc/PID/stat says that is used here. */
export interface TaskStat {
  /** As the program set it: it may hold spaces, parentheses and newlines, which the kernel prints as they are. */
  readonly name: string;
  readonly state: string;
  readonly parent: number;
  /** Clock ticks of processor time, of all its threads. */
  readonly cpuTicks: number;
  /** Clock ticks after boot. */
  readonly startTicks: number;
}

/** Parses `PID (NAME) STATE PARENT …`; `null` where the text is no such line [man 5 proc_pid_stat]. */
export function parseStat(text: string): TaskStat | null {
  const open = text.indexOf(" (");
  // The name comes first and may hold `)`: nothing behind it does.
  const close = text.lastIndexOf(") ");
  if (open < 1 || close < open || !/^\d+$/.test(text.slice(0, open))) return null;
  const [, state = "", parent, user, system, start] = behindName.exec(text.slice(close + 2)) ?? [];
  if (start === undefined) return null;
  return {
    name: text.slice(open + 2, close),
    state,
    parent: Number(parent),
    cpuTicks: Number(user) + Number(system),
    startTicks: Number(start),
  };
}

/** The fields from the third on: 3 state, 4 parent, 14 and 15 processor time, 22 start. */
const behindName = /^([A-Za-z]) (\d{1,10}) (?:[^ ]+ ){9}(\d{1,15}) (\d{1,15}) (?:[^ ]+ ){6}(\d{1,15}) /;

/** A zombie, or one that is being taken away: it has no files, and its namespaces are gone. */
export function hasEnded({ state }: Pick<TaskStat, "state">): boolean {
  return state === "Z" || state === "X" || state === "x";
}
