import * as fc from "fast-check";
import { expect, test } from "vitest";
import { redactExcerpt } from "./redact.ts";

const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1g";

test.each([
  ['password = "hunter2"', 'password = "<redacted>"'],
  ["password: hunter2", "password: <redacted>"],
  ["db_password: 'it''s'", "db_password: '<redacted>'"],
  ['"apiKey": "abc", "version": "1.2"', '"apiKey": "<redacted>", "version": "1.2"'],
  ['"{\\"password\\":\\"x\\"}"', '"{\\"password\\":<redacted>'],
  [
    'set {\n  name  = "auth.adminPassword"\n  value = "hunter2"\n}',
    'set {\n  name  = "auth.adminPassword"\n  value = "<redacted>"\n}',
  ],
  ['{ value = "hunter2", name = "db.password" }', '{ value = "<redacted>", name = "db.password" }'],
  ['set_sensitive {\n  name = "x"\n  value = "y"\n}', 'set_sensitive {\n  name = "x"\n  value = "<redacted>"\n}'],
  ["--password hunter2", "--password <redacted>"],
  ["--requirepass hunter2", "--requirepass <redacted>"],
  ["DB_PASS=hunter2 x", "DB_PASS=<redacted>"],
  ["smtpPass: hunter2", "smtpPass: <redacted>"],
  ["masterKey: hunter2", "masterKey: <redacted>"],
  ['wifi_psk = "hunter2"', 'wifi_psk = "<redacted>"'],
  ["WPA-PSK=hunter2", "WPA-PSK=<redacted>"],
  ["pskValue: hunter2", "pskValue: <redacted>"],
  ["ceph_keyring: AQBq", "ceph_keyring: <redacted>"],
  ["redis-cli -h db -a hunter2 ping", "redis-cli -h db -a <redacted> ping"],
  ["valkey-cli -a 'hunter 2' ping", "valkey-cli -a <redacted> ping"],
  ["REDISCLI_AUTH=hunter2 redis-cli", "REDISCLI_AUTH=<redacted>"],
  ["bypass: hunter2", "bypass: hunter2"],
  ["--set foo.token=abc", "--set foo.token=<redacted>"],
  ["Authorization: Bearer abc", "Authorization: <redacted>"],
  ["private_key = <<EOT\nabc\nEOT", "private_key = <redacted>"],
  ["token: |\n  a\n  b", "token: <redacted>"],
  ["clientSecret:\n  hunter2", "clientSecret:\n  <redacted>"],
  ["url = https://user:pa@ss@host/x", "url = https://<redacted>@host/x"],
  ["image: bot:hunter2@registry.example.com/x/y:1.2", "image: <redacted>@registry.example.com/x/y:1.2"],
  ['"bot:hunter2@localhost:5000/x@sha256:abcd"', '"<redacted>@localhost:5000/x@sha256:abcd"'],
  ["https://ghp_abc@github.com/x", "https://<redacted>@github.com/x"],
  ["id AKIAIOSFODNN7EXAMPLE.", "id <redacted>."],
  [`bearer ${jwt};`, "bearer <redacted>;"],
  ["x ghp_0123456789abcdefghij y", "x <redacted> y"],
  ["x glpat-0123456789abcdefghij y", "x <redacted> y"],
  ["a -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- b", "a <redacted> b"],
  ["-----BEGIN PRIVATE KEY-----\nMIIEvQ", "<redacted>"],
  ["MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj", "<redacted>"],
  ["password:hunter2", "password:<redacted>"],
  ['redis_password:"hunter2"', 'redis_password:"<redacted>"'],
  ["--set secrets/token=abc", "--set secrets/token=<redacted>"],
  ["https://a/b?token=abc&x=1", "https://a/b?token=<redacted>&x=1"],
  ["https://a/b?sv=1&sig=abc%2B&x=1", "https://a/b?sv=1&sig=<redacted>&x=1"],
  ["curl -H 'x: Bearer abc123def'", "curl -H 'x: Bearer <redacted>'"],
  ["https://hooks.slack.com/services/T0123/B0123/abcdefgh", "https://<redacted>"],
  ['password: {{ .Values.p | default "hunter2" }}', 'password: {{ .Values.p | default "<redacted>" }}'],
  ['password: "pre{{ .Values.p }}"', 'password: "<redacted>{{ .Values.p }}"'],
])("takes the secret out of %j", (text, expected) => {
  expect(redactExcerpt(text)).toBe(expected);
});

