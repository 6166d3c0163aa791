import { expect, test } from "vitest";
import { redactManifest } from "./manifest.ts";
import { Placeholders } from "./placeholder.ts";
import { treatments } from "./texts.ts";
import type { Judged } from "./walk.ts";

const means = treatments(new Placeholders(new Uint8Array(32)));

/** With `R` in place of a secret, and `B` of one in base64. */
function redacted(text: string, judged: Judged = "fields"): string {
  return redactManifest(text, means, judged)
    .replaceAll(/redacted-[\da-f]{12}/g, "R")
    .replaceAll(/cmVkYWN0ZWQt[A-Za-z\d+/=]{16}/g, "B");
}

test("a number that a Secret was given without quotes is one with as many digits", () => {
  const text = "kind: Secret\nstringData: { pin: 12345678, words: hunter2 }\ndata: { key: 4711 }\n";
  expect(redacted(text)).toMatch(/^kind: Secret\nstringData: \{ pin: \d{8}, words: R \}\ndata: \{ key: \d{4} \}\n$/);
  expect(redacted(text)).not.toMatch(/12345678|4711/);
});

test("all but the secrets stays byte for byte, document by document", () => {
  expect(
    redacted(`---
# Source: a/templates/secret.yaml
apiVersion: v1
kind:   Secret
metadata: { name: a, labels: {b: "c"} }   # of a
data:
  a: aHVudGVyMg==
  "b": "aHVudGVyMg==" # token: hunter2
  c:
    aHVudGVyMg==
stringData:
  d: |
    two
    lines
  e: >-
    hunter2
  f: ''
---
# Source: a/templates/config.yaml
kind: ConfigMap
data:
  a.ini: |-
    [db]
      password = hunter2

    port = 1
  plain: "a: b"
---
kind: Deployment
spec:
  template:
    spec:
      containers:
      - name: a
        args: [--token=abc, "--password", 'x y', -v, 'a=b']
        env:
        - {name: A, value: "info"}
        - name: PORT
          value: "8080"
...
`),
  ).toBe(`---
# Source: a/templates/secret.yaml
apiVersion: v1
kind:   Secret
metadata: { name: a, labels: {b: "c"} }   # of a
data:
  a: B
  "b": "B" # token: R
  c:
    B
stringData:
  d: |
    R
  e: "R"
  f: ''
---
# Source: a/templates/config.yaml
kind: ConfigMap
data:
  a.ini: |-
    [db]
      password = R

    port = 1
  plain: "a: b"
---
kind: Deployment
spec:
  template:
    spec:
      containers:
      - name: a
        args: [--token=R, "--password", 'R', -v, 'a=b']
        env:
        - {name: A, value: "R"}
        - name: PORT
          value: "8080"
...
`);
});

test("values of a chart", () => {
  expect(
    redacted("# of us\nauth:\n  pin: &pin 123456\n  password: 123456\n  secret: {a: x, enabled: true}\n", "values"),
  ).toMatch(/^# of us\nauth:\n {2}pin: &pin 123456\n {2}password: \d{6}\n {2}secret: \{a: R, enabled: true\}\n$/);
});

test.each<[string, string, string]>([
  [
    "a secret behind an alias",
    "kind: A\nx: &a {password: hunter2}\ny: *a\n",
    "kind: A\nx:\n  password: R\ny:\n  password: R\n",
  ],
  [
    "a key that stands twice",
    "---\nkind: Secret\nstringData:\n  a: hunter2\n  a: hunter3\n",
    "---\nkind: Secret\nstringData:\n  a: R\n",
  ],
])("%s: the document is written anew", (_, text, expected) => {
  expect(redacted(text)).toBe(expected);
});

test.each([
  ["no YAML", "---\ndata: {password: hunter2\n", "---\n# R: this could not be read as YAML\n"],
  ["nested too deep", `data: ${"[".repeat(5000)}`, "# R: this could not be read as YAML\n"],
  [
    "aliases without end",
    `data: &a [x]\n${Array.from("bcdefghij", (key, index) => `${key}: &${key} [${`*${"abcdefghij"[index]},`.repeat(9)}]\n`).join("")}`,
    "# R: this could not be read as YAML\n",
  ],
])("%s is replaced", (_, text, expected) => {
  expect(redacted(text)).toBe(expected);
});

test.each(["", "---\n", "# nothing here\n", "a: b\n---\n- c\n", "data: {a: b}\r\n"])("%j stays", (text) => {
  expect(redacted(text)).toBe(text);
});

test("a comment alone", () => {
  expect(redacted("---\n# password: hunter2\n")).toBe("---\n# password: R\n");
});
