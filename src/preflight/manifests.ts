import { isJsonObject, pointerTo, type Json, type Pointer } from "../model/json.ts";
import type { RenderedHook } from "../model/recorded-release.ts";
import type { RenderedObject } from "../model/rendered-release.ts";
import type { SourceFile } from "../model/source.ts";
import type { FileId, Span } from "../model/span.ts";
import { isKnown, known, unknown, type Reason, type Told } from "../model/told.ts";
import { parseYaml, splitDocuments } from "../repository/yaml.ts";
import type { Value } from "../repository/value.ts";
import { goScalar } from "./go-scalar.ts";

export interface ManifestContext {
  /** Of the release: that of objects which have to have one and name none. */
  readonly namespace: string;
  /** Whether a kind is one of a namespace; `null`: the API server does not say. */
  readonly isNamespaced: (group: string, kind: string) => boolean | null;
  /** Of the first of the files that come out. */
  readonly firstFile: FileId;
}

export interface ReadManifest {
  /** In the order of the text. */
  readonly objects: readonly RenderedObject[];
  /** What each document is, under the path of its template. */
  readonly files: readonly SourceFile[];
}

const limits = { bytes: 8 * 1024 * 1024, objects: 10_000 } as const;

/** The objects of a manifest as Helm renders it, and those of its hooks behind them. Unknown: it is too large, or no YAML of objects. */
export function readManifest(
  manifest: string,
  hooks: readonly RenderedHook[],
  context: ManifestContext,
): Told<ReadManifest> {
  const texts = [
    ...documentsOf(manifest).map((document) => ({ ...document, events: [] })),
    ...hooks.flatMap(({ path, manifest: text, events }) =>
      splitDocuments(text).map(({ start, end }) => ({ path, text: text.slice(start, end), events })),
    ),
  ];
  const bytes = texts.reduce((sum, { text }) => sum + text.length, 0);
  if (bytes > limits.bytes) return refused("limit", `it has more than ${limits.bytes} characters of manifest`);
  if (texts.length > limits.objects) return refused("limit", `it has more than ${limits.objects} objects`);
  const files: SourceFile[] = [];
  const objects: RenderedObject[] = [];
  for (const { path, text, events } of texts) {
    const file: SourceFile = { id: context.firstFile + files.length, path, text, tracked: null };
    const read = documentObjects(file, events, context);
    if (!isKnown(read)) return read;
    if (read.known.length === 0) continue;
    files.push(file);
    objects.push(...read.known);
    if (objects.length > limits.objects) return refused("limit", `it has more than ${limits.objects} objects`);
  }
  return known({ objects, files });
}

function refused(code: Reason["code"], text: string): Told<never> {
  return unknown({ code, text, at: [] });
}

/** Helm writes the path of its template above each document [helm v3.22.0, pkg/action/action.go, renderResources]. */
function documentsOf(manifest: string): readonly { readonly path: string; readonly text: string }[] {
  let path = "manifest";
  return splitDocuments(manifest).map(({ start, end }) => {
    const text = manifest.slice(start, end);
    const [, source] = /^(?:---[^\n]*\n)?# Source: ([^\n]{1,1024})\n/.exec(text) ?? [];
    path = source ?? path;
    return { path, text };
  });
}

function documentObjects(
  file: SourceFile,
  hook: readonly string[],
  context: ManifestContext,
): Told<readonly RenderedObject[]> {
  const { documents, problems } = parseYaml({
    text: file.text,
    locate: (start, end) => ({ file: file.id, start, end }),
  });
  const problem = problems.find(({ message }) => !message.includes("twice"));
  if (problem !== undefined) return refused("syntax-error", `${file.path} renders no YAML: ${problem.message}`);
  const [document] = documents;
  if (document === undefined || document.value.kind === "null") return known([]);
  return objectsIn(
    document.value,
    { file: file.id, start: document.start, end: document.end },
    { file, hook, context },
  );
}

interface Around {
  readonly file: SourceFile;
  readonly hook: readonly string[];
  readonly context: ManifestContext;
}

