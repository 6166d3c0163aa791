import type { Comparison } from "../audit/cluster/comparison.ts";
import { untoldOf } from "../audit/cluster/untold.ts";
import type { Deployment } from "../audit/cluster/join-releases.ts";
import type { ReleaseRevision } from "../model/running-cluster.ts";
import { isKnown } from "../model/told.ts";
import type { AuditReport, ReportDeployment, ReportRevision } from "./audit-report.ts";
import { redactExcerpt } from "./redact.ts";

/** The cluster that a repository was compared with. */
export function reportCluster({ running, cluster, undeclared }: Comparison): NonNullable<AuditReport["cluster"]> {
  const { source, server, releases } = running;
  const untold = untoldOf(running).map(({ what, why: { code, text, supply } }) => ({
    what,
    code,
    text: redactExcerpt(text),
    ...(supply === undefined ? {} : { supply }),
  }));
  return {
    source,
    server,
    name: cluster,
    releases: isKnown(releases) ? { running: releases.known.length, undeclared: undeclared.length } : null,
    untold,
  };
}

/** What the cluster has of one release. */
export function reportDeployment(deployment: Deployment): ReportDeployment {
  const { state } = deployment;
  switch (state) {
    case "absent":
      return { state };
    case "unknown":
      return { state, why: redactExcerpt(deployment.why.text) };
    case "not deployed":
      return { state, newest: reportRevision(deployment.release.newest) };
    case "runs": {
      const { revision, release } = deployment;
      const newest = release.newest === revision ? {} : { newest: reportRevision(release.newest) };
      return { state, revision: reportRevision(revision), ...newest };
    }
  }
}

function reportRevision({ revision, status, chart, record }: ReleaseRevision): ReportRevision {
  if (!isKnown(chart)) return { revision, status, chart: null, record };
  const { name, version, appVersion } = chart.known;
  return { revision, status, chart: { name, version, appVersion }, record };
}
