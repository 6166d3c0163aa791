import { gunzipSync } from "node:zlib";
import * as z from "zod";
import type { ClusterObject } from "../../model/cluster-objects.ts";
import { isJsonObject, type JsonObject } from "../../model/json.ts";
import type { RecordedChart, RecordedRelease } from "../../model/recorded-release.ts";
import type { ObjectReference, ReleasedChart, ReleaseRevision, RunningRelease } from "../../model/running-cluster.ts";
import { isKnown, known, unknown, type Told } from "../../model/told.ts";

/** The type of Secret in which Helm keeps a revision of a release [helm v3.18.5, pkg/storage/driver/secrets.go]. */
const recordType = "helm.sh/release.v1";
/** How the names of records begin; ConfigMaps have no type [helm v3.22.0, pkg/storage/storage.go and driver/cfgmaps.go]. */
const recordName = "sh.helm.release.v1.";

/** What Helm keeps its records in: Secrets, or ConfigMaps with HELM_DRIVER=configmap. */
export interface HelmStorage {
  readonly secrets: readonly ClusterObject[];
  readonly configMaps: readonly ClusterObject[];
}

/** Bytes of one record that are unpacked: etcd takes 1.5 MiB of it packed. */
const maximumRecord = 32 * 1024 * 1024;

/**
 * The releases that Helm's records tell of. Of each the newest revision and the newest deployed one are opened, and no
 * others; which these are is told by the labels, as Helm finds them. `unparsed`: records of Helm's without these labels.
 */
export function releasesInStorage(
  { secrets, configMaps }: HelmStorage,
  source: string,
): { readonly releases: readonly RunningRelease[]; readonly unparsed: number } {
  const records = [
    ...secrets.filter(isSecret).map(({ object }) => recordIn(object, "Secret")),
    ...configMaps.filter(isConfigMap).map(({ object }) => recordIn(object, "ConfigMap")),
  ];
  const read = records.filter((one) => one !== null);
  const byRelease = Map.groupBy(
    read,
    ({ kind, metadata: { namespace, labels } }) => `${kind} ${namespace}/${labels.name}`,
  );
  return {
    releases: [...byRelease.values()].flatMap((revisions) => releaseOf(revisions, source)),
    unparsed: records.length - read.length,
  };
}

/**
 * A revision opened whole, from the Secret or ConfigMap that Helm keeps it in. Unknown: it is no record, it is cut or too large,
 * or it is of another release than its labels say.
 */
export function openRelease({ object }: ClusterObject, source: string): Told<RecordedRelease> {
  const one = recordIn(object, isSecret({ object, redacted: [] }) ? "Secret" : "ConfigMap");
  if (one === null) return notRead("it has not the labels of a record of Helm's");
  const json = payloadOf(one);
  if (!isKnown(json)) return json;
  const read = wholeRelease.safeParse(json.known);
  if (!read.success) return notRead("its payload has not the form of a release");
  if (!isOf(read.data, one)) return contradicted;
  const { name, namespace, version, info, chart, config, manifest, hooks, apply_method: method } = read.data;
  return known({
    release: { namespace, name },
    revision: version,
    status: info.status,
    // Helm 3 writes none [helm v4.3.1, pkg/release/v1/release.go].
    applies: method === "ssa" ? "server-side" : "client-side",
    chart: recordedChart(chart),
    values: config ?? {},
    manifest: manifest ?? "",
    hooks: (hooks ?? []).map((hook) => ({ ...hook, events: hook.events ?? [] })),
    record: referenceOf(one, source),
  });
}

const typed = z.object({ type: z.literal(recordType) });
const named = z.object({ metadata: z.object({ name: z.string().startsWith(recordName) }) });
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
type Record = z.infer<typeof record> & { readonly kind: "Secret" | "ConfigMap" };

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

const jsonObject = z.custom<JsonObject>(isJsonObject);
const file = z.object({ name: z.string().min(1), data: z.string().nullish() });

