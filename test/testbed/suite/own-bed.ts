import { randomBytes } from "node:crypto";
import type { Bed, BedSettings } from "../bed.ts";
import { findPrograms } from "../build/programs.ts";
import { sayOnStderr } from "../say.ts";
import { startBed } from "../up.ts";
import { guardBed } from "./guard.ts";

/**
 * Starts a bed of the programs that are built, in a new folder that begins with this name. `endBed` ends it; where that is never called,
 * it ends once this process is gone, whichever way.
 */
export function startOwnBed(name: string, settings: Omit<BedSettings, "programs">): Promise<Bed> {
  const directory = `/var/tmp/holdfast-testbed/${name}-${randomBytes(4).toString("hex")}`;
  guardBed(directory);
  return startBed(directory, { ...settings, programs: findPrograms().programs }, sayOnStderr);
}
