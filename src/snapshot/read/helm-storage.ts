import { gunzipSync } from "node:zlib";
import * as z from "zod";
import type { ClusterObject } from "../../model/cluster-objects.ts";
import type { ObjectReference, ReleasedChart, ReleaseRevision, RunningRelease } from "../../model/running-cluster.ts";
import { isKnown, known, unknown, type Told } from "../../model/told.ts";

/** The type of Secret in which Helm keeps a revision of a release [helm v3.18.5, pkg/storage/driver/secrets.go]. */
const recordType = "helm.sh/release.v1";

/** Bytes of one record that are unpacked: etcd takes 1.5 MiB of it packed. */
const maximumRecord = 32 * 1024 * 1024;

/**
 * The releases that Helm's Secrets tell of. Of each the newest revision and the newest deployed one are opened, and no
 * others; which these are is told by the labels, as Helm finds them. `unparsed`: Secrets of Helm's without these labels.
 */
export function releasesInStorage(
  secrets: readonly ClusterObject[],
  source: string,
): { readonly releases: readonly RunningRelease[]; readonly unparsed: number } {
  const records = secrets.filter(isRecord).map(({ object }) => record.safeParse(object));
  const read = records.flatMap(({ data }) => (data === undefined ? [] : [data]));
  const byRelease = Map.groupBy(read, ({ metadata: { namespace, labels } }) => `${namespace}/${labels.name}`);
  return {
    releases: [...byRelease.values()].flatMap((revisions) => releaseOf(revisions, source)),
    unparsed: records.length - read.length,
  };
}

const typed = z.object({ type: z.literal(recordType) });
const record = z.object({
  metadata: z.object({
    namespace: z.string().min(1),
    name: z.string().min(1),
    resourceVersion: z.string().nullish(),
    labels: z.object({
      name: z.string().min(1),
      status: z.string().min(1),
      version: z.string().regex(/^[0-9]{1,15}$/),
    }),
  }),
  data: z.object({ release: z.string() }).nullish(),
});
type Record = z.infer<typeof record>;

/** What is used of the release inside [helm v3.18.5, pkg/release/release.go; v4, pkg/release/v1/release.go]. */
const release = z.object({
  name: z.string(),
  namespace: z.string().min(1),
  version: z.int(),
  chart: z.object({
    metadata: z.object({ name: z.string().min(1), version: z.string().min(1), appVersion: z.string().nullish() }),
  }),
  manifest: z.string().nullish(),
});

function isRecord({ object }: ClusterObject): boolean {
  return typed.safeParse(object).success;
}

function releaseOf(records: readonly Record[], source: string): RunningRelease[] {
  const [newest, ...older] = records.toSorted((a, b) => revisionOf(b) - revisionOf(a));
  if (newest === undefined) return [];
  const { labels } = newest.metadata;
  const deployed = [newest, ...older].find((one) => one.metadata.labels.status === "deployed");
  const top = openedRevision(newest, source);
  return [
    {
      namespace: installedIn(top) ?? newest.metadata.namespace,
      name: labels.name,
      deployed: deployed === undefined ? null : deployed === newest ? top : openedRevision(deployed, source),
      newest: top,
    },
  ];
}

/** Flux may keep the records in another namespace than the one that it installs in. */
function installedIn({ chart }: ReleaseRevision): string | null {
  return isKnown(chart) ? chart.known.namespace : null;
}

function revisionOf({ metadata: { labels } }: Record): number {
  return Number(labels.version);
}

function openedRevision(one: Record, source: string): ReleaseRevision {
  const { namespace, name, resourceVersion = null, labels } = one.metadata;
  const reference: ObjectReference = { kind: "Secret", namespace, name, resourceVersion, source };
  return { revision: revisionOf(one), status: labels.status, chart: chartIn(one), record: reference };
}

/** base64 of base64 of gzip of JSON; the outer one is that of every Secret [pkg/storage/driver/util.go]. */
function chartIn(one: Record): Told<ReleasedChart> {
  const packed = one.data?.release;
  if (packed === undefined) return notRead("the record has no payload");
  const inner = Buffer.from(Buffer.from(packed, "base64").toString("latin1"), "base64");
  const text = unpacked(inner);
  if (typeof text !== "string") return text;
  const read = release.safeParse(jsonOf(text));
  if (!read.success) return notRead("its payload has not the form of a release");
  const { name, namespace, version, chart, manifest } = read.data;
  const { labels } = one.metadata;
  if (name !== labels.name || version !== revisionOf(one))
    return unknown({ code: "contradicted", text: "its payload is of another release than its labels", at: [] });
  const { metadata } = chart;
  return known({
    namespace,
    name: metadata.name,
    version: metadata.version,
    appVersion: metadata.appVersion ?? null,
    namesKeel: /\bkeel\b/.test(manifest ?? ""),
  });
}

/** Records from before compression are plain JSON. */
function unpacked(bytes: Buffer): string | Told<never> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.toString("utf8");
  try {
    return gunzipSync(bytes, { maxOutputLength: maximumRecord }).toString("utf8");
  } catch (error) {
    const isLarge = error instanceof RangeError;
    return isLarge
      ? unknown({ code: "limit", text: `its payload unpacks to more than ${maximumRecord} bytes`, at: [] })
      : notRead("its payload cannot be unpacked");
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function notRead(text: string): Told<never> {
  return unknown({ code: "not-understood", text, at: [] });
}
