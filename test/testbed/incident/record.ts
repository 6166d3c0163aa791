import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Bed } from "../bed.ts";
import { run } from "../run.ts";
import type { Say } from "../say.ts";
import { loadReaderImage } from "../suite/reader-image.ts";
import { workstationCommand } from "../suite/workstation.ts";
import type { StageName } from "./night.ts";

/**
 * Records each stage of the night in a snapshot of the cluster and all of its nodes, `FOLDER/STAGE.snapshot`, by what a
 * user would type. Throws where a part of it could not be read. Gives what {@link playNight} is to do after a stage.
 */
export async function recorder(bed: Bed, folder: string, say: Say): Promise<(stage: StageName) => Promise<void>> {
  say("making the image that nodes are read through");
  await loadReaderImage(bed, { anew: true });
  mkdirSync(folder, { recursive: true });
  return async (stage) => {
    const file = join(folder, `${stage}.snapshot`);
    const options = ["--nodes=all", "--no-openapi", "--strict", `--output=${file}`];
    await run(workstationCommand(bed, ["snapshot", ...options]));
    say(`${stage}: recorded in ${file}`);
  };
}
