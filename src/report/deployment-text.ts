import type { AuditReport, ReportDeployment, ReportRevision } from "./audit-report.ts";
import { count } from "./count.ts";
import { objectText } from "./place.ts";

/** What the cluster has of a release, as one sentence. */
export function deploymentText({ state, why, revision, newest }: ReportDeployment): string {
  switch (state) {
    case "runs":
      return `runs ${revisionText(revision)}${newest === undefined ? "" : `; the newest is ${revisionText(newest)}`}`;
    case "not deployed":
      return `does not run: the newest is ${revisionText(newest)}`;
    case "absent":
      return "does not run: Helm has no record of it";
    case "unknown":
      return `what runs of it could not be told: ${why ?? ""}`;
  }
}

/** `csi-driver-nfs 4.13.2 (app 4.13.2), revision 12, deployed: Secret …`. */
function revisionText(one: ReportRevision | undefined): string {
  if (one === undefined) return "a revision that could not be told";
  const { chart, revision, status, record } = one;
  const app = chart === null || chart.appVersion === null ? "" : ` (app ${chart.appVersion})`;
  const what = chart === null ? "a chart that could not be told" : `${chart.name} ${chart.version}${app}`;
  return `${what}, revision ${revision}, ${status}: ${objectText(record)}`;
}

/** What was compared with, and what of it could not be told: never silence about a cluster that was asked for. */
export function clusterSentences({ cluster }: AuditReport): readonly string[] {
  if (cluster === undefined) return [];
  const { source, releases, untold } = cluster;
  const helm =
    releases === null
      ? "which Helm releases run could not be told"
      : releases.undeclared === 0
        ? `${count(releases.running, "Helm release")} ${releases.running === 1 ? "runs" : "run"} there`
        : `${count(releases.running, "Helm release")} ${releases.running === 1 ? "runs" : "run"} there, ${releases.undeclared} of which no file here declares`;
  const others = untold.filter(({ what }) => what !== "Helm releases").map(({ what }) => what);
  return [
    `Compared with ${source}: ${helm}.`,
    ...(others.length === 0 ? [] : [`Not compared, since they could not be read there: ${others.join(", ")}.`]),
  ];
}
