import type { DeclaredRelease, DeclaredWorkload } from "../../model/release.ts";
import { isKnown, type Told } from "../../model/told.ts";
import type { Repository } from "../../repository/repository.ts";
import { isOfCluster } from "./join-releases.ts";

type Owner = DeclaredRelease | DeclaredWorkload;

/** Whose the workloads of a cluster are: of which release or workload of the repository. */
export class WorkloadsOfOwners {
  readonly #byName: ReadonlyMap<string, readonly DeclaredWorkload[]>;
  readonly #byRelease: ReadonlyMap<string, readonly DeclaredWorkload[]>;
  readonly #declared: ReadonlyMap<string, readonly Owner[]>;
  readonly #cluster: string | null;

  constructor(workloads: readonly DeclaredWorkload[], repository: Repository, cluster: string | null) {
    this.#cluster = cluster;
    this.#byName = Map.groupBy(workloads, (workload) => keyOf(workload) ?? "");
    this.#byRelease = Map.groupBy(workloads, releaseOf);
    const owners: readonly Owner[] = [...repository.releases, ...repository.workloads];
    const here = owners.filter(({ id }) => isOfCluster(id.cluster, cluster));
    this.#declared = Map.groupBy(here, (owner) => keyOf(owner) ?? "");
  }

  /** None where its name could not be told, or where the repository has several of the name. */
  of(owner: Owner): readonly DeclaredWorkload[] {
    const key = keyOf(owner);
    if (key === null || !isOfCluster(owner.id.cluster, this.#cluster)) return [];
    if (this.#declared.get(key)?.length !== 1) return [];
    return (owner.kind === "workload" ? this.#byName : this.#byRelease).get(key) ?? [];
  }
}

function keyOf(owner: Owner): string | null {
  const { namespace, name } = owner.id;
  if (!isKnown(namespace) || !isKnown(name)) return null;
  if (owner.kind === "helm_release") return releaseKey(namespace.known, name.known);
  if (owner.renamed !== undefined || owner.moved !== undefined) return null;
  return `${owner.workloadKind} ${namespace.known}/${name.known}`;
}

/** Helm writes its release on all that it installs [helm v3.18.5, pkg/action/validate.go]. */
function releaseOf({ annotations }: DeclaredWorkload): string {
  const name = textOf(annotations.get("meta.helm.sh/release-name"));
  const namespace = textOf(annotations.get("meta.helm.sh/release-namespace"));
  return name === null || namespace === null ? "" : releaseKey(namespace, name);
}

function releaseKey(namespace: string, name: string): string {
  return `release ${namespace}/${name}`;
}

function textOf(told: Told<string> | undefined): string | null {
  return told !== undefined && isKnown(told) ? told.known : null;
}
