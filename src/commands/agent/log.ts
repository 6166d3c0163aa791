import { version } from "../../version.ts";

type Level = "debug" | "info" | "warn" | "error";

/** One line of JSON for each decision, on standard output. JSON escapes whatever is hostile in it. */
export type Log = (level: Level, message: string, fields?: Readonly<Record<string, unknown>>) => void;

export function jsonLog(node: string): Log {
  return (level, message, fields = {}) => {
    const line = { time: new Date().toISOString(), level, message, node, version, ...fields };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  };
}
