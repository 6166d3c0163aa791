import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import * as z from "zod";
import { helmRecord, packedRelease, type Manifest } from "../../../test/builders/cluster-objects.ts";
import { isKnown } from "../../model/told.ts";
import type { ReleaseRevision } from "../../model/running-cluster.ts";
import { openRelease, releasesInStorage } from "./helm-storage.ts";

const chart = (version: string) => ({ name: "csi-driver-nfs", version, appVersion: "v4" });
const csi = (version: string, change: Parameters<typeof helmRecord>[3] = {}) =>
  packed(helmRecord("nfs-csi", "csi", chart(version), change));

function packed({ release, ...secret }: Manifest): Manifest {
  return { ...secret, data: { release: packedRelease(release) } };
}

function inConfigMap({ data, ...secret }: Manifest): Manifest {
  const { release } = z.object({ release: z.string() }).parse(data);
  return {
    ...secret,
    type: undefined,
    kind: "ConfigMap",
    data: { release: Buffer.from(release, "base64").toString() },
  };
}

/** Kept by Flux, and installed in that namespace. */
function ofNamespace(namespace: string, secret: Manifest): Manifest {
  const { labels } = secret.metadata;
  const { name, version, status } = z
    .object({ name: z.string(), version: z.string(), status: z.string() })
    .parse(labels);
  const { release } = helmRecord(namespace, name, chart("2.0.0"), { revision: Number(version), status });
  return {
    ...secret,
    metadata: { ...secret.metadata, namespace: "flux-system" },
    data: { release: packedRelease(release) },
  };
}

/** With the payload that is given, in place of its own. */
function holding(release: string | undefined): Manifest {
  return { ...csi("1.0.0"), data: release === undefined ? undefined : { release } };
}

function twice(bytes: Uint8Array): string {
  return Buffer.from(Buffer.from(bytes).toString("base64")).toString("base64");
}

/** `nfs-csi/csi: deployed r2 1.0.0; newest r3 failed 2.0.0`. */
function told(...records: readonly Manifest[]): string {
  const of = (kind: string) => records.filter((one) => one.kind === kind).map((object) => ({ object, redacted: [] }));
  const { releases, unparsed } = releasesInStorage(
    { secrets: of("Secret"), configMaps: of("ConfigMap") },
    "home.snapshot",
  );
  const lines = releases.map(({ namespace, name, deployed, newest }) => {
    const first = deployed === null ? "not deployed" : `deployed ${revisionText(deployed)}`;
    return `${namespace}/${name}: ${first}${newest === deployed ? "" : `; newest ${revisionText(newest)}`}`;
  });
  return [...lines, ...(unparsed === 0 ? [] : [`${unparsed} unparsed`])].join("\n");
}

function revisionText({ revision, status, chart: which }: ReleaseRevision): string {
  return `r${revision} ${status} ${isKnown(which) ? which.known.version : `(${which.unknown.text})`}`;
}

test.each<[string, readonly Manifest[], string]>([
  ["one revision", [csi("1.0.0")], "nfs-csi/csi: deployed r1 deployed 1.0.0"],
  [
    "the newest one that is deployed counts, in whatever order they are listed",
    [csi("10.0.0", { revision: 10 }), csi("9.0.0", { revision: 9, status: "superseded" })],
    "nfs-csi/csi: deployed r10 deployed 10.0.0",
  ],
  [
    "an upgrade that failed",
    [csi("1.0.0", { revision: 2 }), csi("2.0.0", { revision: 3, status: "failed" })],
    "nfs-csi/csi: deployed r2 deployed 1.0.0; newest r3 failed 2.0.0",
  ],
  [
    "a first installation that is under way",
    [csi("1.0.0", { status: "pending-install" })],
    "nfs-csi/csi: not deployed; newest r1 pending-install 1.0.0",
  ],
  [
    "one that was uninstalled and whose records were kept",
    [csi("1.0.0", { status: "superseded" }), csi("2.0.0", { revision: 2, status: "uninstalled" })],
    "nfs-csi/csi: not deployed; newest r2 uninstalled 2.0.0",
  ],
  ["a record without payload", [holding(undefined)], "nfs-csi/csi: deployed r1 deployed (the record has no payload)"],
  [
    "a payload that is nothing",
    [holding("!!!")],
    "nfs-csi/csi: deployed r1 deployed (its payload has not the form of a release)",
  ],
  [
    "a payload that was cut off",
    [holding(twice(gzipSync("{}".repeat(1_000)).subarray(0, 20)))],
    "nfs-csi/csi: deployed r1 deployed (its payload cannot be unpacked)",
  ],
  [
    "a payload that unpacks to more than anybody needs",
    [holding(twice(gzipSync(Buffer.alloc(40 * 1024 * 1024))))],
    "nfs-csi/csi: deployed r1 deployed (its payload unpacks to more than 33554432 bytes)",
  ],
  [
    "a payload of another release",
    [holding(packedRelease(helmRecord("nfs-csi", "other", chart("1.0.0"))["release"]))],
    "nfs-csi/csi: deployed r1 deployed (its payload is of another release than its labels)",
  ],
  [
    "a payload from before compression",
    [holding(twice(Buffer.from(JSON.stringify(helmRecord("nfs-csi", "csi", chart("0.9.0"))["release"]))))],
    "nfs-csi/csi: deployed r1 deployed 0.9.0",
  ],
  [
    "records that Flux keeps in another namespace than the one it installs in",
    [{ ...csi("1.0.0"), metadata: { ...csi("1.0.0").metadata, namespace: "flux-system" } }],
    "nfs-csi/csi: deployed r1 deployed 1.0.0",
  ],
  [
    "records in ConfigMaps, which are encoded once",
    [inConfigMap(csi("1.0.0")), inConfigMap(csi("2.0.0", { revision: 2, status: "failed" }))],
    "nfs-csi/csi: deployed r1 deployed 1.0.0; newest r2 failed 2.0.0",
  ],
  [
    "records in both are two releases",
    [csi("1.0.0"), inConfigMap(csi("2.0.0"))],
    "nfs-csi/csi: deployed r1 deployed 1.0.0\nnfs-csi/csi: deployed r1 deployed 2.0.0",
  ],
  [
    "one whose newest revision is of another namespace",
    [
      { ...csi("1.0.0"), metadata: { ...csi("1.0.0").metadata, namespace: "flux-system" } },
      ofNamespace("storage", csi("2.0.0", { revision: 2, status: "failed" })),
    ],
    "nfs-csi/csi: deployed r1 deployed 1.0.0\nstorage/csi: not deployed; newest r2 failed 2.0.0",
  ],
  [
    "a ConfigMap that is none of Helm's, with its label",
    [{ ...inConfigMap(csi("1.0.0")), metadata: { namespace: "a", name: "b", labels: { owner: "helm" } } }],
    "",
  ],
  ["a Secret of another type", [{ ...csi("1.0.0"), type: "Opaque" }], ""],
  [
    "one of Helm's without its labels",
    [{ ...csi("1.0.0"), metadata: { namespace: "nfs-csi", name: "sh.helm.release.v1.csi.v1" } }],
    "1 unparsed",
  ],
])("%s", (_, secrets, expected) => {
  expect(told(...secrets)).toBe(expected);
});