/** All that a preflight uses of it; bytes are in base64 [helm v3.22.0, pkg/chart/chart.go, pkg/release/hook.go]. */
const wholeRelease = release.extend({
  info: z.object({ status: z.string().min(1) }),
  chart: z.object({
    metadata: z.looseObject({
      name: z.string().min(1),
      version: z.string().min(1),
      dependencies: z.array(z.object({ name: z.string() })).nullish(),
    }),
    templates: z.array(file).nullish(),
    files: z.array(file).nullish(),
    values: jsonObject.nullish(),
    schema: z.string().nullish(),
  }),
  config: jsonObject.nullish(),
  hooks: z.array(z.object({ path: z.string(), manifest: z.string(), events: z.array(z.string()).nullish() })).nullish(),
  apply_method: z.string().nullish(),
});

function recordedChart({
  metadata,
  templates,
  files,
  values,
  schema,
}: z.infer<typeof wholeRelease>["chart"]): RecordedChart {
  return {
    name: metadata.name,
    version: metadata.version,
    metadata: jsonObject.parse(metadata),
    values: values ?? {},
    schema: schema === null || schema === undefined ? null : Buffer.from(schema, "base64").toString("utf8"),
    files: [...(templates ?? []), ...(files ?? [])].map(({ name, data }) => ({
      path: name,
      content: Buffer.from(data ?? "", "base64"),
    })),
    dependencies: (metadata.dependencies ?? []).map(({ name }) => name),
  };
}

function isSecret({ object }: ClusterObject): boolean {
  return typed.safeParse(object).success;
}

function isConfigMap({ object }: ClusterObject): boolean {
  return named.safeParse(object).success;
}

function recordIn(object: unknown, kind: Record["kind"]): Record | null {
  const read = record.safeParse(object);
  return read.success ? { ...read.data, kind } : null;
}

function releaseOf(records: readonly Record[], source: string): RunningRelease[] {
  const [newest, ...older] = records.toSorted((a, b) => revisionOf(b) - revisionOf(a));
  if (newest === undefined) return [];
  const { labels } = newest.metadata;
  const deployed = [newest, ...older].find((one) => one.metadata.labels.status === "deployed");
  const top = openedRevision(newest, source);
  const running = deployed === undefined ? null : deployed === newest ? top : openedRevision(deployed, source);
  const here = installedIn(top) ?? newest.metadata.namespace;
  const there = running === null ? here : (installedIn(running) ?? here);
  const { name } = labels;
  if (here === there) return [{ namespace: here, name, deployed: running, newest: top }];
  // The newest is of another namespace: it says nothing of what runs in the first.
  return [
    { namespace: there, name, deployed: running, newest: running ?? top },
    { namespace: here, name, deployed: null, newest: top },
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
  const { labels } = one.metadata;
  return { revision: revisionOf(one), status: labels.status, chart: chartIn(one), record: referenceOf(one, source) };
}

function referenceOf({ kind, metadata }: Record, source: string): ObjectReference {
  const { namespace, name, resourceVersion = null } = metadata;
  return { kind, namespace, name, resourceVersion, source };
}

function chartIn(one: Record): Told<ReleasedChart> {
  const json = payloadOf(one);
  if (!isKnown(json)) return json;
  const read = release.safeParse(json.known);
  if (!read.success) return notRead("its payload has not the form of a release");
  if (!isOf(read.data, one)) return contradicted;
  const { namespace, chart, manifest } = read.data;
  const { metadata } = chart;
  return known({
    namespace,
    name: metadata.name,
    version: metadata.version,
    appVersion: metadata.appVersion ?? null,
    namesKeel: /\bkeel\b/.test(manifest ?? ""),
  });
}

/** base64 of gzip of JSON, and in a Secret base64 of that, as of all that it holds [pkg/storage/driver/util.go]. */
function payloadOf(one: Record): Told<unknown> {
  const packed = one.data?.release;
  if (packed === undefined) return notRead("the record has no payload");
  const written = one.kind === "Secret" ? Buffer.from(packed, "base64").toString("latin1") : packed;
  const text = unpacked(Buffer.from(written, "base64"));
  return typeof text === "string" ? known(jsonOf(text)) : text;
}

function isOf({ name, version }: { readonly name: string; readonly version: number }, one: Record): boolean {
  return name === one.metadata.labels.name && version === revisionOf(one);
}

const contradicted: Told<never> = unknown({
  code: "contradicted",
  text: "its payload is of another release than its labels",
  at: [],
});

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
