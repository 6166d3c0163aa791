import { gunzipSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { base64, gzip } from "../../../test/builders/packed.ts";
import { redactRelease } from "./helm-release.ts";
import { Placeholders } from "./placeholder.ts";
import { treatments } from "./texts.ts";

const placeholders = new Placeholders(new Uint8Array(32));
const means = treatments(placeholders);
const R = placeholders.text;

/** What Helm keeps of a release [helm v4.2.4, pkg/release/v1/release.go]. */
const release = (secret: (text: string) => string, inBase64: (text: string) => string, pin: number) => ({
  name: "shop",
  info: {
    first_deployed: "2026-05-17T09:00:41.5Z",
    description: "Upgrade complete",
    status: "deployed",
    notes: secret("log in with hunter2"),
  },
  chart: {
    metadata: { name: "shop", version: "1.2.3", apiVersion: "v2", annotations: { source: "https://example.com/shop" } },
    lock: null,
    templates: [
      {
        name: "templates/secret.yaml",
        data: base64(`kind: Secret\nstringData:\n  p: {{ .Values.auth.password | default "${secret("changeme")}" }}\n`),
      },
      { name: "templates/web.yaml", data: base64("kind: Deployment\nspec: {{ toYaml .Values.spec }}\n") },
    ],
    values: { replicas: 1, auth: { password: secret("changeme"), existingSecret: "shop" } },
    schema: base64('{"properties":{"password":{"type":"string"}}}'),
    files: [
      { name: "README.md", data: base64("# Shop\n") },
      { name: "files/keys.p12", data: inBase64("\u0000\u0001") },
    ],
  },
  config: {
    auth: { password: secret("hunter2"), pins: { first: pin }, enabled: true, note: null },
    env: { LEVEL: secret("info") },
  },
  manifest: `---\n# Source: shop/templates/secret.yaml\nkind: Secret\nstringData:\n  p: ${secret("hunter2")}\n`,
  hooks: [
    {
      name: "a",
      kind: "Job",
      path: "a",
      manifest: `kind: Pod\nspec:\n  containers:\n  - env: [{name: A, value: ${secret("b")}}]\n`,
      events: ["pre-install"],
      last_run: { phase: "" },
    },
  ],
  version: 3,
  namespace: "shop",
});

const before = release((text) => text, base64, 1234);
const after = release(R, (text) => base64(R(base64(text))), 1234);

test("a release, whole: what a chart needs to render again is there, with the same form", () => {
  const packed = redactRelease(gzip(JSON.stringify(before)), means);
  expect(JSON.parse(gunzipSync(Buffer.from(packed, "base64")).toString())).toEqual(after);
});

test("equal secrets are equal in values, manifest and the next revision", () => {
  const texts = [1, 2].map((version) => redactRelease(gzip(JSON.stringify({ ...before, version })), means));
  const [one, two] = texts.map((text) => gunzipSync(Buffer.from(text, "base64")).toString());
  expect(two).toBe(one?.replace('"version":1,', '"version":2,'));
  expect(one?.split(R("hunter2"))).toHaveLength(3);
});

test("one from before Helm packed them stays unpacked", () => {
  const text = redactRelease(base64(JSON.stringify(before)), means);
  expect(JSON.parse(Buffer.from(text, "base64").toString())).toEqual(after);
});

test("one without a secret stays byte for byte", () => {
  const text = gzip(JSON.stringify({ name: "a", config: { replicas: 2 } }));
  expect(redactRelease(text, means)).toBe(text);
});

test.each<[string, string]>([
  ["no base64", "a release?"],
  ["no JSON", gzip("release")],
  ["cut short", gzip(JSON.stringify(before)).slice(0, 200)],
  ["over 64 MiB", gzipSync(Buffer.alloc(65 * 1024 * 1024, " ")).toString("base64")],
])("%s is replaced", (_, text) => {
  expect(Buffer.from(redactRelease(text, means), "base64").toString()).toMatch(/^redacted-[\da-f]{12}$/);
});
