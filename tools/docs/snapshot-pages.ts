import { kinds, type KindRow } from "../../src/snapshot/format/kinds.ts";

/** Which objects a snapshot has, and the role that may read them, from the table by which they are read. */
export function snapshotPages(): ReadonlyMap<string, string> {
  return new Map([
    ["kinds.md", kindsPage()],
    ["cluster-role.yaml", clusterRole()],
  ]);
}

function kindsPage(): string {
  const rows = kinds.map(({ group, kind, resource, page, fieldSelector, labelSelector }) => {
    const only = fieldSelector ?? labelSelector;
    return `| ${kind} | \`${resource}\` | ${group === "" ? "core" : group} | ${only === undefined ? "" : `\`${only}\``} | ${page} |`;
  });
  return [
    "# The objects of a snapshot",
    "",
    "What [holdfast snapshot](../commands/snapshot.md) lists of a cluster, in this order, where the API server serves it, in the",
    "version that it prefers. [cluster-role.yaml](cluster-role.yaml) is the role that may.",
    "",
    "| kind | resource | group | only | a page |",
    "|---|---|---|---|--:|",
    ...rows,
    "",
  ].join("\n");
}

function clusterRole(): string {
  const groups = new Map<string, KindRow[]>();
  for (const row of kinds) groups.set(row.group, [...(groups.get(row.group) ?? []), row]);
  const rules = [...groups].map(
    ([group, rows]) =>
      `  - {apiGroups: ["${group}"], resources: [${rows.map(({ resource }) => resource).join(", ")}], verbs: [get, list]}`,
  );
  return [
    "# What holdfast snapshot reads. Listing Secrets cannot be limited to those of Helm: without secrets, the releases are unknown.",
    "apiVersion: rbac.authorization.k8s.io/v1",
    "kind: ClusterRole",
    "metadata: {name: holdfast-snapshot}",
    "rules:",
    ...rules,
    "  - {nonResourceURLs: [/api, /api/*, /apis, /apis/*, /openapi/v3, /openapi/v3/*, /version], verbs: [get]}",
    "",
  ].join("\n");
}
