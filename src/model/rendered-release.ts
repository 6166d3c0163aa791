import type { JsonObject, Pointer } from "./json.ts";
import type { Span } from "./span.ts";
import type { Reason } from "./told.ts";

/** One side of a preflight: a release as Helm has it, recorded or rendered. */
export interface RenderedRelease {
  readonly release: ReleaseName;
  readonly chart: RenderedChart;
  /** How Helm applies it: `apply_method` of the record, and a record without one is client-side. */
  readonly applies: "client-side" | "server-side";
  /** In Helm's order: the manifest, then the hooks. */
  readonly objects: readonly RenderedObject[];
}

export interface ReleaseName {
  readonly namespace: string;
  readonly name: string;
}

export interface RenderedChart {
  readonly name: string;
  readonly version: string;
  /** SHA-256 of its archive, in hexadecimal; `null`: it is a folder, or a record, which has none. */
  readonly digest: string | null;
}

export interface RenderedObject {
  readonly key: ObjectKey;
  /** As it is written, with `apiVersion`, `kind` and `metadata`. */
  readonly object: JsonObject;
  /** The place of the whole; its file is what one template renders of it. */
  readonly at: Span;
  /** Where a part of it stands; of one that has no place of its own, where the next one above it does. */
  readonly placeOf: (pointer: Pointer) => Span;
  /** Events of Helm's hooks, `pre-upgrade`; empty: it is no hook. */
  readonly hook: readonly string[];
  /** What cannot be told of it: everything below such a pointer. */
  readonly untold: ReadonlyMap<Pointer, Reason>;
}

/** What makes an object the same one on both sides, whatever its version. */
export interface ObjectKey {
  /** `""`: the core group. */
  readonly group: string;
  readonly kind: string;
  /** `null`: of no namespace. */
  readonly namespace: string | null;
  readonly name: string;
}

/** `apps/Deployment nfs-csi/csi-nfs-controller`, to compare keys by. */
export function keyText({ group, kind, namespace, name }: ObjectKey): string {
  return `${group}/${kind} ${namespace ?? ""}/${name}`;
}
