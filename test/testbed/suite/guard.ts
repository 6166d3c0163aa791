import { spawn } from "node:child_process";
import { once } from "node:events";
import { endBed } from "../down.ts";

/**
 * Starts a process that ends the bed in `directory` once this process is gone, whichever way: the guard's standard
 * input is a pipe that nobody else holds, and it closes.
 */
export function guardBed(directory: string): void {
  const guard = spawn(process.execPath, [import.meta.filename, directory], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  guard.unref();
}

if (import.meta.main) {
  process.stdin.resume();
  await once(process.stdin, "close");
  await endBed(process.argv[2] ?? "");
}
