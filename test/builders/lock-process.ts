import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** Another process that runs this with `takeNodeLock` at hand. */
export function lockProcess(program: string): ChildProcess {
  const module = join(import.meta.dirname, "../../src/outside/node-lock/node-lock.ts");
  const text = `const { takeNodeLock } = await import(${JSON.stringify(module)});\n${program}`;
  return spawn(process.execPath, ["--input-type=module", "--eval", text], { stdio: ["pipe", "pipe", "inherit"] });
}

/** The next that a process says. */
export async function saidBy({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error("it cannot say anything");
  const [text] = await once(stdout, "data");
  return String(text).trim();
}
