import { expect, test } from "vitest";
import { parseNamedImage } from "./images.ts";

const digest = `sha256:${"a".repeat(64)}`;

test.each([
  ["nginx", "docker.io library/nginx - -"],
  ["nginx:1.27", "docker.io library/nginx 1.27 -"],
  ["grafana/grafana", "docker.io grafana/grafana - -"],
  ["docker.io/nginx", "docker.io library/nginx - -"],
  ["index.docker.io/x/y", "docker.io x/y - -"],
  ["ghcr.io/x/y:1.2", "ghcr.io x/y 1.2 -"],
  ["localhost/x:1", "localhost x 1 -"],
  ["127.0.0.1:5000/x/y:1", "127.0.0.1:5000 x/y 1 -"],
  ["[::1]:5000/x", "[::1]:5000 x - -"],
  [`quay.io/x/y:1@${digest}`, `quay.io x/y 1 ${digest}`],
  [`quay.io/x/y@${digest}`, `quay.io x/y - ${digest}`],
  ["oci://ghcr.io/charts/a:1.0.0", "ghcr.io charts/a 1.0.0 -"],
])("%s", (reference, parts) => {
  const name = parseNamedImage(reference);
  expect([name?.registry, name?.repository, name?.tag ?? "-", name?.digest ?? "-"].join(" ")).toBe(parts);
});

test.each([
  "",
  ":1",
  "ghcr.io/X/y",
  "x/../y",
  "ghcr.io/x?y",
  "a b",
  "ghcr.io@evil.example/x",
  "x@sha256:12",
  "x:a/b",
  "a".repeat(1100),
  "ghcr.io/",
])("%j is no image", (reference) => {
  expect(parseNamedImage(reference)).toBeNull();
});