test.each([
  'version = "4.13.1"',
  "password = var.db_password",
  'password = "${var.db_password}"',
  "password = null",
  "password: {{ .Values.password | quote }}",
  'password: "{{ .Values.password }}"',
  "password=$(DB_PASSWORD)",
  'token="${TOKEN}"',
  "object.spec.token == 'x'",
  "Basic authentication is off",
  "global-ingress-controller-with-a-long-name",
  'password = ""',
  "password = random_password.db.result",
  "existingSecret: redis-auth",
  "imagePullSecrets: regcred",
  'secret_name = "x"',
  "secretKeyRef: redis",
  "ssh://git@github.com/x/y.git",
  "oci://ghcr.io/x/y@sha256:abcd",
  "https://charts.example.org/a@b",
  "redis:7.2@sha256:abcd",
  "localhost:5000/x/redis:7.2@sha256:abcd",
  "git@github.com:x/y.git",
  'set {\n  name  = "image.tag"\n  value = "1.2"\n}',
  "keep the word password and the word token",
  "redis-cli -a $REDIS_PASSWORD ping",
  'redis-cli -a "$REDIS_PASSWORD" ping',
  "ls -a redis",
  "signed-by: /etc/apt/keyrings/x.gpg",
  "task-manager-of-something-long",
  "ghcr.io/external-secrets/external-secrets:v0.9.1",
  "registry.k8s.io/secrets-store/driver:latest",
  "an exclusion in apps/vault-secrets.tf:91 holds images only",
  "kube-system/sealed-secrets: no version is written",
  'external_secrets = "0.9.1"',
  'vault_token_version = "~> 1.0"',
  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
])("leaves %j as it is", (text) => {
  expect(redactExcerpt(text)).toBe(text);
});

test("no planted secret is left, whatever stands around it", () => {
  const around = fc.stringMatching(/^[ -~\n]{0,40}$/);
  const secret = fc.stringMatching(/^[A-Za-z0-9]{24}$/);
  const planted = fc.constantFrom<(secret: string) => string>(
    (value) => `password = "${value}"`,
    (value) => `apiKey: ${value}`,
    (value) => `https://me:${value}@host/`,
    (value) => ` ghp_${value} `,
    (value) => `-----BEGIN PRIVATE KEY-----\n${value}`,
  );
  fc.assert(
    fc.property(around, secret, planted, around, (before, value, plant, after) => {
      expect(redactExcerpt(`${before}\n${plant(value)}\n${after}`)).not.toContain(value);
    }),
  );
});

test("redacting twice is redacting once", () => {
  const part = fc.constantFrom(
    "password",
    "token",
    "=",
    ":",
    " ",
    '"',
    "'",
    "\n",
    "x",
    "\\",
    "{",
    "https://a:b@c",
    "name",
    "value",
    jwt,
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
      const once = redactExcerpt(parts.join(""));
      expect(redactExcerpt(once)).toBe(once);
    }),
  );
});

test.each([
  "a:",
  "name:",
  "password ",
  "eyJ-",
  "://x",
  "-----BEGIN X-----",
  "sk-",
  "token\\",
  "a ",
  "--x ",
  "passwordx=",
  "redis-cli -a ",
])("takes linear time on many times %j", (part) => {
  const size = 1_000_000;
  const text = part.repeat(size / part.length);
  expect(redactExcerpt(text)).not.toBe("");
  // Quadratic work on a megabyte would take minutes, and the runner's limit would end it.
});
