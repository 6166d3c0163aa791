import { dirname, join, resolve } from "node:path";
import { globTest } from "../../config/glob.ts";
import type { Config } from "../../config/schema.ts";
import { isInside } from "../../outside/files/inside.ts";
import { readInside, readNamed } from "../../outside/files/read.ts";
import type { Severity } from "../../model/finding.ts";
import type { LeftOutBy } from "../../report/left-out.ts";
import { Failure } from "../failure.ts";
import { knownRules } from "../known-rules.ts";
import type { AuditOptions } from "./options.ts";

export const configName = "holdfast.yaml";

/** The settings of one run, from holdfast.yaml; paths in it are relative to it. */
export interface Settings {
  readonly config: Config;
  /** The configuration's path as people know it. */
  readonly file: string;
  /** Where it lies, there or not. */
  readonly path: string;
  /** Directory that the configuration's paths start from. */
  readonly base: string;
  /** Directory that what the configuration names has to lie in, links followed. */
  readonly within: string;
}

/**
 * Reads the file that `--config` names, or holdfast.yaml in the audited directory where there is one. What
 * checks its form is loaded when there is a file: most of the start of a small audit would go into it.
 */
export async function readSettings(root: string, named: string | undefined): Promise<Settings> {
  const path = named ?? join(root, configName);
  const read = named === undefined ? readInside(root, path) : readNamed(path);
  if ("failure" in read) {
    if (named === undefined && read.failure === "no such file")
      return { config: {}, file: configName, path, base: root, within: root };
    throw new Failure(
      "CONFIG001",
      `${path} could not be read (${read.failure})`,
      "Name a readable file with --config.",
    );
  }
  const { readConfig } = await import("../../config/read.ts");
  const parsed = readConfig(read.text, knownRules);
  const base = resolve(dirname(path));
  if ("config" in parsed)
    return {
      config: parsed.config,
      file: named ?? configName,
      path,
      base,
      within: isInside(resolve(root), base) ? root : base,
    };
  const [first] = parsed.problems;
  const more = parsed.problems.length > 1 ? ` (and ${parsed.problems.length - 1} more)` : "";
  const what = `${path}:${first?.line ?? 1}:${first?.column ?? 1}: ${first?.text ?? "not valid"}${more}`;
  throw new Failure("CONFIG002", what, "Mend it; holdfast config check lists everything that is wrong.");
}

/** What of `paths` leaves a path out; `null`: nothing. */
export function pathsLeaveOut({ config }: Settings): (path: string) => LeftOutBy | null {
  const { include, exclude = [] } = config.paths ?? {};
  const isIncluded = include === undefined ? () => true : globTest(include);
  const globs = exclude.map((glob) => ({ glob, matches: globTest([glob]) }));
  return (path) => {
    if (!isIncluded(path)) return { setting: "paths.include", glob: null };
    const by = globs.find(({ matches }) => matches(path));
    return by === undefined ? null : { setting: "paths.exclude", glob: by.glob };
  };
}

/** The least severity that decides the exit code. */
export function failOn({ config }: Settings, options: Pick<AuditOptions, "failOn">): Severity | "never" {
  return options.failOn ?? config.failOn ?? "high";
}

/** The cluster that a path's releases run in; `null` while the repository is one cluster. */
export function clusterOf({ config }: Settings): (path: string) => string | null {
  const clusters = (config.clusters ?? []).map(({ name, paths }) => ({ name, matches: globTest(paths) }));
  return (path) => clusters.find(({ matches }) => matches(path))?.name ?? null;
}
