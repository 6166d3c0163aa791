import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { ServedObject } from "../../model/served-object.ts";
import { Placeholders } from "./placeholder.ts";
import { Redactor } from "./redactor.ts";

const key = new Uint8Array(32);
const redactor = new Redactor(key);
const placeholders = new Placeholders(key);

/** What stands in the place of a text. */
const R = placeholders.text;
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const gzip = (text: string): string => gzipSync(text).toString("base64");
const gunzip = (text: string): string => gunzipSync(Buffer.from(text, "base64")).toString();

function redacted(kind: string, object: object): { object: unknown; paths: readonly string[] } {
  const { object: now, paths } = redactor.redact({ kind }, new ServedObject("", object));
  return { object: now, paths };
}

test("a pod: its variables, its command lines, its probes, and what is written freely about it", () => {
  const pod = (secret: (text: string) => string): object => ({
    metadata: {
      name: "web-7d9f",
      namespace: "shop",
      uid: "7a1f1f0e-0000-4000-8000-000000000000",
      creationTimestamp: "2026-05-17T09:00:41Z",
      labels: { app: "web", "pod-template-hash": "7d9f" },
      annotations: {
        "checksum/config": "0f3a",
        "vault/token": secret("s.abcdef"),
        note: `password=${secret("hunter2")}`,
      },
    },
    spec: {
      containers: [
        {
          name: "web",
          image: `${secret("bot:hunter2")}@registry.example.com/web:1.2`,
          command: ["web", "--listen=:8080", `--db-password=${secret("hunter2")}`, "--token", secret("abc")],
          env: [
            { name: "PORT", value: "8080" },
            { name: "DEBUG", value: "true" },
            { name: "EMPTY", value: "" },
            { name: "HOST", value: "$(POD_IP)" },
            { name: "LEVEL", value: secret("info") },
            { name: "PIN_TOKEN", value: secret("1234") },
            { name: "LONG", value: secret("123456") },
            { name: "DSN", value: secret("postgres://me:hunter2@db/shop") },
            { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password" } } },
          ],
          livenessProbe: {
            httpGet: {
              path: "/healthz",
              port: 8080,
              httpHeaders: [
                { name: "Authorization", value: secret("Bearer abc") },
                { name: "Host", value: "web" },
              ],
            },
          },
          volumeMounts: [{ name: "token", mountPath: "/var/run/secrets/kubernetes.io/serviceaccount" }],
        },
      ],
      volumes: [
        {
          name: "token",
          projected: { sources: [{ serviceAccountToken: { path: "token", expirationSeconds: 3607 } }] },
        },
        { name: "tls", secret: { secretName: "tls", defaultMode: 420 } },
        {
          name: "nfs",
          csi: { driver: "nfs.csi.k8s.io", volumeAttributes: { share: "/x", sharedPassword: secret("hunter2") } },
        },
        { name: "flex", flexVolume: { driver: "x/cifs", options: { user: "me", password: secret("hunter2") } } },
      ],
      serviceAccountName: "web",
      automountServiceAccountToken: false,
      imagePullSecrets: [{ name: "regcred" }],
    },
    status: {
      phase: "Failed",
      message: `cannot log in with token: ${secret("abc")}`,
      containerStatuses: [
        { name: "web", lastState: { terminated: { message: `https://${secret("me:pw")}@db is down` } } },
      ],
    },
  });
  const { object, paths } = redacted(
    "Pod",
    pod((text) => text),
  );
  expect(object).toEqual(pod(R));
  expect(paths).toEqual([
    "/metadata/annotations/vault~1token",
    "/metadata/annotations/note",
    "/spec/containers/0/image",
    "/spec/containers/0/command/2",
    "/spec/containers/0/command/4",
    ...[4, 5, 6, 7].map((index) => `/spec/containers/0/env/${index}/value`),
    "/spec/containers/0/livenessProbe/httpGet/httpHeaders/0/value",
    "/spec/volumes/2/csi/volumeAttributes/sharedPassword",
    "/spec/volumes/3/flexVolume/options/password",
    "/status/message",
    "/status/containerStatuses/0/lastState/terminated/message",
  ]);
});

/** By kind: an object, once with its secrets and once with what stands in their place. */
test.each<[string, string, (secret: (text: string) => string, inBase64: (text: string) => string) => object]>([
  [
    "a Secret, all that it holds",
    "Secret",
    (secret, inBase64) => ({
      type: "Opaque",
      data: { user: inBase64("me"), none: "" },
      stringData: { level: secret("info") },
    }),
  ],
  [
    "a workload, by its template",
    "CronJob",
    (secret) => ({
      spec: {
        jobTemplate: {
          spec: { template: { spec: { containers: [{ env: [{ name: "A", value: secret("info") }] }] } } },
        },
      },
    }),
  ],
  [
    "a controller revision, by what it keeps of one",
    "ControllerRevision",
    (secret) => ({
      data: { spec: { template: { spec: { initContainers: [{ env: [{ name: "A", value: secret("b") }] }] } } } },
    }),
  ],
  [
    "an event",
    "Event",
    (secret) => ({ reason: "Failed", message: `exec failed: mysql -p${secret("hunter2")} exited with 1`, count: 3 }),
  ],
  [
    "a persistent volume",
    "PersistentVolume",
    (secret) => ({
      spec: {
        csi: {
          volumeHandle: "a",
          volumeAttributes: { accountKey: secret("abc"), secretName: "x" },
          nodeStageSecretRef: { name: "x" },
        },
        mountOptions: ["nfsvers=4.1", `password=${secret("hunter2")}`],
      },
    }),
  ],
  [
    "a storage class",
    "StorageClass",
    (secret) => ({
      parameters: {
        adminSecretName: "x",
        "csi.storage.k8s.io/provisioner-secret-name": "y",
        restuserkey: "z",
        apiKey: secret("abc"),
      },
    }),
  ],
  [
    "a webhook: authorities are public, its URL may hold a user",
    "ValidatingWebhookConfiguration",
    (secret) => ({
      webhooks: [
        {
          name: "a.example.com",
          clientConfig: {
            url: `https://${secret("me:pw")}@hook.example.com/x?token=${secret("abc")}&a=1`,
            caBundle: base64("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"),
          },
        },
      ],
    }),
  ],
  [
    "a caBundle that holds more than authorities",
    "APIService",
    (_, inBase64) => ({
      spec: { caBundle: inBase64("-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n") },
    }),
  ],
  [
    "a HelmRelease of Flux: its values as Helm's",
    "HelmRelease",
    (secret) => ({
      spec: {
        chart: { spec: { chart: "redis", version: "1.2.3" } },
        values: {
          replicas: 2,
          auth: { enabled: true, password: secret("hunter2"), existingSecret: "redis" },
          credentials: { user: secret("me"), keys: [secret("a"), secret("b")], enabled: true },
          extraEnvVars: [{ name: "A", value: secret("info") }],
          image: { pullSecrets: ["regcred"] },
        },
      },
    }),
  ],
  [
    "an Application of Argo CD",
    "Application",
    (secret) => ({
      spec: {
        sources: [
          {
            repoURL: `https://${secret("me:pw")}@git.example.com/x`,
            helm: {
              values: `a: 1 # the token: ${secret("abc def")}\nauth:\n  password: '${secret("hunter2")}'\n  n: {secret: [${secret("x")}]}\n`,
              valuesObject: { auth: { password: secret("hunter2") } },
              parameters: [
                { name: "auth.password", value: secret("hunter2") },
                { name: "replicas", value: "2" },
              ],
            },
          },
        ],
      },
      status: { history: [{ source: { helm: { valuesObject: { token: secret("abc") } } } }] },
    }),
  ],
  [
    "a HelmChart of k3s",
    "HelmChart",
    (secret) => ({
      spec: { valuesContent: `password: ${secret("hunter2")}\nport: 1\n`, set: { "auth.token": secret("abc") } },
    }),
  ],
  [
    "a policy of Kyverno: its expressions stay, what it generates is judged by its kind",
    "ClusterPolicy",
    (secret, inBase64) => ({
      spec: {
        rules: [
          {
            match: { any: [{ resources: { kinds: ["Secret"] } }] },
            validate: {
              message: "a token is needed",
              deny: { conditions: [{ key: "{{ request.object.data.token }}", operator: "Equals", value: "x" }] },
            },
            generate: {
              apiVersion: "v1",
              kind: "Secret",
              name: "regcred",
              data: { type: "Opaque", data: { a: inBase64("abc") }, stringData: { b: secret("abc") } },
            },
          },
        ],
      },
    }),
  ],
  [
    "an admission policy",
    "ValidatingAdmissionPolicy",
    () => ({ spec: { validations: [{ expression: "has(object.spec.token) && object.spec.token == 'x'" }] } }),
  ],
  [
    "a custom resource with containers in it",
    "Workflow",
    (secret) => ({
      spec: {
        templates: [{ container: { env: [{ name: "A", value: secret("b") }], args: ["-p", secret("hunter2")] } }],
      },
    }),
  ],
  [
    "a definition: its schema says no secret",
    "CustomResourceDefinition",
    () => ({
      spec: {
        versions: [
          { schema: { openAPIV3Schema: { properties: { password: { type: "string", default: "changeme" } } } } },
        ],
      },
    }),
  ],
  [
    "managed fields: values that are keys",
    "Namespace",
    (secret) => ({
      metadata: {
        managedFields: [
          {
            fieldsV1: {
              "f:metadata": {
                "f:finalizers": {
                  ".": {},
                  'v:"kubernetes"': {},
                  [`v:${JSON.stringify(`https://${secret("me:pw")}@x/y`)}`]: {},
                },
              },
            },
          },
        ],
      },
    }),
  ],
  [
    "a list, each by its own kind",
    "List",
    (_, inBase64) => ({
      items: [
        { apiVersion: "v1", kind: "Secret", data: { a: inBase64("b") } },
        { kind: "Service", data: { a: "b" } },
      ],
    }),
  ],
])("%s", (_, kind, of) => {
  expect(
    redacted(
      kind,
      of((text) => text, base64),
    ).object,
  ).toEqual(of(R, (text) => base64(R(text))));
});

describe("copies of an object inside it", () => {
  const copy = (secret: (text: string) => string): object => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "a" },
    spec: { containers: [{ env: [{ name: "A", value: secret("info") }] }] },
  });
  const plain = JSON.stringify(copy((text) => text));
  const safe = JSON.stringify(copy(R));

  test.each<[string, string, (text: string) => string, string]>([
    ["kubectl.kubernetes.io/last-applied-configuration", `${plain}\n`, (text) => text, `${safe}\n`],
    ["kapp.k14s.io/original", plain, (text) => text, safe],
    ["objectset.rio.cattle.io/applied", gzip(plain), gunzip, safe],
    ["in base64", base64(plain), (text) => Buffer.from(text, "base64").toString(), safe],
    [
      "in YAML",
      "apiVersion: v1\nkind: Secret\ndata:\n  a: Yg==\n",
      (text) => text,
      `apiVersion: v1\nkind: Secret\ndata:\n  a: ${base64(R("b"))}\n`,
    ],
    [
      "banzaicloud.com/last-applied (a zip)",
      `UEsDBBQACAAI${"A".repeat(40)}`,
      (text) => Buffer.from(text, "base64").toString(),
      R(`UEsDBBQACAAI${"A".repeat(40)}`),
    ],
    [
      "gzip that is cut short",
      gzip(plain).slice(0, 60),
      (text) => Buffer.from(text, "base64").toString(),
      R(gzip(plain).slice(0, 60)),
    ],
  ])("%s", (name, text, open, expected) => {
    const { object, paths } = redacted("Pod", { metadata: { annotations: { [name]: text } } });
    const { metadata } = object as { metadata: { annotations: Record<string, string> } };
    expect(open(metadata.annotations[name] ?? "")).toBe(expected);
    expect(paths).toHaveLength(1);
  });

  test("what has no secret stays byte for byte", () => {
    const annotations = {
      a: '{"b": 1.0}',
      b: gzip('{"b": 1}'),
      c: base64("a plain text"),
      d: "apiVersion: v1\nkind: A # b\n",
    };
    expect(redacted("Pod", { metadata: { annotations } })).toEqual({
      object: { metadata: { annotations } },
      paths: [],
    });
  });
});

test("what nests deeper than any object is replaced", () => {
  const deep: unknown = JSON.parse(`${'{"a":'.repeat(100_000)}"password=hunter2"${"}".repeat(100_000)}`);
  const { object, paths } = redacted("Widget", { deep });
  expect(paths).toHaveLength(1);
  expect(JSON.stringify(object)).not.toContain("hunter2");
});

test("a key that is named as a prototype is a key", () => {
  const object: object = JSON.parse('{"__proto__":{"token":"abc"},"constructor":{"password":"hunter2"}}');
  expect(JSON.stringify(redacted("Widget", object).object)).toBe(
    `{"__proto__":{"token":"${R("abc")}"},"constructor":{"password":"${R("hunter2")}"}}`,
  );
});
