import * as fc from "fast-check";
import { expect, test } from "vitest";
import { base64, gzip, helmRelease, holds, layersOf, openedRelease } from "../../../test/builders/packed.ts";
import { ServedObject } from "../../model/served-object.ts";
import { Redactor } from "./redactor.ts";

const redactor = new Redactor(new Uint8Array(32));

function redact(kind: string, object: object): unknown {
  return redactor.redact({ kind }, new ServedObject("", object)).object;
}

/** No rule knows it by its form. */
const secret = fc.stringMatching(/^[qZ]x[A-Za-z0-9_]{9,30}$/);
const key = fc.constantFrom(
  "password",
  "db_password",
  "adminToken",
  "API_KEY",
  "client-secret",
  "credentials",
  "auth.secretKey",
);
const name = fc.constantFrom("LOG_LEVEL", "A", "DB_PASSWORD", "http_proxy", "kube-token");

/** A part of an object, with the secret in it. */
function part(planted: string): fc.Arbitrary<object> {
  return fc.oneof(
    name.map((variable) => ({
      env: [
        { name: "X", value: "1" },
        { name: variable, value: planted },
      ],
    })),
    key.map((word) => ({ args: ["run", `--${word}=${planted}`] })),
    key.map((word) => ({ args: [`--${word}`, planted] })),
    key.map((word) => ({ [word]: planted, other: 1 })),
    key.map((word) => ({ [word]: [planted, "b"] })),
    key.map((word) => ({ items: [{ name: word, value: planted }] })),
    key.map((word) => ({ message: `it failed with ${word}=${planted}` })),
    key.map((word) => ({ text: `first: 1\n${word}: '${planted}'\nlast: 2\n` })),
    key.map((word) => ({ text: `a:\n  ${word}: |\n    ${planted}\n    b\n  c: 1\n` })),
    fc.constant({ url: `https://me:${planted}@example.com/a` }),
    fc.constant({ url: `https://example.com/a?token=${planted}&b=c` }),
    fc.constant({ text: `curl -u me:${planted} https://example.com` }),
    fc.constant({ pem: `-----BEGIN PRIVATE KEY-----\n${planted}\n-----END PRIVATE KEY-----\n` }),
    fc.constant({ apiVersion: "v1", kind: "Secret", data: { a: base64(planted) }, stringData: { b: planted } }),
    fc.constant({ kind: "HelmRelease", spec: { values: { a: { token: { b: planted, c: 1, d: true } } } } }),
    fc.constant({ kind: "HelmChart", spec: { valuesContent: `a:\n  - password: "${planted}"\n` } }),
  );
}

/** The part inside of another, as often as fast-check likes. */
function around(inside: fc.Arbitrary<object>): fc.Arbitrary<object> {
  const packed = inside.map((object) => JSON.stringify({ apiVersion: "v1", kind: "Widget", ...object }));
  return fc.oneof(
    inside,
    inside.map((object) => ({ spec: { template: [object, { plain: true }] } })),
    packed.map((text) => ({ metadata: { annotations: { "kubectl.kubernetes.io/last-applied-configuration": text } } })),
    packed.map((text) => ({ metadata: { annotations: { a: gzip(text) } } })),
    packed.map((text) => ({ metadata: { annotations: { a: base64(text) } } })),
    inside.map((object) => ({ apiVersion: "v1", kind: "List", items: [object] })),
    packed.map((text) => ({
      kind: "Secret",
      type: "helm.sh/release.v1",
      data: { release: helmRelease({ manifest: text }) },
    })),
    inside.map((object) => ({
      kind: "Secret",
      type: "helm.sh/release.v1",
      data: { release: helmRelease({ manifest: `---\n# a\n${yamlOf(object)}` }) },
    })),
  );
}

/** JSON is YAML; a kind is needed for its rules. */
function yamlOf(object: object): string {
  return `${JSON.stringify({ apiVersion: "v1", kind: "Widget", ...object }, null, 2)}\n`;
}

/** Keys and types, however deep. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== "object" || value === null) return value === null ? "null" : typeof value;
  return Object.fromEntries(Object.entries(value).map(([each, member]) => [each, shapeOf(member)]));
}

test("no planted secret is left in any layer, and keys and types stay", () => {
  const planted = secret.chain((text) => around(around(part(text))).map((object) => ({ text, object })));
  fc.assert(
    fc.property(planted, ({ text, object }) => {
      fc.pre(holds(layersOf(JSON.stringify(object)), text));
      const now = redact("Widget", object);
      expect(holds(layersOf(JSON.stringify(now)), text)).toBe(false);
      expect(shapeOf(now)).toEqual(shapeOf(object));
    }),
    { numRuns: 500 },
  );
});

test("any JSON is redacted without an error, and keeps its keys and types", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })), (object) => {
      const once = redact("Widget", object);
      expect(shapeOf(once)).toEqual(shapeOf(object));
    }),
    { numRuns: 300 },
  );
});

test("values of a release keep their shape, booleans and empty texts", () => {
  const values = fc.dictionary(
    fc.oneof(key, fc.constantFrom("enabled", "replicas", "image", "existingSecret", "env")),
    fc.jsonValue({ maxDepth: 4 }),
  );
  fc.assert(
    fc.property(values, (config) => {
      const release = { name: "a", config };
      const object = { type: "helm.sh/release.v1", data: { release: helmRelease(release) } };
      const { data } = redact("Secret", object) as typeof object;
      const now = openedRelease(data.release);
      expect(shapeOf(now)).toEqual(shapeOf(JSON.parse(JSON.stringify(release))));
      expect(plainOf(now)).toEqual(plainOf(JSON.parse(JSON.stringify(release))));
    }),
    { numRuns: 200 },
  );
});

/** Without texts that say something, and numbers. */
function plainOf(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, member: unknown) =>
      (typeof member === "string" && member !== "") || typeof member === "number" ? typeof member : member,
    ),
  );
}
