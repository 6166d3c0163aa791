import type { Problem } from "../../model/problem.ts";
import type { SourceFile } from "../../model/source.ts";
import { isKnown, type Reason } from "../../model/told.ts";
import { field, itemsOf, textOf } from "../manifests/field.ts";
import { directoryOf, joinPath, resolvePath } from "../paths.ts";
import type { Value } from "../value.ts";
import { parseYaml } from "../yaml.ts";
import { anyChange, type Change } from "./change.ts";
import { keyChanges, patchChanges } from "./patches.ts";

/** A kustomization as far as it is read: which files it names, and what it may change in them. */
export interface Kustomization {
  readonly path: string;
  /** Paths of manifests and of other kustomizations, its components among them. */
  readonly names: readonly string[];
  /** Paths of the components, which change what this one names. */
  readonly components: readonly string[];
  readonly changes: readonly Change[];
  readonly installsCharts: boolean;
}

export interface ReadKustomizations {
  readonly kustomizations: readonly Kustomization[];
  readonly problems: readonly Problem[];
}

/** The files of a folder that Kustomize takes (kustomize, api/konfig/general.go); they need not say their kind. */
const fileNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/** Reads the kustomizations among the paths. `open`: `undefined` for what is not there or could not be read. */
export function readKustomizations(
  paths: Iterable<string>,
  open: (path: string) => SourceFile | undefined,
): ReadKustomizations {
  const known = new Set([...paths].filter((path) => fileNames.includes(path.slice(path.lastIndexOf("/") + 1))));
  const kustomizations: Kustomization[] = [];
  const problems: Problem[] = [];
  for (const path of known) {
    const file = open(path);
    if (file === undefined) continue;
    const read = documentsOf(file);
    kustomizations.push(...read.documents.map(({ value }) => kustomizationOf(value, { file, known, open })));
    problems.push(
      ...read.problems.map(({ code, message, start, end }): Problem => ({
        code,
        path,
        text: `${message}; what it changes is not seen`,
        at: { file: file.id, start, end },
      })),
    );
  }
  return { kustomizations, problems };
}

interface Surroundings {
  readonly file: SourceFile;
  readonly known: ReadonlySet<string>;
  readonly open: (path: string) => SourceFile | undefined;
}

function documentsOf({ id, text }: SourceFile) {
  return parseYaml({ text, locate: (start, end) => ({ file: id, start, end, role: "yaml" }) });
}

function kustomizationOf(value: Value, around: Surroundings): Kustomization {
  const { path } = around.file;
  const components = textsOf(field(value, "components"));
  const told = (list: readonly string[]) => list.map((name) => named(name, around)).filter((found) => found !== null);
  return {
    path,
    names: told([...textsOf(field(value, "resources")), ...textsOf(field(value, "bases")), ...components]),
    components: told(components),
    changes: changesOf(value, around),
    installsCharts: ["helmCharts", "helmChartInflationGenerator"].some((name) => field(value, name).kind !== "null"),
  };
}

function changesOf(value: Value, around: Surroundings): readonly Change[] {
  const written = (name: string) => field(value, name);
  const why = (name: string) => reason(name, written(name), around.file);
  const each = (name: string, changes: (item: Value) => readonly Change[]) => itemsOf(written(name)).flatMap(changes);
  const isThere = (name: string) => written(name).kind !== "null";
  const patch = (name: string) =>
    each(name, (item) => patchChanges(patchIn(item, around), field(item, "target"), why(name)));
  const namespace = textOf(written("namespace"));
  const elsewhere = textsOf(written("components")).some((name) => !around.known.has(named(name, around) ?? ""));
  return [
    ...["images", "imageTags"].flatMap((name) => each(name, (item) => imageChanges(item, why(name)))),
    ...keyChanges("label", written("commonLabels"), why("commonLabels")),
    ...each("labels", (item) => keyChanges("label", field(item, "pairs"), why("labels"))),
    ...keyChanges("annotation", written("commonAnnotations"), why("commonAnnotations")),
    ...(isThere("namespace")
      ? [{ field: "namespace", value: isKnown(namespace) ? namespace.known : null, why: why("namespace") } as const]
      : []),
    ...["namePrefix", "nameSuffix"].filter(isThere).map((name) => ({ field: "name", why: why(name) }) as const),
    ...["patches", "patchesStrategicMerge", "patchesJson6902"].flatMap(patch),
    ...["transformers", "replacements"].filter(isThere).flatMap((name) => anyChange(why(name))),
    ...(elsewhere ? anyChange(why("components")) : []),
  ];
}

function reason(name: string, value: Value, file: SourceFile): Reason {
  return {
    code: "kustomization-not-read",
    text: `a kustomization may change it by its ${name}, and what it makes of what it names is not read yet`,
    at: [value.at[0] ?? { file: file.id, start: 0, end: 0 }],
  };
}

/** Kustomize takes the name for a pattern (api/internal/image/image.go): one that is no plain name may match any. */
function imageChanges(item: Value, why: Reason): readonly Change[] {
  const name = textOf(field(item, "name"));
  const plain = isKnown(name) && name.known !== null && /^[\w./:-]+$/.test(name.known) ? name.known : null;
  return [{ field: "image", name: plain, why }];
}

/** The documents of a patch: inline, or of the file that it names. `undefined` where they could not be read. */
function patchIn(item: Value, { file, open }: Surroundings): readonly Value[] | undefined {
  const [inline, path] = item.kind === "mapping" ? [field(item, "patch"), field(item, "path")] : [item, item];
  const name = textOf(path);
  const target = isKnown(name) && name.known !== null ? resolvePath(directoryOf(file.path), name.known) : null;
  const read = target === null || target.includes("\n") ? undefined : open(target);
  if (read !== undefined) return valuesIn(read.text);
  const text = textOf(inline);
  return isKnown(text) && text.known !== null ? valuesIn(text.known) : undefined;
}

function valuesIn(text: string): readonly Value[] | undefined {
  const { documents, problems } = parseYaml({ text, locate: () => null });
  return problems.length > 0 ? undefined : documents.map(({ value }) => value);
}

function textsOf(list: Value): readonly string[] {
  return itemsOf(list)
    .map(textOf)
    .flatMap((text) => (isKnown(text) && text.known !== null ? [text.known] : []));
}

/** The file that a kustomization names, of a folder its kustomization; `null` outside of the repository. */
function named(name: string, { file, known }: Surroundings): string | null {
  const path = resolvePath(directoryOf(file.path), name);
  if (path === null) return null;
  return fileNames.map((own) => joinPath(path, own)).find((own) => known.has(own)) ?? path;
}
