import { closeSync, constants, openSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ProcessId } from "../../model/node-actor.ts";
import { isKnown, known, unknown, type Reason, type Told } from "../../model/told.ts";
import { makeOwnFolder, NotOurs } from "../files/own-folder.ts";
import { failureText } from "../files/read.ts";
import { fileOf, lockIn, type Claim } from "./claim.ts";
import { ownClaim, whetherItLives } from "./claimant.ts";

/** Ours until it is released, or this process ends, however it ends. */
export interface NodeLock {
  release(): void;
}

/**
 * The lock of one node: who has it may act there. Each process that wants it puts a file of its own into the folder, and looks
 * afterwards for others whose process still is: then it takes its own away again. So of two at the same time at most one has it,
 * and perhaps none. A file says by its name which process it is of, and no name comes twice: taking one away whose process is
 * gone takes away no other.
 */
export function takeNodeLock(folder: string, name: string): Told<NodeLock | { readonly heldBy: ProcessId }> {
  try {
    makeOwnFolder(folder);
    const own = ownClaim();
    const path = join(folder, fileOf(name, own));
    if (!announce(path)) return known({ heldBy: own });
    const other = otherIn(folder, name, own);
    if (other === null) return known(heldUntilExit(path));
    rmSync(path, { force: true });
    return isKnown(other) ? known({ heldBy: other.known }) : other;
  } catch (error) {
    return unknown(notTaken(folder, error));
  }
}

/** Whether there was none of this process. */
function announce(path: string): boolean {
  try {
    closeSync(openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600));
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** Another process that has the lock, or may have it. Files of those that are gone are taken away. */
function otherIn(folder: string, name: string, own: Claim): Told<ProcessId> | null {
  let untold: Told<ProcessId> | null = null;
  for (const file of readdirSync(folder)) {
    const claim = lockIn(file, name);
    if (claim === null || file === fileOf(name, own)) continue;
    const lives = claim === "odd" ? "untold" : whetherItLives(claim, own);
    if (lives === "gone") rmSync(join(folder, file), { force: true });
    if (lives === "lives" && claim !== "odd") return known({ pid: claim.pid, startTicks: claim.startTicks });
    if (lives === "untold") untold = unknown(mayBeHeld(join(folder, file)));
  }
  return untold;
}

function heldUntilExit(path: string): NodeLock {
  const release = (): void => {
    process.off("exit", release);
    rmSync(path, { force: true });
  };
  // A signal that ends the process does not come here: then the file is of a process that is gone.
  process.on("exit", release);
  return { release };
}

function mayBeHeld(path: string): Reason {
  return {
    code: "contradicted",
    text: `whether the process of the lock ${path} still is could not be told`,
    at: [],
    supply: "see whether another holdfast runs on this node; remove the file where none does",
  };
}

function notTaken(folder: string, error: unknown): Reason {
  const why = error instanceof NotOurs ? error.message : failureText(error);
  return {
    code: error instanceof NotOurs ? "not-permitted" : "file-unreadable",
    text: `the lock of this node could not be taken in ${folder}: ${why}`,
    at: [],
  };
}
