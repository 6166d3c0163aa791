import { join } from "node:path";
import type { Bed } from "../bed.ts";
import { loadImages } from "../nodes.ts";
import { run } from "../run.ts";

export const readerImage = "holdfast.test/holdfast:checkout";

/** Makes the image of the checkout, and gives it to all nodes. */
export async function loadReaderImage(bed: Bed): Promise<void> {
  const archive = join(bed.directory, "holdfast-image.tar");
  await run(["npm", "run", "image", "--", `--name=${readerImage}`, `--output=${archive}`]);
  for (const each of bed.nodes) await loadImages(bed, each, archive);
}
