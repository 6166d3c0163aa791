import type { Told } from "./told.ts";

/** What of a cluster audit compares a repository with: read, and not judged. */
export interface RunningCluster {
  /** The address of the API server; `null`: it is not told. */
  readonly server: string | null;
  /** For people, where this is from: `home.snapshot, taken at 2026-05-17 09:00:39Z`. */
  readonly source: string;
  /** By Helm's own records. Unknown: they could not be read. */
  readonly releases: Told<readonly RunningRelease[]>;
  /** An entry for each of {@link runningKinds}. */
  readonly objects: ReadonlyMap<RunningKind, Told<RunningObjects>>;
}

export const runningKinds = [
  "deployments",
  "statefulsets",
  "daemonsets",
  "cronjobs",
  "namespaces",
  "clusterpolicies",
  "policies",
  "mutatingpolicies",
  "namespacedmutatingpolicies",
  "mutatingadmissionpolicies",
  "mutatingadmissionpolicybindings",
  "mutatingwebhookconfigurations",
  "helmreleases",
] as const;

/** The plural in URLs. Each is of one group here: `policies` and `mutatingpolicies` are Kyverno's, `helmreleases` Flux's. */
export type RunningKind = (typeof runningKinds)[number];

export interface RunningObjects {
  readonly objects: readonly RunningObject[];
  /** Objects that have not the form of their kind. While there is one, no name is absent. */
  readonly unparsed: number;
}

/** An object of a cluster, with the fields that are used. */
export interface RunningObject {
  readonly reference: ObjectReference;
  /** As in a manifest, with `apiVersion` and `kind`; nothing but what JSON can have. */
  readonly object: unknown;
  /** JSON pointers into the object as it was served, to what is a placeholder in it. */
  readonly redacted: readonly string[];
}

/** Which object of a cluster something was read from, and where that was recorded. */
export interface ObjectReference {
  /** `Deployment`. */
  readonly kind: string;
  /** `null` for kinds without a namespace. */
  readonly namespace: string | null;
  readonly name: string;
  /** `null`: it was served without one. */
  readonly resourceVersion: string | null;
  /** `source` of the {@link RunningCluster}. */
  readonly source: string;
}

/** A release as Helm's records in its namespace tell of it. */
export interface RunningRelease {
  readonly namespace: string;
  readonly name: string;
  /** The newest revision that was deployed as a whole; `null`: none was, or it was uninstalled. */
  readonly deployed: ReleaseRevision | null;
  /** The newest revision, whatever became of it. */
  readonly newest: ReleaseRevision;
}

export interface ReleaseRevision {
  readonly revision: number;
  /** Helm's word: `deployed`, `failed`, `pending-upgrade`, `superseded`, `uninstalled`, … */
  readonly status: string;
  readonly chart: Told<ReleasedChart>;
  readonly record: ObjectReference;
}

export interface ReleasedChart {
  /** The namespace that it was installed in. */
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly appVersion: string | null;
  /** Whether what the chart rendered speaks of Keel anywhere. */
  readonly namesKeel: boolean;
}
