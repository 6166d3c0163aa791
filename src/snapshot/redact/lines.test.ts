import { expect, test } from "vitest";
import { redactLines } from "./lines.ts";
import { Placeholders } from "./placeholder.ts";

const placeholders = new Placeholders(new Uint8Array(32));

/** With `R` in place of a secret, and `B` of one in base64. */
function redacted(text: string): string {
  return redactLines(text, placeholders)
    .replaceAll(/redacted-[\da-f]{12}/g, "R")
    .replaceAll(/cmVkYWN0ZWQt[A-Za-z\d+/=]{16}/g, "B");
}

test("a configuration", () => {
  expect(
    redacted(`[db]
host = localhost
password = hunter2
tokens:
  - abc
  - 'def'
private_key: |
  one
    two

  three
port: 5432
- name: API_TOKEN
  value: "hunter2"
- name: LEVEL
  value: "info"
url: https://me:hunter2@host/x
key: |
    -----BEGIN PRIVATE KEY-----
    MIIE
    -----END PRIVATE KEY-----
after: 1`),
  ).toBe(`[db]
host = localhost
password = R
tokens:
  - R
  - 'R'
private_key: |
  R
    R

  R
port: 5432
- name: API_TOKEN
  value: "R"
- name: LEVEL
  value: "info"
url: https://R@host/x
key: |
    -----BEGIN PRIVATE KEY-----
    B
    -----END PRIVATE KEY-----
after: 1`);
});

test("a template of a chart still has its expressions, and the keys below a secret-looking one", () => {
  expect(
    redacted(`{{- if .Values.auth.secret }}
apiVersion: v1
kind: Secret
metadata:
  name: {{ include "x.fullname" . }}-token
data:
  password: {{ .Values.auth.password | default "hunter2" | b64enc | quote }}
  a: aHVudGVyMg==
  {{- with .Values.more }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
stringData:
  b: hunter2
---
spec:
  volumes:
    - name: a
      secret:
        secretName: {{ .Values.auth.secret }}
        defaultMode: 0400
  token: "pre{{ .Values.t }}"
  token: {{ .Values.t }}
{{- end }}
`),
  ).toBe(`{{- if .Values.auth.secret }}
apiVersion: v1
kind: Secret
metadata:
  name: {{ include "x.fullname" . }}-token
data:
  password: {{ .Values.auth.password | default "R" | b64enc | quote }}
  a: B
  {{- with .Values.more }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
stringData:
  b: R
---
spec:
  volumes:
    - name: a
      secret:
        secretName: {{ .Values.auth.secret }}
        defaultMode: 0400
  token: "R{{ .Values.t }}"
  token: {{ .Values.t }}
{{- end }}
`);
});

test("a script", () => {
  expect(
    redacted(`set -e
export DB_PASSWORD=hunter2
mysql -uroot -phunter2 -e 'select 1'
curl -u me:hunter2 https://host/
curl -H "Authorization: Bearer hunter2"
echo "$TOKEN" > /tmp/token`),
  ).toBe(`set -e
export DB_PASSWORD=R
mysql -uroot -pR -e 'select 1'
curl -u me:R https://host/
curl -H "Authorization: R
echo "$TOKEN" > /tmp/token`);
});
