import { spawn } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { deserialize, serialize } from "node:v8";
import { known, unknown, type Told } from "../../../model/told.ts";
import type { Errand, ErrandKind, Errands } from "./errands.ts";

export interface Sending {
  /** Milliseconds; default 30,000. A child that is late is left to itself: it ends by its own limits, and thaws what it froze. */
  readonly deadline?: number;
  readonly signal?: AbortSignal;
}

/** Runs an errand in a process of its own. Unknown: nobody knows what came of it, with why. */
export function sendErrand<K extends ErrandKind>(
  errand: Errand<K>,
  { deadline = 30_000, signal }: Sending = {},
): Promise<Told<Errands[K]["answer"]>> {
  const { promise, resolve } = Promise.withResolvers<Told<Errands[K]["answer"]>>();
  if (signal?.aborted === true) return Promise.resolve(failed("incomplete", "it was given up before it began"));
  // No environment but where programs are: NODE_OPTIONS and the like are for the program, not for its parts.
  const env = { PATH: programs };
  const child = spawn(process.execPath, [...flags, entry], { env, stdio: ["pipe", "pipe", "pipe"] });
  const answer: Buffer[] = [];
  const complaint: Buffer[] = [];
  const late = setTimeout(() => leave("timed-out", `it took more than ${deadline / 1000} s`), deadline);
  const leave = (code: "timed-out" | "incomplete", text: string): void => {
    for (const stream of child.stdio) stream?.destroy();
    child.unref();
    resolve(failed(code, text));
  };
  const giveUp = (): void => leave("incomplete", "it was given up before it had answered");
  signal?.addEventListener("abort", giveUp, { once: true });
  child.stdout.on("data", (piece: Buffer) => answer.push(piece));
  child.stderr.on("data", (piece: Buffer) => complaint.push(piece));
  child.stdin.on("error", () => {});
  child.once("error", (error) => resolve(failed("not-reached", `its process could not be started: ${error.message}`)));
  child.once("close", (code, by) => {
    if (code === 0) resolve(known(deserialize(Buffer.concat(answer))));
    else resolve(failed("incomplete", `its process ended with ${by ?? code}: ${lastLine(Buffer.concat(complaint))}`));
  });
  child.stdin.end(serialize(errand));
  return promise.finally(() => {
    clearTimeout(late);
    signal?.removeEventListener("abort", giveUp);
  });
}

/** Where `ss`, `nsenter` and `dmesg` are on every distribution. */
const programs = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** In MiB. */
const flags = ["--max-semi-space-size=1"];

/** It lies beside this file in the sources, and beside the program in the bundle. */
const entry = fileURLToPath(new URL(`./errand-child${extname(import.meta.url)}`, import.meta.url));

function lastLine(text: Buffer): string {
  return text.toString("utf8").slice(-2000).trimEnd().split("\n").at(-1)?.slice(0, 300) ?? "";
}

function failed(code: "timed-out" | "incomplete" | "not-reached", text: string): Told<never> {
  return unknown({ code, text, at: [] });
}
