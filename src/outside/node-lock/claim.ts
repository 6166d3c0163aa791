import type { ProcessId } from "../../model/node-actor.ts";

/** Which process it is, so that no other ever is it. */
export interface Claim extends ProcessId {
  readonly bootId: string;
  /** The inode of its pid namespace: pids are of that. */
  readonly pidNamespace: number;
}

/** `sweep.8f1c….4026531836.812.4711.lock`. */
export function fileOf(name: string, { bootId, pidNamespace, pid, startTicks }: Claim): string {
  return `${name}.${bootId}.${pidNamespace}.${pid}.${startTicks}.lock`;
}

/** The claim that a file stands for. `null`: it is no lock of this name. `odd`: it looks like one, and is none of ours. */
export function lockIn(file: string, name: string): Claim | "odd" | null {
  if (!file.startsWith(`${name}.`) || !file.endsWith(".lock")) return null;
  const [, bootId, pidNamespace, pid, startTicks] = form.exec(file.slice(name.length)) ?? [];
  if (bootId === undefined) return "odd";
  return { bootId, pidNamespace: Number(pidNamespace), pid: Number(pid), startTicks: Number(startTicks) };
}

const form = /^\.([0-9a-f-]{36})\.(\d{1,15})\.(\d{1,10})\.(\d{1,15})\.lock$/;
