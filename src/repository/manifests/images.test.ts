import fc from "fast-check";
import { expect, test } from "vitest";
import { classifyTag, defaultPullPolicy, parseImage } from "./images.ts";

const hex = "0123456789abcdef".repeat(4);

test.each([
  ["redis", "docker.io", "library/redis", null, null],
  ["redis:7.2", "docker.io", "library/redis", "7.2", null],
  ["bitnami/redis", "docker.io", "bitnami/redis", null, null],
  ["index.docker.io/redis", "docker.io", "library/redis", null, null],
  ["docker.io/library/redis:7", "docker.io", "library/redis", "7", null],
  ["localhost/x", "localhost", "x", null, null],
  ["localhost:5000/x", "localhost:5000", "x", null, null],
  ["localhost:5000/x:1.2", "localhost:5000", "x", "1.2", null],
  ["ghcr.io/a/b/c:v1", "ghcr.io", "a/b/c", "v1", null],
  ["name:5000", "docker.io", "library/name", "5000", null],
  [`ghcr.io/a/b:1.2@sha256:${hex}`, "ghcr.io", "a/b", "1.2", `sha256:${hex}`],
  [`a@sha256:${hex}`, "docker.io", "library/a", null, `sha256:${hex}`],
  [":latest", "", null, "latest", null],
])("reads %s", (text, registry, repository, tag, digest) => {
  expect(parseImage(text)).toEqual({ registry, repository, tag, digest });
});

test.each([
  "",
  "UPPER",
  "a b",
  "https://example.org/a.png",
  "a:",
  "a:ta g",
  "a@sha256:abc",
  "/a",
  "a//b",
  "*.example.org/a",
  "a|b",
  "${x}",
])("refuses %j", (text) => {
  expect(parseImage(text)).toBeUndefined();
});

test.each([
  [null, "absent"],
  ["", "absent"],
  ["latest", "mutable"],
  ["stable", "mutable"],
  ["main", "mutable"],
  ["edge", "mutable"],
  ["nightly", "mutable"],
  ["alpine", "mutable"],
  ["feature-login", "mutable"],
  ["1.2.3-nightly", "mutable"],
  ["1.2.3-SNAPSHOT", "mutable"],
  ["1.2.3-debug-nightly", "mutable"],
  ["stable-1.2.3", "mutable"],
  ["stable-alpine3.19", "mutable"],
  ["1", "partial"],
  ["v2", "partial"],
  ["1.2", "partial"],
  ["7-alpine", "partial"],
  ["16.3-bookworm", "partial"],
  ["jdk17", "partial"],
  ["1.2.3", "exact"],
  ["v1.2.3", "exact"],
  ["7.2.4-debian-12-r9", "exact"],
  ["version-1.2.3", "exact"],
  ["1.2.3-beta.4", "exact"],
  ["1.2.3-beta", "exact"],
  ["v1.9.1-debug", "exact"],
  ["8.0.1-lts", "exact"],
  ["8.0.1-lts-alpine", "exact"],
  ["2026.8.0", "exact"],
  ["2024-05-01", "exact"],
  ["RELEASE.2024-05-01T01-11-10Z", "exact"],
  ["20240501", "exact"],
  ["main-1a2b3c4d", "exact"],
  ["sha-1a2b3c4", "exact"],
  ["b4210", "exact"],
  ["build-42", "exact"],
])("the tag %j is %s", (tag, expected) => {
  expect(classifyTag({ tag, digest: null })).toBe(expected);
});

test("a digest outdoes the tag", () => {
  expect(classifyTag({ tag: "latest", digest: `sha256:${hex}` })).toBe("digest");
});

test.each([
  ["redis", "Always"],
  ["redis:latest", "Always"],
  ["redis:7", "IfNotPresent"],
  [`redis@sha256:${hex}`, "IfNotPresent"],
  [`redis:latest@sha256:${hex}`, "Always"],
])("Kubernetes pulls %s %s where nothing is written", (text, expected) => {
  const image = parseImage(text);
  expect(image && defaultPullPolicy(image)).toBe(expected);
});

test("a tag and a registry of one's own come back as written", () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
  const tag = fc.stringMatching(/^[A-Za-z0-9_][\w.-]{0,20}$/);
  fc.assert(
    fc.property(word, word, word, tag, (host, owner, name, version) => {
      expect(parseImage(`${host}.example.org:5000/${owner}/${name}:${version}`)).toEqual({
        registry: `${host}.example.org:5000`,
        repository: `${owner}/${name}`,
        tag: version,
        digest: null,
      });
    }),
  );
});
