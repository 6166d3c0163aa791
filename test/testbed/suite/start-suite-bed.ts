import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { findPrograms } from "../build/programs.ts";
import { endBed } from "../down.ts";
import { startTime } from "../processes.ts";
import { whyNoBed } from "../requirements.ts";
import { sayOnStderr } from "../say.ts";
import { startBed } from "../up.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The bed of the suite; `null` where none can run here. */
    bedDirectory: string | null;
  }
}

/** Vitest's global setup of the project `cluster`: one bed for all of its tests, ended after them. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const runtime = "containerd-2";
  const why = whyNoBed(runtime);
  if (why !== null) {
    if (process.env["CI"] === "true") throw new Error(`the cluster tests cannot run: ${why}`);
    process.stderr.write(`cluster tests skipped: ${why}\n`);
    project.provide("bedDirectory", null);
    return undefined;
  }
  await endAbandoned();
  const directory = join(suiteBeds, `suite-${process.pid}-${startTime(process.pid)}`);
  await startBed(directory, { workers: 4, runtime, programs: findPrograms().programs }, sayOnStderr);
  project.provide("bedDirectory", directory);
  return () => endBed(directory);
}

const suiteBeds = "/var/tmp/holdfast-testbed";

/** Ends the beds of suites that were killed. */
async function endAbandoned(): Promise<void> {
  for (const name of listOrNone(suiteBeds)) {
    const [, pid, started] = /^suite-(\d+)-(\d+)$/.exec(name) ?? [];
    if (pid !== undefined && startTime(Number(pid)) !== started) await endBed(join(suiteBeds, name));
  }
}

function listOrNone(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
