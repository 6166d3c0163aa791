import { join } from "node:path";
import type { DeployedRelease } from "../../model/deployed.ts";
import type { Problem } from "../../model/problem.ts";
import { readNamed } from "../../outside/files/read.ts";
import { directoryOf } from "../../repository/paths.ts";
import type { Repository } from "../../repository/repository.ts";
import type { AuditOptions } from "./options.ts";
import type { Settings } from "./settings.ts";

interface StateFile {
  readonly path: string;
  readonly label: string;
  readonly stack: string | null;
  readonly namedBy: "person" | "repository";
}

/** What is deployed, by the state files that the person or holdfast.yaml names and those that lie in the repository. */
export async function deployedReleases(
  repository: Repository,
  { config, base }: Settings,
  options: AuditOptions,
): Promise<{ readonly releases: readonly DeployedRelease[]; readonly problems: readonly Problem[] }> {
  const named: StateFile[] = [
    ...(options.state ?? []).map((path) => ({ path, label: path, stack: null, namedBy: "person" as const })),
    ...(config.state ?? []).map(({ stack, file }) => ({
      path: join(base, file),
      label: file,
      stack,
      namedBy: "repository" as const,
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
  for (const { path, label, stack, namedBy } of named) {
    const read = readNamed(path, namedBy);
    if ("failure" in read) problems.push({ code: "STATE001", path: label, text: `${read.failure}: not used` });
    else add(read.text, label, stack);
  }
  for (const file of repository.stateFiles) add(file.text, file.path, directoryOf(file.path));
  return { releases, problems };
}
