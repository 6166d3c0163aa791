import { randomBytes } from "node:crypto";
import type { Bed, BedSettings } from "../bed.ts";
import { findPrograms } from "../build/programs.ts";
import { whyNoBed } from "../requirements.ts";
import { sayOnStderr } from "../say.ts";
import { startBed } from "../up.ts";
import { guardBed } from "./guard.ts";

/** Whether tests on a bed of their own are left out, since none can run here. In CI they fail instead. */
export function withoutBed(needs: Parameters<typeof whyNoBed>[0]): boolean {
  const why = whyNoBed(needs);
  if (why === null || process.env["CI"] === "true") return false;
  console.warn(`no bed of its own: ${why}`);
  return true;
}

/**
 * Starts a bed of the programs that are built, in a new folder that begins with this name. `endBed` ends it; where that is never called,
 * it ends once this process is gone, whichever way.
 */
export function startOwnBed(name: string, settings: Omit<BedSettings, "programs">): Promise<Bed> {
  const directory = `/var/tmp/holdfast-testbed/${name}-${randomBytes(4).toString("hex")}`;
  guardBed(directory);
  return startBed(directory, { ...settings, programs: findPrograms().programs }, sayOnStderr);
}
