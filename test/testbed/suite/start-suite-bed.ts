import type { TestProject } from "vitest/node";
import { endBed } from "../down.ts";
import { whyNoBed } from "../requirements.ts";
import { startOwnBed } from "./own-bed.ts";

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
  const { directory } = await startOwnBed("suite", { workers: 4, runtime });
  project.provide("bedDirectory", directory);
  return () => endBed(directory);
}