function objectsIn(value: Value, at: Span, around: Around): Told<readonly RenderedObject[]> {
  const places = new Map<Pointer, Span>();
  const json = jsonOf(value, "", around.file.text, places);
  const { path } = around.file;
  if (!isJsonObject(json)) return refused("not-understood", `${path} renders something that is no object`);
  const { apiVersion, kind, metadata, items } = json;
  if (typeof apiVersion !== "string" || typeof kind !== "string")
    return refused("not-understood", `${path} renders an object without apiVersion and kind`);
  // kubectl takes lists apart, and so does Helm [cli-runtime v0.36.3, resource/visitor.go, FlattenListVisitor].
  if (kind.endsWith("List") && Array.isArray(items)) return itemsIn(value, at, around);
  const name = isJsonObject(metadata) ? metadata["name"] : undefined;
  if (!isJsonObject(metadata) || typeof name !== "string" || name === "")
    return refused("not-understood", `${path} renders a ${kind} without a name`);
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
  const written = typeof metadata["namespace"] === "string" ? metadata["namespace"] : "";
  const scoped = around.context.isNamespaced(group, kind);
  const namespace = scoped === false ? null : written === "" ? around.context.namespace : written;
  const object: RenderedObject = {
    key: { group, kind, namespace, name },
    object: json,
    at,
    placeOf: (pointer) => placeIn(places, pointer) ?? at,
    hook: around.hook,
    untold: placeholdersIn(json),
  };
  return known([object]);
}

function itemsIn(list: Value, at: Span, around: Around): Told<readonly RenderedObject[]> {
  const items = list.kind === "mapping" ? list.entries.get("items") : undefined;
  const objects: RenderedObject[] = [];
  for (const item of items?.kind === "list" ? items.items : []) {
    const read = objectsIn(item, item.at[0] ?? at, around);
    if (!isKnown(read)) return read;
    objects.push(...read.known);
  }
  return known(objects);
}

function placeIn(places: ReadonlyMap<Pointer, Span>, pointer: Pointer): Span | undefined {
  for (let at = pointer; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
    const place = places.get(at);
    if (place !== undefined) return place;
  }
  return undefined;
}

function jsonOf(value: Value, pointer: Pointer, text: string, places: Map<Pointer, Span>): Json {
  const [place] = value.at;
  if (place !== undefined && pointer !== "") places.set(pointer, place);
  switch (value.kind) {
    case "list":
      return value.items.map((item, index) => jsonOf(item, pointerTo(pointer, index), text, places));
    case "mapping":
      return Object.fromEntries(
        [...value.entries].map(([key, each]) => [key, jsonOf(each, pointerTo(pointer, key), text, places)]),
      );
    case "unknown":
      // A tag of its own, which neither Helm nor kubectl knows.
      return null;
    case "null":
    case "string":
    case "number":
    case "bool": {
      const plain = place === undefined ? undefined : plainText(text.slice(place.start, place.end));
      if (plain !== undefined) return goScalar(plain);
      return value.kind === "null" ? null : value.value;
    }
  }
}

/** The text of a scalar without quotes, tag, anchor or block; undefined: it has one of them. */
function plainText(written: string): string | undefined {
  return /^["'|>&*!]/.test(written) || written.includes("\n") ? undefined : written;
}

/** What redaction leaves in the place of a secret (docs/concepts/redaction.md). */
const placeholder = /\bredacted-[\da-f]{12}\b/;

function placeholdersIn(json: Json): ReadonlyMap<Pointer, Reason> {
  const found = new Map<Pointer, Reason>();
  const look = (value: Json, pointer: Pointer): void => {
    if (typeof value === "string") {
      if (placeholder.test(value)) found.set(pointer, redacted);
    } else if (typeof value === "object" && value !== null)
      for (const [key, each] of Object.entries(value)) look(each, pointerTo(pointer, key));
  };
  look(json, "");
  return found;
}

const redacted: Reason = {
  code: "redacted",
  text: "a secret stands there, which the snapshot does not have",
  at: [],
  supply: "preflight against the cluster itself",
};
