import type { DeclaredRelease } from "../../model/release.ts";
import { isKnown } from "../../model/told.ts";
import type { Deployment } from "../cluster/join-releases.ts";
import type { Row } from "../matrix.ts";
import type { Audited } from "../rule.ts";
import type { Occurrence } from "./occurrences.ts";

/** A release of the repository, and what the cluster has of it. */
export interface ComparedRelease {
  readonly release: DeclaredRelease;
  readonly row: Row;
  readonly deployment: Deployment;
  /** `count` or `for_each` is known to give no instance. */
  readonly isOff: boolean;
}

/** The releases of the repository that may be of the cluster; none without a cluster. */
export function comparedReleases({ repository, rows, comparison }: Audited): ComparedRelease[] {
  if (comparison === null) return [];
  const byAddress = new Map(rows.map((row) => [row.address, row]));
  return repository.releases.flatMap((release) => {
    const deployment = comparison.deployments.get(release.id.address);
    const row = byAddress.get(release.id.address);
    if (deployment === undefined || row === undefined) return [];
    return [{ release, row, deployment, isOff: isKnown(release.deployed) && !release.deployed.known }];
  });
}

/** What the findings about a release and what runs of it have in common. */
export function ofRelease({ release, row }: ComparedRelease) {
  return {
    subject: row.title,
    address: row.address,
    confidence: "observed",
    place: release.at,
    from: [],
    cells: [{ subject: `chart ${release.id.address}`, mover: "terraform" }],
  } satisfies Partial<Occurrence>;
}
