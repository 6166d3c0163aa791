import { randomBytes } from "node:crypto";
import type { TestProject } from "vitest/node";
import { findPrograms } from "../build/programs.ts";
import { endBed } from "../down.ts";
import { whyNoBed } from "../requirements.ts";
import { sayOnStderr } from "../say.ts";
import { startBed } from "../up.ts";
import { guardBed } from "./guard.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The bed of the suite; `null` where none can run here. */
    bedDirectory: string | null;
  }
}

/** Vitest's global setup of the project `cluster`: one bed for all of its tests, ended with them. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const runtime = "containerd-2";
  const why = whyNoBed({ runtime });
  if (why !== null) {
    if (process.env["CI"] === "true") throw new Error(`the cluster tests cannot run: ${why}`);
    process.stderr.write(`cluster tests skipped: ${why}\n`);
    project.provide("bedDirectory", null);
    return undefined;
  }
  const directory = `/var/tmp/holdfast-testbed/suite-${randomBytes(4).toString("hex")}`;
  guardBed(directory);
  await startBed(directory, { workers: 4, runtime, programs: findPrograms().programs }, sayOnStderr);
  project.provide("bedDirectory", directory);
  return () => endBed(directory);
}
