import type { DeclaredRelease, DeclaredWorkload } from "../../model/release.ts";
import type {
  ReleaseRevision,
  RunningCluster,
  RunningKind,
  RunningObject,
  RunningRelease,
} from "../../model/running-cluster.ts";
import type { SourceFile } from "../../model/source.ts";
import type { FileId, Span } from "../../model/span.ts";
import { isKnown } from "../../model/told.ts";
import { field } from "../../repository/manifests/field.ts";
import type { DeclaredNamespace, Injection, Repository } from "../../repository/repository.ts";
import { printServed, readServed } from "../../repository/served-objects.ts";
import { fluxOwners } from "./flux-owners.ts";
import { isOfCluster, joinReleases, type Deployment } from "./join-releases.ts";
import type { Force } from "./force.ts";
import { forceOf } from "./policies-in-force.ts";
import { WorkloadsOfOwners } from "./workloads-of-owners.ts";

/** A repository beside the cluster that it is for. */
export interface Comparison {
  readonly running: RunningCluster;
  /** The name that holdfast.yaml gives the cluster; `null`: it names none. */
  readonly cluster: string | null;
  /** By address: what runs of the releases that may be of this cluster. */
  readonly deployments: ReadonlyMap<string, Deployment>;
  readonly undeclared: readonly RunningRelease[];
  /** By `namespace/name`: the object of Flux that installs a release. */
  readonly fluxOwners: ReadonlyMap<string, string>;
  /** Workloads of the cluster, as a manifest would declare them. */
  readonly workloads: readonly DeclaredWorkload[];
  readonly namespaces: readonly DeclaredNamespace[];
  /** What policies of the cluster tell Keel about other people's workloads. */
  readonly injections: readonly Injection[];
  /** The workloads of the cluster that are what a release or workload of the repository declares. */
  readonly workloadsOf: (owner: DeclaredRelease | DeclaredWorkload) => readonly DeclaredWorkload[];
  /** Whether a policy of the repository is in force. `null`: it is of another cluster. */
  readonly forceOf: (injection: Injection) => Force | null;
  /** The place in Helm's record where a revision names its chart's version. */
  readonly placeOf: (revision: ReleaseRevision) => readonly Span[];
  /** Objects of the cluster, printed: all places of the cluster point into them. Ids follow those of the repository. */
  readonly files: readonly SourceFile[];
}

const workloadKinds: readonly RunningKind[] = ["deployments", "statefulsets", "daemonsets", "cronjobs"];
/** Kinds of policies that may write what Keel reads, and of their bindings. */
export const policyKinds: readonly RunningKind[] = [
  "clusterpolicies",
  "policies",
  "mutatingpolicies",
  "namespacedmutatingpolicies",
  "mutatingadmissionpolicies",
  "mutatingadmissionpolicybindings",
];
const otherKinds: readonly RunningKind[] = ["namespaces", "mutatingwebhookconfigurations", "helmreleases"];

/** Sets a repository beside what runs. `cluster`: see {@link Comparison}. */
export function compare(repository: Repository, running: RunningCluster, cluster: string | null): Comparison {
  const kinds = [...workloadKinds, ...policyKinds, ...otherKinds];
  const first = repository.files.length;
  const served = readServed(
    kinds.flatMap((kind) => objectsOf(running, kind)),
    first,
  );
  const injections = served.injections.map((injection) => ({ ...injection, cluster }));
  const { deployments, undeclared } = joinReleases(running.releases, repository.releases, cluster);
  const records = printRecords(running, first + served.printed.length);
  const owners = new WorkloadsOfOwners(served.workloads, repository, cluster);
  const forces = new Map<string, Force>();
  return {
    running,
    cluster,
    deployments,
    // One file is no repository: the others may declare what it does not.
    undeclared: repository.isWhole ? undeclared : [],
    fluxOwners: fluxOwners(served.printed),
    workloads: served.workloads,
    namespaces: served.namespaces,
    injections,
    workloadsOf: (owner) => owners.of(owner),
    forceOf: (injection) => {
      if (!isOfCluster(injection.cluster ?? null, cluster)) return null;
      const key = [injection.policy, injection.namespace ?? "", injection.rule].join("\0");
      const force = forces.get(key) ?? forceOf(injection, running, served.printed, injections);
      forces.set(key, force);
      return force;
    },
    placeOf: (revision) => records.places.get(revision) ?? [],
    files: [...served.printed.map(({ file }) => file), ...records.files],
  };
}

function objectsOf({ objects }: RunningCluster, kind: RunningKind): readonly RunningObject[] {
  const list = objects.get(kind);
  return list !== undefined && isKnown(list) ? list.known.objects : [];
}

/** Helm's records, with the fields that are used: a file a revision. */
function printRecords({ releases }: RunningCluster, first: FileId) {
  const revisions = isKnown(releases) ? releases.known.flatMap(revisionsOf) : [];
  const places = new Map<ReleaseRevision, readonly Span[]>();
  const files = revisions.map(({ revision, path }, index) => {
    const { record, chart, status } = revision;
    const object = { revision: revision.revision, status, ...(isKnown(chart) ? { chart: chart.known } : {}) };
    const { file, manifest } = printServed({ reference: record, object, redacted: [] }, first + index, path);
    const version = field(manifest.value, "chart", "version");
    places.set(revision, version.at.length > 0 ? version.at : [manifest.at]);
    return file;
  });
  return { places, files };
}

/** The path names the release, not the record: that has another name for each revision. */
function revisionsOf({ namespace, name, deployed, newest }: RunningRelease) {
  const path = `cluster:release/${namespace}/${name}`;
  return [...new Set([deployed ?? newest, newest])].map((revision) => ({ revision, path }));
}
