import type { ReleaseRevision, RunningCluster, RunningRelease } from "../../model/running-cluster.ts";
import type { DeclaredRelease } from "../../model/release.ts";
import { isKnown, type Reason, type Told } from "../../model/told.ts";

/** What a cluster has of a release that the repository declares. */
export type Deployment =
  | { readonly state: "runs"; readonly release: RunningRelease; readonly revision: ReleaseRevision }
  /** No revision of it is deployed: the first failed, one is under way, or it was uninstalled. */
  | { readonly state: "not deployed"; readonly release: RunningRelease }
  /** Helm has no record of it. */
  | { readonly state: "absent" }
  | { readonly state: "unknown"; readonly why: Reason };

export interface JoinedReleases {
  /** By address: of the releases that may be of this cluster. */
  readonly deployments: ReadonlyMap<string, Deployment>;
  /** Releases that run, and that no release of the repository is, as far as could be told. */
  readonly undeclared: readonly RunningRelease[];
}

/**
 * Joins by namespace and name, both of which have to be told. Where one could not be, the release is none that runs for
 * certain, and no release that it may be counts as undeclared.
 *
 * @param cluster the name that holdfast.yaml gives the cluster; `null`: it names none
 */
export function joinReleases(
  running: RunningCluster["releases"],
  declared: readonly DeclaredRelease[],
  cluster: string | null,
): JoinedReleases {
  const here = declared.filter(({ id }) => isOfCluster(id.cluster, cluster));
  if (!isKnown(running))
    return { deployments: new Map(here.map(({ id }) => [id.address, notTold(running)])), undeclared: [] };
  const found = new Found(running.known);
  const namesakes = Map.groupBy(here, titleIn);
  const vague = here.filter((release) => titleIn(release) === null);
  return {
    deployments: new Map(here.map((one) => [one.id.address, deploymentOf(one, found, namesakes, cluster)])),
    undeclared: running.known.filter(
      (release) =>
        !namesakes.has(titleOf(release.namespace, release.name)) &&
        !vague.some((one) => mayBe(one, release)) &&
        !(isSomewhere(release) && here.some(({ id: { name } }) => isKnown(name) && name.known === release.name)),
    ),
  };
}

/** What runs, as Helm's records tell of it. */
class Found {
  readonly #byTitle: ReadonlyMap<string, readonly RunningRelease[]>;
  readonly #somewhere: ReadonlySet<string>;

  constructor(running: readonly RunningRelease[]) {
    this.#byTitle = Map.groupBy(running, ({ namespace, name }) => titleOf(namespace, name));
    this.#somewhere = new Set(running.filter(isSomewhere).map(({ name }) => name));
  }

  /** All of one namespace and name: Flux keeps its records elsewhere than helm does, and ConfigMaps have others than Secrets. */
  of(namespace: string, name: string): readonly RunningRelease[] {
    return this.#byTitle.get(titleOf(namespace, name)) ?? [];
  }

  /** Whether there is one of this name of which nobody knows the namespace. */
  isSomewhere(name: string): boolean {
    return this.#somewhere.has(name);
  }
}

/** Its record says in which namespace it is kept, and could not be opened to say in which it is installed. */
function isSomewhere({ newest: { chart } }: RunningRelease): boolean {
  return !isKnown(chart);
}

/** A path that no cluster is named for may belong to any. */
export function isOfCluster(declared: string | null, cluster: string | null): boolean {
  return declared === null || cluster === null || declared === cluster;
}

function deploymentOf(
  { id }: DeclaredRelease,
  running: Found,
  namesakes: ReadonlyMap<string | null, readonly DeclaredRelease[]>,
  cluster: string | null,
): Deployment {
  if (!isKnown(id.name)) return notTold(id.name);
  if (!isKnown(id.namespace)) return notTold(id.namespace);
  const title = titleOf(id.namespace.known, id.name.known);
  const same = namesakes.get(title)?.length ?? 0;
  if (same > 1) return ambiguous(`${same} releases of the repository have this name in this namespace`);
  const [release, ...others] = running.of(id.namespace.known, id.name.known);
  if (release === undefined && running.isSomewhere(id.name.known))
    return ambiguous("Helm has a record of this name that could not be opened, and whose namespace is not known by it");
  if (release === undefined)
    return id.cluster === cluster ? { state: "absent" } : ambiguous("no cluster is named for its path");
  if (others.length > 0)
    return ambiguous(`Helm has ${others.length + 1} records of it (${recordsOf(release, ...others)})`);
  const { deployed } = release;
  return deployed === null ? { state: "not deployed", release } : { state: "runs", release, revision: deployed };
}

function recordsOf(...releases: readonly RunningRelease[]): string {
  return releases.map(({ newest: { record } }) => `${record.kind} ${record.namespace ?? ""}/${record.name}`).join(", ");
}

function notTold(told: Exclude<Told<unknown>, { known: unknown }>): Deployment {
  return { state: "unknown", why: told.unknown };
}

function ambiguous(text: string): Deployment {
  return { state: "unknown", why: { code: "not-declared", text, at: [] } };
}

function titleIn({ id: { namespace, name } }: DeclaredRelease): string | null {
  return isKnown(namespace) && isKnown(name) ? titleOf(namespace.known, name.known) : null;
}

function mayBe({ id: { namespace, name } }: DeclaredRelease, release: RunningRelease): boolean {
  const fits = (told: Told<string>, text: string) => !isKnown(told) || told.known === text;
  return fits(namespace, release.namespace) && fits(name, release.name);
}

function titleOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}
