/** What /proc/PID/stat says that is used here. */
export interface TaskStat {
  /** As the program set it: it may hold spaces, parentheses and newlines, which the kernel prints as they are. */
  readonly name: string;
  readonly state: string;
  readonly parent: number;
  /** Clock ticks after boot. */
  readonly startTicks: number;
}

/** Parses `PID (NAME) STATE PARENT …`; `null` where the text is no such line [man 5 proc_pid_stat]. */
export function parseStat(text: string): TaskStat | null {
  const open = text.indexOf(" (");
  // The name comes first and may hold `)`: nothing behind it does.
  const close = text.lastIndexOf(") ");
  if (open < 1 || close < open || !/^\d+$/.test(text.slice(0, open))) return null;
  // `state` is field 3 of the line, so that field N is at N - 3.
  const fields = text.slice(close + 2).split(" ", 20);
  const [state = "", parent = ""] = fields;
  const start = fields[19] ?? "";
  if (!/^[A-Za-z]$/.test(state) || !/^\d{1,10}$/.test(parent) || !/^\d{1,15}$/.test(start)) return null;
  return { name: text.slice(open + 2, close), state, parent: Number(parent), startTicks: Number(start) };
}

/** A zombie, or one that is being taken away: it has no files, and its namespaces are gone. */
export function hasEnded({ state }: TaskStat): boolean {
  return state === "Z" || state === "X" || state === "x";
}
