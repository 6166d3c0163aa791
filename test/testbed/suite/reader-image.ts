import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Bed } from "../bed.ts";
import { kubectl } from "../clients.ts";
import { loadImages } from "../nodes.ts";
import { run } from "../run.ts";

export const readerImage = "holdfast.test/holdfast:checkout";

/** Makes the image of the checkout, and gives it to all nodes. Once a bed, but `anew`: the checkout may be another by then. */
export async function loadReaderImage(bed: Bed, { anew = false } = {}): Promise<void> {
  const archive = join(bed.directory, "holdfast-image.tar");
  if (existsSync(archive) && !anew) return;
  await makeImage([`--name=${readerImage}`, `--output=${archive}`]);
  for (const each of bed.nodes) await loadImages(bed, each, archive);
}

/** `npm run image`. Suites that run side by side wait for each other: it is made in folders of the checkout. */
export async function makeImage(options: readonly string[]): Promise<void> {
  await run(["flock", join(import.meta.dirname, "../../../deploy/image"), "npm", "run", "image", "--", ...options]);
}

/** The pods through which nodes are read now: `pod/NAME` of each. */
export async function readersIn(bed: Bed, namespace: string): Promise<string[]> {
  const selector = "--selector=app.kubernetes.io/component=node-reader";
  const names = await kubectl(bed, ["get", "pods", `--namespace=${namespace}`, selector, "--output=name"]);
  return names.split("\n").filter(Boolean);
}
