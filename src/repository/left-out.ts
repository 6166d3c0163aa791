import type { SourceFile } from "../model/source.ts";
import { mayMatter } from "./manifests/read.ts";
import { mayHoldUnreadKind } from "./manifests/unread-kinds.ts";
import type { LeftOutFile } from "./repository.ts";
import type { Configuration } from "./terraform/configuration.ts";
import type { EvaluatedStack, UnevaluatedStack } from "./terraform/stacks.ts";

/** The configuration that is not chosen, and that no chosen stack calls either. */
export function leftOutConfiguration(
  configuration: Configuration,
  found: readonly UnevaluatedStack[],
  read: readonly EvaluatedStack[],
  isChosen: (path: string) => boolean,
): readonly LeftOutFile[] {
  const called = new Set(read.flatMap(({ instances }) => instances.map(({ module }) => module.directory)));
  const units = found.filter(({ kind }) => kind === "terragrunt").flatMap(({ files }) => files);
  const modules = [...configuration.directories].flatMap(([directory, paths]) => (called.has(directory) ? [] : paths));
  return [
    ...modules.filter((path) => !isChosen(path)).map((path) => ({ path, kind: "terraform" as const })),
    ...units.filter((path) => !isChosen(path)).map((path) => ({ path, kind: "terragrunt" as const })),
  ];
}

/** The manifests that are not chosen, of which the text may declare something that audit reads or counts. */
export function leftOutManifests(
  files: readonly SourceFile[],
  isChosen: (path: string) => boolean,
): readonly LeftOutFile[] {
  return files
    .filter(({ path, text }) => !isChosen(path) && (mayMatter(text) || mayHoldUnreadKind(text)))
    .map(({ path }) => ({ path, kind: "manifest" }));
}
