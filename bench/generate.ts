import { manifestFile, manifestKinds } from "./generate-manifests.ts";
import { releaseModule, stackFiles, versionForms, versionsFile } from "./generate-stacks.ts";
import { dealt, seededRandom } from "./random.ts";

export interface Size {
  /** Terraform and lock files. */
  readonly hcl: number;
  readonly yaml: number;
  readonly seed: number;
}

/** Stacks that share one file of versions, as the directories of one environment do. */
const stacksOfAnEnvironment = 40;

/**
 * An infrastructure repository, path by path: stacks of Terraform with one release each, and manifests. The forms in
 * which releases write their version stand in the shares that 361 releases of 32 public repositories had; files are
 * 2 KiB on average.
 */
export function generateRepository({ hcl, yaml, seed }: Size): ReadonlyMap<string, string> {
  const random = seededRandom(seed);
  const files = new Map(Object.entries(releaseModule(random)));
  const ofModule = files.size;
  const stacks = Math.max(1, Math.ceil((hcl - ofModule) / filesOfAStack));
  for (const [index, form] of dealt(versionForms, stacks, random).entries()) {
    const environment = Math.floor(index / stacksOfAnEnvironment);
    for (const [path, text] of Object.entries(stackFiles({ index, environment, form }, random))) {
      if (files.size < hcl) files.set(path, text);
    }
  }
  const environments = Math.ceil(stacks / stacksOfAnEnvironment);
  for (let environment = 0; environment < environments; environment += 1) {
    const [path, text] = versionsFile(environment, stacksOfAnEnvironment, random);
    files.set(path, text);
  }
  for (const [index, kind] of dealt(manifestKinds, Math.max(0, yaml - environments), random).entries()) {
    const [path, text] = manifestFile(index, kind, random);
    files.set(path, text);
  }
  return files;
}

/** main.tf, variables.tf, versions.tf and the lock file. */
const filesOfAStack = 4;
