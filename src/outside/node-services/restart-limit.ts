import { closeSync, constants, fsyncSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { isKnown, known, unknown, type Reason, type Told } from "../../model/told.ts";
import { jsonOf } from "../json-of.ts";
import { isMissing, makeOwnFolder, NotOurs, openOwnFile, syncFolder } from "../files/own-folder.ts";
import { failureText, readBytes } from "../files/read.ts";

/** A clock that nobody sets, and which boot it counts from. */
export interface BootClock {
  readonly bootId: string;
  /** Since the boot. */
  readonly seconds: number;
}

/** When a kubelet was restarted last, as its node's own file says; `null`: never. */
type LastRestart = BootClock & {
  /** ISO 8601, by the node's clock: for people. */
  readonly at: string;
};

export interface RestartLimit {
  /** The folder of this program's own files on the node. */
  readonly folder: string;
  /** Seconds that have to lie between two restarts. */
  readonly between: number;
}

/**
 * Takes the one restart that is allowed in a time, by writing it down before it is done. `null`: it is taken. Else how many seconds
 * are left until there is one again. Unknown: the file cannot be read or written, and then none is done.
 */
export function takeRestart(limit: RestartLimit, now: BootClock, at: Date): Told<number | null> {
  const last = lastRestart(limit.folder);
  if (!isKnown(last)) return last;
  const left = last.known === null ? 0 : limit.between - elapsed(last.known, now);
  if (left > 0) return known(Math.ceil(left));
  return write(limit.folder, { ...now, at: at.toISOString() });
}

/** At least: what was before this boot is as long ago as the boot. */
function elapsed(last: LastRestart, { bootId, seconds }: BootClock): number {
  return last.bootId === bootId ? seconds - last.seconds : seconds;
}

function lastRestart(folder: string): Told<LastRestart | null> {
  const path = fileIn(folder);
  try {
    makeOwnFolder(folder);
    const { descriptor, size } = openOwnFile(path, constants.O_RDONLY);
    try {
      const text = Buffer.from(readBytes(descriptor, Math.min(size, largest))).toString("utf8");
      const read = record.safeParse(jsonOf(text));
      return read.success ? known(read.data) : unknown(odd(path));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (isMissing(error)) return known(null);
    return unknown(refusal("read", path, error));
  }
}

/** Whole or not at all, and on the disk when this is done. */
function write(folder: string, last: LastRestart): Told<null> {
  const path = fileIn(folder);
  const temporary = `${path}.new`;
  try {
    rmSync(temporary, { force: true });
    const { descriptor } = openOwnFile(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL);
    try {
      const bytes = Buffer.from(`${JSON.stringify(last)}\n`, "utf8");
      if (writeSync(descriptor, bytes) !== bytes.length) throw new NotOurs("no space left");
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
    syncFolder(folder);
    return known(null);
  } catch (error) {
    return unknown(refusal("written", path, error));
  }
}

function fileIn(folder: string): string {
  return join(folder, "kubelet-restart.json");
}

const record = z.object({ bootId: z.string().min(1), seconds: z.number().nonnegative(), at: z.string() });
const largest = 4096;

function odd(path: string): Reason {
  const text = `${path}, which says when the kubelet was restarted last, is not understood`;
  return { code: "not-understood", text, at: [], supply: "look at it, and remove it" };
}

function refusal(done: "read" | "written", path: string, error: unknown): Reason {
  const why = error instanceof NotOurs ? error.message : failureText(error);
  return { code: "file-unreadable", text: `${path} could not be ${done}: ${why}`, at: [] };
}
