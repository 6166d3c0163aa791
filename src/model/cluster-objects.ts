import type { KubeKind } from "./kube-source.ts";
import type { Reading } from "./ledger.ts";
import type { Told } from "./told.ts";

/** The objects of a cluster, kind by kind, as they were served, without their secrets. */
export interface ClusterObjects {
  /** The address of the API server; `null`: it is not told. */
  readonly server: string | null;
  /** For people, where this is from: `home.snapshot, taken at 2026-05-17 09:00:39Z`. */
  readonly source: string;
  /** Unknown: not asked for, refused, or not read to its end. A kind that is not served is known, and has no objects. */
  of(kind: KindName): Told<ObjectList>;
}

/** A kind whatever its version, as RBAC names it. */
export interface KindName {
  /** `""`: the core group. */
  readonly group: string;
  /** The plural in URLs: `pods`. */
  readonly resource: string;
}

/** A whole list. */
export interface ObjectList {
  /** `null`: the API server does not serve it, and said so in its discovery. */
  readonly kind: KubeKind | null;
  /** `null`: it was not listed, since it is not served. */
  readonly reading: Reading | null;
  readonly objects: readonly ClusterObject[];
}

export interface ClusterObject {
  /** Not parsed: whoever uses it checks the fields that are used. */
  readonly object: unknown;
  /** JSON pointers to what is a placeholder here: `/spec/template/spec/containers/0/env/2/value`. */
  readonly redacted: readonly string[];
}