test("says whether what the chart rendered speaks of Keel", () => {
  const secrets = [
    csi("1.0.0", { rendered: "annotations: { keel.sh/policy: patch }" }),
    packed(helmRecord("apps", "redis", chart("1.0.0"), { rendered: "image: keeler/redis" })),
  ].map((object) => ({ object, redacted: [] }));
  const { releases } = releasesInStorage({ secrets, configMaps: [] }, "home.snapshot");
  const named = releases.map(({ newest }) => isKnown(newest.chart) && newest.chart.known.namesKeel);
  expect(named).toEqual([true, false]);
});

function opened(object: unknown): string {
  const read = openRelease({ object, redacted: [] }, "home.snapshot");
  if (!isKnown(read)) return `unknown: ${read.unknown.text}`;
  const { release: of, revision, applies, values, hooks, chart: which } = read.known;
  const files = which.files.map(({ path, content }) => `${path} ${Buffer.from(content).toString()}`);
  return JSON.stringify({ of: `${of.namespace}/${of.name}`, revision, applies, values, hooks, files });
}

const whole = (change: object = {}): Manifest => ({
  ...csi("1.0.0"),
  data: {
    release: packedRelease({
      name: "csi",
      namespace: "nfs-csi",
      version: 1,
      info: { status: "deployed" },
      config: { replicas: 2 },
      manifest: "---\n# Source: csi/templates/a.yaml\nkind: A\n",
      hooks: [{ name: "h", path: "csi/templates/h.yaml", manifest: "kind: Job\n", events: ["pre-upgrade"], weight: 3 }],
      chart: {
        metadata: { name: "csi-driver-nfs", version: "1.0.0" },
        templates: [{ name: "templates/a.yaml", data: Buffer.from("kind: A").toString("base64") }],
        values: { replicas: 1 },
      },
      ...change,
    }),
  },
});

test.each<[string, unknown, string]>([
  [
    "all that is used of it",
    whole(),
    '{"of":"nfs-csi/csi","revision":1,"applies":"client-side","values":{"replicas":2},"hooks":[{"path":"csi/templates/h.yaml","manifest":"kind: Job\\n","events":["pre-upgrade"]}],"files":["templates/a.yaml kind: A"]}',
  ],
  [
    "one of Helm 4, without values",
    whole({ apply_method: "ssa", config: null, hooks: null }),
    '{"of":"nfs-csi/csi","revision":1,"applies":"server-side","values":{},"hooks":[],"files":["templates/a.yaml kind: A"]}',
  ],
  ["one that is cut", holding(packedRelease({ name: "csi" }).slice(0, 40)), "unknown: its payload cannot be unpacked"],
  ["one without a chart", whole({ chart: null }), "unknown: its payload has not the form of a release"],
  ["one of another revision", whole({ version: 2 }), "unknown: its payload is of another release than its labels"],
  ["a Secret of somebody else", { kind: "Secret" }, "unknown: it has not the labels of a record of Helm's"],
])("a record opened whole: %s", (_, object, expected) => {
  expect(opened(object)).toBe(expected);
});
