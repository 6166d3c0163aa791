import type { Span } from "../../../model/span.ts";
import type { ProviderFact, Repository, Stack } from "../../../repository/repository.ts";

/** Where a stack says which versions of its providers it takes: its own files, then those in a folder above, then modules. */
export function nearestConstraint(
  { files }: Repository,
  { key }: Stack,
  facts: readonly ProviderFact[],
): Span | undefined {
  const shared = (place: Span) => sharedFolders(key, files[place.file]?.path ?? "");
  const places = facts.flatMap(({ constraints }) => constraints.map(({ at }) => at));
  return places.toSorted((a, b) => shared(b) - shared(a))[0];
}

function sharedFolders(directory: string, file: string): number {
  const folders = file.split("/").slice(0, -1);
  const parts = directory.split("/");
  const differing = parts.findIndex((part, index) => part !== folders[index]);
  return differing === -1 ? parts.length : differing;
}
