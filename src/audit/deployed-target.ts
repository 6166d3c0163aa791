import type { DeployedRelease } from "../model/deployed.ts";
import type { DeclaredRelease } from "../model/release.ts";
import { isKnown } from "../model/told.ts";
import type { Comparison } from "./cluster/comparison.ts";
import type { Deployment } from "./cluster/join-releases.ts";
import type { PinTarget } from "./fix.ts";

/**
 * What is deployed of a release, by Terraform state, by the records of Helm in a cluster, or by both: where they disagree
 * nothing is proven. Gives the version, or why there is none.
 *
 * @param comparison the cluster; `null`: none was read
 */
export function deployedTarget(
  deployed: readonly DeployedRelease[],
  releases: readonly DeclaredRelease[],
  comparison: Comparison | null = null,
): (release: DeclaredRelease) => PinTarget | string {
  const ofState = stateTarget(deployed, releases);
  return (release) => {
    const byState = ofState(release);
    const deployment = comparison?.deployments.get(release.id.address);
    if (comparison === null || deployment === undefined) return byState;
    const byCluster = clusterTarget(release, deployment, comparison.running.source);
    if (byCluster === null) return byState;
    if (typeof byState === "string" && byState === unproven) return byCluster;
    if (typeof byState === "string") return byState;
    if (typeof byCluster === "string")
      return `the sources disagree on what is deployed: ${byState.version} (${byState.source}), but ${byCluster}`;
    if (byState.version === byCluster.version) return { ...byState, source: `${byState.source}; ${byCluster.source}` };
    return `the sources disagree on what is deployed: ${byState.version} (${byState.source}), ${byCluster.version} (${byCluster.source})`;
  };
}

const unproven = "nothing proves which version is deployed: give --state FILE or --snapshot FILE, or --fix-to newest";

/** By Helm's record; a text where that speaks against any version; `null`: it says nothing of the release. */
function clusterTarget(release: DeclaredRelease, deployment: Deployment, source: string): PinTarget | string | null {
  switch (deployment.state) {
    case "unknown":
      return null;
    case "absent":
      return `the cluster has no release of its name (${source})`;
    case "not deployed":
      return `revision ${deployment.release.newest.revision} in the cluster is ${deployment.release.newest.status} (${source})`;
    case "runs": {
      const { chart, revision, record } = deployment.revision;
      if (!isKnown(chart)) return `Helm's record in the cluster could not be read: ${chart.unknown.text} (${source})`;
      const { name, version } = chart.known;
      const written =
        isKnown(release.chart) && release.chart.known.kind === "repository" ? release.chart.known.chart : null;
      if (written !== null && written.slice(written.lastIndexOf("/") + 1) !== name)
        return `the cluster runs the chart ${name} under its name (${source})`;
      return {
        version,
        source: `deployed: ${source}, ${record.kind} ${record.namespace ?? ""}/${record.name}, revision ${revision}`,
        safe: true,
      };
    }
  }
}

/**
 * A state that is known to belong to the release's stack is found by address, any other by namespace, name and chart, and
 * only where no second release of the repository has those. A name that says otherwise is never passed over.
 */
function stateTarget(
  deployed: readonly DeployedRelease[],
  releases: readonly DeclaredRelease[],
): (release: DeclaredRelease) => PinTarget | string {
  return (release) => {
    const own = deployed.filter((one) => one.stack === release.stack && one.address === addressInStack(release));
    const loose = deployed.filter(({ stack }) => stack === null);
    const candidates = (own.length > 0 ? own : loose).filter((one) => isNamedAs(release, one));
    const [only] = candidates;
    if (only === undefined) return unproven;
    const namesakes = releases.filter((other) => isNamedAs(other, only)).length;
    if (own.length === 0 && namesakes > 1)
      return `${namesakes} releases here could be the one that ${only.source} tells of`;
    const versions = new Set(candidates.map(({ version }) => version));
    if (versions.size > 1) return `the sources disagree on what is deployed: ${[...versions].join(", ")}`;
    return { version: only.version, source: `deployed: ${only.source}`, safe: true };
  };
}

function addressInStack({ id, stack }: DeclaredRelease): string {
  return id.address.slice(stack.length + 1);
}

/** Name and namespace have to be told and equal; the chart, where it is one of a repository. */
function isNamedAs({ id, chart }: DeclaredRelease, deployed: DeployedRelease): boolean {
  const isSame = (told: DeclaredRelease["id"]["name"], name: string) => isKnown(told) && told.known === name;
  const charts = isKnown(chart) && chart.known.kind === "repository" ? chart.known.chart : deployed.chart;
  return (
    isSame(id.name, deployed.name) &&
    isSame(id.namespace, deployed.namespace) &&
    (deployed.chart === "" || charts === deployed.chart)
  );
}
