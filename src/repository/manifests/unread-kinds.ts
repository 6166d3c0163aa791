import { isKnown } from "../../model/told.ts";
import type { SourceFile } from "../../model/source.ts";
import type { Kustomization } from "../kustomize/kustomization.ts";
import type { ManifestObject } from "../repository.ts";
import { field, textOf } from "./field.ts";

/** Kinds that install charts and are known, but not read yet; by the group of their API. */
const unread: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["helm.toolkit.fluxcd.io", new Set(["HelmRelease"])],
  ["argoproj.io", new Set(["Application", "ApplicationSet"])],
  ["helm.cattle.io", new Set(["HelmChart"])],
]);

/**
 * How many objects there are of kinds that are not read yet, of those that install charts or change what others declare.
 * Files are not parsed: their documents are told by the lines `apiVersion:` and `kind:` that are not indented.
 */
export function countUnreadKinds(
  files: readonly SourceFile[],
  applied: readonly ManifestObject[],
  kustomizations: readonly Kustomization[],
): ReadonlyMap<string, number> {
  const unreadKustomizations = kustomizations.filter(
    ({ changes, installsCharts }) => installsCharts || changes.length > 0,
  );
  const found = [
    ...files.flatMap(kindsInFile),
    ...applied.flatMap(kindOfObject),
    ...unreadKustomizations.map(() => "Kustomization"),
  ];
  return new Map([...Map.groupBy(found, (kind) => kind)].map(([kind, all]) => [kind, all.length]));
}

/** A cheap test of a file's text: false when no such object can be in it. */
export function mayHoldUnreadKind(text: string): boolean {
  return mayHold.test(text);
}

const mayHold = /helm\.toolkit\.fluxcd\.io|argoproj\.io|helm\.cattle\.io|helmCharts/;

function kindsInFile({ text }: SourceFile): string[] {
  if (!mayHoldUnreadKind(text)) return [];
  return text.split(/^---/m).flatMap((document) => {
    const kind = /^kind:[ \t]*["']?(\w+)/m.exec(document)?.[1];
    const group = /^apiVersion:[ \t]*["']?([\w.-]+)\//m.exec(document)?.[1];
    return kindOf(group, kind);
  });
}

function kindOfObject({ value }: ManifestObject): string[] {
  const [version, kind] = [textOf(field(value, "apiVersion")), textOf(field(value, "kind"))];
  if (!isKnown(version) || !isKnown(kind)) return [];
  return kindOf(version.known?.split("/", 1)[0], kind.known ?? undefined);
}

function kindOf(group: string | undefined, kind: string | undefined): string[] {
  return kind !== undefined && unread.get(group ?? "")?.has(kind) === true ? [kind] : [];
}
