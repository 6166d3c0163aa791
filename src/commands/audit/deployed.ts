import { join } from "node:path";
import type { DeployedRelease } from "../../model/deployed.ts";
import type { Problem } from "../../model/problem.ts";
import { readInside, readNamed } from "../../outside/files/read.ts";
import { directoryOf } from "../../repository/paths.ts";
import type { Repository } from "../../repository/repository.ts";
import type { AuditOptions } from "./options.ts";
import type { Settings } from "./settings.ts";

interface StateFile {
  readonly label: string;
  readonly stack: string | null;
  readonly read: () => ReturnType<typeof readNamed>;
}

/** What is deployed, by the state files that the person or holdfast.yaml names and those that lie in the repository. */
export async function deployedReleases(
  repository: Repository,
  { config, base, within }: Settings,
  options: AuditOptions,
): Promise<{ readonly releases: readonly DeployedRelease[]; readonly problems: readonly Problem[] }> {
  const named: StateFile[] = [
    ...(options.state ?? []).map((path) => ({ label: path, stack: null, read: () => readNamed(path) })),
    ...(config.state ?? []).map(({ stack, file }) => ({
      label: file,
      stack,
      read: () => readInside(within, join(base, file)),
    })),
  ];
  if (named.length + repository.stateFiles.length === 0) return { releases: [], problems: [] };
  const { readState } = await import("../../repository/terraform/state.ts");
  const releases: DeployedRelease[] = [];
  const problems: Problem[] = [];
  const add = (text: string, label: string, stack: string | null) => {
    const read = readState(text, label, stack);
    if (read === null)
      problems.push({
        code: "STATE001",
        path: label,
        text: "neither a state file of version 4 nor terraform show -json: not used",
      });
    else releases.push(...read.releases);
  };
  for (const { label, stack, read } of named) {
    const file = read();
    if ("failure" in file) problems.push({ code: "STATE001", path: label, text: `${file.failure}: not used` });
    else add(file.text, label, stack);
  }
  for (const file of repository.stateFiles) add(file.text, file.path, directoryOf(file.path));
  return { releases, problems };
}
