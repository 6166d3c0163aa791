import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { ClusterObjects, KindName } from "../../src/model/cluster-objects.ts";
import { isKnown } from "../../src/model/told.ts";
import { version } from "../../src/snapshot/format/format.ts";
import { Seal } from "../../src/snapshot/record/seal.ts";

/** Writes a snapshot of a cluster, with its objects of some kinds and no node. */
export function writeClusterSnapshot(path: string, cluster: ClusterObjects, kinds: readonly KindName[]): void {
  const seal = new Seal();
  const lines = [header(cluster), ...kinds.flatMap((kind) => linesOf(cluster, kind))];
  const text = lines.map((line) => seal.line(JSON.stringify(line))).join("") + seal.end();
  writeFileSync(path, gzipSync(text));
}

function header({ server }: ClusterObjects): object {
  return { holdfast: "snapshot", version, tool: "0.1.0", at: "2026-05-17T09:00:39.000Z", server, nodes: [] };
}

function linesOf(cluster: ClusterObjects, { group, resource }: KindName): object[] {
  const told = cluster.of({ group, resource });
  if (!isKnown(told))
    return [{ unread: { what: "objects", kind: { group, resource }, pass: 1, reason: told.unknown } }];
  const { kind, objects, reading } = told.known;
  const listed = { kind, pass: 1, attempt: 1 };
  const list = { reading, scope: null, resourceVersion: "118" };
  return [
    { open: "objects", ...listed },
    ...objects.map(({ object, redacted }) => ({ object, ...(redacted.length === 0 ? {} : { redacted }) })),
    { close: "objects", ...listed, count: objects.length, complete: true, list },
  ];
}
