import type { JudgeSettings } from "../../audit/judge.ts";
import type { Problem } from "../../model/problem.ts";
import { clusterObjectsOf } from "./cluster-objects.ts";
import { Failure } from "../failure.ts";
import { readsCluster, type AuditOptions } from "./options.ts";
import type { Settings } from "./settings.ts";

type Cluster = NonNullable<JudgeSettings["cluster"]>;

/** The cluster to compare with, and its name in holdfast.yaml; `undefined`: the options name none. */
export async function clusterBeside(settings: Settings, options: AuditOptions): Promise<Cluster | undefined> {
  if (!readsCluster(options)) return undefined;
  const name = nameOf(settings, options);
  const { comparedKinds, projectCluster } = await import("../../snapshot/read/running-cluster.ts");
  return { running: projectCluster(await clusterObjectsOf(options, comparedKinds)), name };
}

/** What could not be told of the cluster: nothing was compared with it. */
export async function clusterProblems(cluster: Cluster | undefined): Promise<readonly Problem[]> {
  if (cluster === undefined) return [];
  const { untoldOf } = await import("../../audit/cluster/untold.ts");
  return untoldOf(cluster.running).map(({ what, why }) => ({
    code: "CLUSTER001",
    path: cluster.running.source,
    text: `${what}: ${why.text}: not compared`,
  }));
}

/** Which of the clusters of holdfast.yaml it is: told where there are several. */
function nameOf({ config, file }: Settings, { cluster }: AuditOptions): string | null {
  const names = (config.clusters ?? []).map(({ name }) => name);
  const [only, ...others] = names;
  if (cluster !== undefined && !names.includes(cluster))
    throw new Failure(
      "CLUSTER002",
      `${file} names no cluster ${cluster}`,
      `Name one of these: ${names.join(", ") || "there is none"}.`,
    );
  if (cluster === undefined && others.length > 0)
    throw new Failure(
      "CLUSTER002",
      `${file} names ${names.length} clusters`,
      `Say with --cluster which one this is: ${names.join(", ")}.`,
    );
  return cluster ?? only ?? null;
}
