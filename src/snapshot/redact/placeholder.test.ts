import { expect, test } from "vitest";
import { Placeholders } from "./placeholder.ts";

const placeholders = new Placeholders(new Uint8Array(32));
const others = new Placeholders(new Uint8Array(32).fill(1));
const some = /^redacted-[\da-f]{12}$/;

test("equal secrets are equal in one file, and nothing tells them apart from any others", () => {
  expect(placeholders.text("hunter2")).toMatch(some);
  expect(placeholders.text("hunter2")).toBe(placeholders.text("hunter2"));
  expect(placeholders.text("hunter3")).not.toBe(placeholders.text("hunter2"));
  expect(others.text("hunter2")).not.toBe(placeholders.text("hunter2"));
  expect(placeholders.base64("aHVudGVyMg==")).toBe(Buffer.from(placeholders.text("hunter2")).toString("base64"));
});

test.each<[string, string, RegExp]>([
  ["a URL", "postgres://u:p@db/x?y", /^postgres:\/\/redacted-[\da-f]{12}$/],
  ["JSON", '{"auths":{}}', /^\{"redacted":"redacted-[\da-f]{12}"\}$/],
  [
    "PEM",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n",
    /^-----BEGIN RSA PRIVATE KEY-----\n[A-Za-z\d+/]{28}\n-----END RSA PRIVATE KEY-----\n$/,
  ],
  [
    "indented PEM",
    "-----BEGIN A-----\n    MIIE\n    -----END A-----",
    /^-----BEGIN A-----\n {4}\S{28}\n {4}-----END A-----$/,
  ],
  ["a line with its end", "hunter2\n", /^redacted-[\da-f]{12}\n$/],
])("%s keeps its form, and stays what it is when redacted once more", (_, secret, form) => {
  const once = placeholders.text(secret);
  expect(once).toMatch(form);
  expect(placeholders.text(once)).toBe(once);
});

test.each([7, 42, 123_456, -123_456, 12_345_678_901, 1.5, Number.MAX_SAFE_INTEGER, 0])("a number like %d", (secret) => {
  const number = placeholders.number(secret);
  expect(Number.isSafeInteger(number)).toBe(true);
  expect(String(number)).toHaveLength(Math.min(String(Math.trunc(secret)).length, secret < 0 ? 16 : 15));
  expect(placeholders.number(secret)).toBe(number);
});

test("a key that could be guessed is refused", () => {
  expect(() => new Placeholders(new Uint8Array(16))).toThrow(RangeError);
});
