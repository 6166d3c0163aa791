import { escapeInJson } from "../../report/safe.ts";
import { version } from "../../version.ts";

type Level = "debug" | "info" | "warn" | "error";

/**
 * One line of JSON for each decision, on standard output. What pods are called and what others complained of may be in it: whatever
 * a terminal would act on is escaped, also what JSON itself leaves as it is.
 */
export type Log = (level: Level, message: string, fields?: Readonly<Record<string, unknown>>) => void;

export function jsonLog(node: string, write: (line: string) => unknown = (line) => process.stdout.write(line)): Log {
  return (level, message, fields = {}) => {
    const line = { time: new Date().toISOString(), level, message, node, version, ...fields };
    write(`${escapeInJson(JSON.stringify(line))}\n`);
  };
}
