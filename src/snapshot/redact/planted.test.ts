import { expect, test } from "vitest";
import { base64, gzip, helmRelease, holds, layersOf } from "../../../test/builders/packed.ts";
import { ServedObject } from "../../model/served-object.ts";
import { Redactor } from "./redactor.ts";

const template = (containers: object): object => ({ spec: { template: { spec: { containers: [containers] } } } });
const applied = (secret: string): string =>
  JSON.stringify({ apiVersion: "apps/v1", kind: "Deployment", ...template({ env: [{ name: "A", value: secret }] }) });
const annotated = (name: string, value: string): object => ({ metadata: { annotations: { [name]: value } } });
const release = (part: object): object => ({
  type: "helm.sh/release.v1",
  data: { release: helmRelease({ name: "a", ...part }) },
});
const file = (text: string): object => ({ chart: { templates: [{ name: "templates/a.yaml", data: base64(text) }] } });

/** Where a secret may stand, and the object that has one there. */
const places: readonly (readonly [string, string, (secret: string) => object])[] = [
  ["a variable of a pod", "Pod", (s) => ({ spec: { containers: [{ env: [{ name: "A", value: s }] }] } })],
  ["a variable of a Deployment", "Deployment", (s) => template({ env: [{ name: "A", value: `x ${s}` }] })],
  ["a variable of a custom resource", "Rollout", (s) => template({ env: [{ name: "A", value: s }] })],
  [
    "a URL in a variable",
    "Pod",
    (s) => ({ spec: { containers: [{ env: [{ name: "A", value: `amqp://a:${s}@b/` }] }] } }),
  ],
  ["an argument", "DaemonSet", (s) => template({ args: [`--token=${s}`] })],
  ["the argument after a flag", "StatefulSet", (s) => template({ command: ["a", "--password", s] })],
  ["a script", "Job", (s) => template({ command: ["sh", "-c", `set -e\nexport API_KEY=${s}\nrun`] })],
  ["redis-cli's flag", "Job", (s) => template({ command: ["redis-cli", "-a", s, "ping"] })],
  ["redis-cli's flag among its arguments", "Job", (s) => template({ command: ["redis-cli"], args: ["-a", s, "ping"] })],
  ["redis-cli in a script", "Pod", (s) => template({ command: ["sh", "-c", `redis-cli -h db -a "${s}" ping\nexit`] })],
  ["mysql's flag among its arguments", "Job", (s) => template({ command: ["mysqldump"], args: [`-p${s}`] })],
  ["a key that is shared before", "ConfigMap", (s) => ({ data: { "wpa.conf": `network={\n  psk="${s}"\n}\n` } })],
  ["a field that is one", "WifiNetwork", (s) => ({ spec: { wifiPsk: s } })],
  ["a keyring", "ConfigMap", (s) => ({ data: { keyring: s } })],
  [
    "an identity's name below a secret's",
    "HelmRelease",
    (s) => ({ spec: { values: { credentials: { uid: s, ip: s, time: s }, token: { kind: s } } } }),
  ],
  [
    "a probe's command",
    "Pod",
    (s) => ({ spec: { containers: [{ livenessProbe: { exec: { command: ["mysql", `-p${s}`] } } }] } }),
  ],
  [
    "a header",
    "Pod",
    (s) => ({
      spec: { containers: [{ readinessProbe: { httpGet: { httpHeaders: [{ name: "Authorization", value: s }] } } }] },
    }),
  ],
  [
    "a URL with a user",
    "MutatingWebhookConfiguration",
    (s) => ({ webhooks: [{ clientConfig: { url: `https://a:${s}@b/c` } }] }),
  ],
  ["a URL with a token", "GitRepository", (s) => ({ spec: { url: `https://b/c?access_token=${s}&d=e` } })],
  ["an image's registry", "CronJob", (s) => template({ image: `bot:${s}@registry.example.com/a:1` })],
  ["an annotation by its name", "Service", (s) => annotated("example.com/auth-token", s)],
  ["an annotation by what it says", "Namespace", (s) => annotated("note", `the password: ${s}`)],
  ["an annotation in JSON", "Node", (s) => annotated("config", JSON.stringify({ a: [{ password: s }] }))],
  [
    "last-applied-configuration",
    "Deployment",
    (s) => annotated("kubectl.kubernetes.io/last-applied-configuration", `${applied(s)}\n`),
  ],
  [
    "wrangler's copy",
    "Deployment",
    (s) => annotated("objectset.rio.cattle.io/applied", gzip(applied(s)).replace(/=+$/, "")),
  ],
  [
    "a copy in a copy",
    "Deployment",
    (s) => annotated("a", JSON.stringify({ apiVersion: "v1", kind: "Pod", ...annotated("b", applied(s)) })),
  ],
  ["a label", "Pod", (s) => ({ metadata: { labels: { token: s } } })],
  ["a Secret", "Secret", (s) => ({ data: { a: base64(s) }, stringData: { b: s } })],
  ["an event", "Event", (s) => ({ message: `login failed: token=${s}` })],
  [
    "a condition",
    "Kustomization",
    (s) => ({ status: { conditions: [{ type: "Ready", message: `clone https://a:${s}@b/c failed` }] } }),
  ],
  ["a volume's attributes", "PersistentVolume", (s) => ({ spec: { csi: { volumeAttributes: { secretKey: s } } } })],
  ["a parameter of a class", "StorageClass", (s) => ({ parameters: { adminPassword: s } })],
  [
    "managed fields",
    "Service",
    (s) => ({ metadata: { managedFields: [{ fieldsV1: { [`v:"https://a:${s}@b/"`]: {} } }] } }),
  ],
  ["values of a HelmRelease", "HelmRelease", (s) => ({ spec: { values: { auth: { credentials: { a: [s] } } } } })],
  [
    "values of an Application",
    "Application",
    (s) => ({ spec: { source: { helm: { values: `a:\n  password: ${s}\n` } } } }),
  ],
  [
    "a parameter of an Application",
    "Application",
    (s) => ({ spec: { source: { helm: { parameters: [{ name: "a.token", value: s }] } } } }),
  ],
  [
    "a patch",
    "Kustomization",
    (s) => ({
      spec: {
        patches: [{ patch: `apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - env: [{name: A, value: ${s}}]\n` }],
      },
    }),
  ],
  ["Helm's values", "Secret", (s) => release({ config: { a: { password: s } } })],
  ["a chart's values", "Secret", (s) => release({ chart: { values: { secret: { a: s } } } })],
  [
    "a Secret in Helm's manifest",
    "Secret",
    (s) => release({ manifest: `---\n# Source: a\napiVersion: v1\nkind: Secret\ndata:\n  a: ${base64(s)}\n` }),
  ],
  [
    "a variable in Helm's manifest",
    "Secret",
    (s) =>
      release({
        manifest: `---\napiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - env:\n    - name: A\n      value: "${s}"\n`,
      }),
  ],
  [
    "a ConfigMap in Helm's manifest",
    "Secret",
    (s) => release({ manifest: `apiVersion: v1\nkind: ConfigMap\ndata:\n  a.ini: |\n    [x]\n    password = ${s}\n` }),
  ],
  [
    "a comment in Helm's manifest",
    "Secret",
    (s) => release({ manifest: `apiVersion: v1\nkind: Pod\n# password: ${s}\n` }),
  ],
  [
    "a hook of Helm",
    "Secret",
    (s) => release({ hooks: [{ manifest: `apiVersion: v1\nkind: Secret\nstringData: {a: '${s}'}\n` }] }),
  ],
  [
    "a hook that is a Secret",
    "Secret",
    (s) => release({ hooks: [{ kind: "Secret", manifest: `{kind: Secret, data: {a: ${base64(s)}}}` }] }),
  ],
  [
    "objects in Helm's values",
    "Secret",
    (s) => release({ config: { extraObjects: [{ apiVersion: "v1", kind: "Secret", stringData: { a: s } }] } }),
  ],
  ["a chart's template", "Secret", (s) => release(file(`token: {{ .Values.a | default "${s}" }}\n`))],
  ["a chart's template of a Secret", "Secret", (s) => release(file(`kind: Secret\ndata:\n  a: ${base64(s)}\n`))],
  ["Helm's notes", "Secret", (s) => release({ info: { notes: `log in with ${s}` } })],
  [
    "Helm's ConfigMap",
    "ConfigMap",
    (s) => ({
      metadata: { labels: { owner: "helm" } },
      data: { release: gzip(JSON.stringify({ config: { token: s } })) },
    }),
  ],
];

/** Of 20 different letters and digits, none of which a rule knows by its form. */
const secretOf = (index: number): string => `Zq${String(index).padStart(2, "0")}vB7nM2xKw9Lt4Rp6Y`;

test.each(places.map(([place, kind, plant], index) => ({ place, kind, plant, secret: secretOf(index) })))(
  "none is left of a secret in $place",
  ({ kind, plant, secret }) => {
    const planted = plant(secret);
    expect(holds(layersOf(JSON.stringify(planted)), secret)).toBe(true);
    const { object, paths } = new Redactor(new Uint8Array(32)).redact({ kind }, new ServedObject("", planted));
    expect(holds(layersOf(JSON.stringify({ object, paths })), secret)).toBe(false);
    expect(paths.length).toBeGreaterThan(0);
  },
);
