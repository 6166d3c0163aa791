import { describe, expect, test } from "vitest";
import type { KeelMark } from "../../model/release.ts";
import { isKnown, known, unknown } from "../../model/told.ts";
import type { Value } from "../value.ts";
import { parseYaml } from "../yaml.ts";
import { keelMarksInValues, keelValues } from "./keel.ts";
import type { SetEntry } from "./set.ts";
import { parsePath } from "./set.ts";
import { imagesInValues, mergeValues } from "./values.ts";

const reason = { code: "variable-without-value", text: "var.x has no value", at: [] } as const;
const untold: Value = { kind: "unknown", reason, at: [] };

function yaml(text: string): Value {
  return parseYaml({ text, locate: () => null }).documents[0]?.value ?? { kind: "null", at: [] };
}
function set(name: string, value: string, type?: SetEntry["type"]): SetEntry {
  const entry = { name: known(name), value: { kind: "string", value, at: [] } as const };
  return type === undefined ? entry : { ...entry, type };
}
function images(values: Value): string[] {
  return imagesInValues(values).map(({ path, reference, pullPolicy }) => {
    const pull = isKnown(pullPolicy) ? pullPolicy.known : "?";
    const what = isKnown(reference) ? reference.known : `? ${reference.unknown.text}`;
    return `${path} = ${what}${pull === null ? "" : ` (${pull})`}`;
  });
}
function plain(value: Value): unknown {
  switch (value.kind) {
    case "mapping": {
      const entries = Object.fromEntries([...value.entries].map(([key, item]) => [key, plain(item)]));
      return value.rest === undefined ? entries : { ...entries, "...": "?" };
    }
    case "list":
      return value.items.map(plain);
    case "null":
      return null;
    case "unknown":
      return "?";
    default:
      return value.value;
  }
}

test.each([
  ["image: ghcr.io/a/b:1.2", ["image = ghcr.io/a/b:1.2"]],
  ["image: {repository: ghcr.io/a/b, tag: 1.10}", ["image = ghcr.io/a/b:1.10"]],
  ["image: {registry: quay.io, repository: a/b, tag: v1, pullPolicy: Always}", ["image = quay.io/a/b:v1 (Always)"]],
  ["image: {registry: quay.io, repository: ghcr.io/a/b, tag: v1}", ["image = ghcr.io/a/b:v1"]],
  ["image: {repository: a/b, digest: 'sha256:abc', tag: v1}", ["image = a/b:v1@sha256:abc"]],
  ["image: {repository: a/b, tag: ''}", ["image = ? the tag of a/b is left to the chart"]],
  ["image: {tag: latest}", ["image = :latest"]],
  ["image: {repository: 'a/b:7'}", ["image = a/b:7"]],
  ["image: {repository: 'ghcr.io/<OWNER>/a'}", ["image = ? the tag of ghcr.io/<OWNER>/a is left to the chart"]],
  ["image: {pullPolicy: Always}", []],
  ["image: redis\ntag: 7.2.4", ["image = redis:7.2.4"]],
  ["image: redis", ["image = ? the tag of image is left to the chart"]],
  ["extraContainers: [{name: a, image: busybox}]", ["extraContainers[0].image = busybox"]],
  [
    "controller: {image: {repository: a/b, tag: '1'}, sidecarImage: c/d:2}",
    ["controller.image = a/b:1", "controller.sidecarImage = c/d:2"],
  ],
  ["proxy: {repository: a/b, tag: '1'}", ["proxy = a/b:1"]],
  ["image: {init: {repository: a/b, tag: '1'}}", ["image.init = a/b:1"]],
  [
    "global: {imageRegistry: mirror.example.org}\nimage: {registry: docker.io, repository: a/b, tag: '1'}",
    ["image = mirror.example.org/a/b:1"],
  ],
  ["image: https://example.org/logo.png", []],
  ["image: assets/logo.png", []],
  ["image: 'docker.io/* | ghcr.io/*'", []],
])("images of %j", (text, expected) => {
  expect(images(yaml(text))).toEqual(expected);
});

test("set entries that each name a part make one image", () => {
  const sets = [set("image.registry", "ghcr.io"), set("image.repository", "x/keycloak"), set("image.tag", "latest")];
  expect(images(mergeValues([], sets))).toEqual(["image = ghcr.io/x/keycloak:latest"]);
});

describe("merging", () => {
  test.each([
    [["a: {b: 1, c: 2}", "a: {c: 3}"], [], { a: { b: 1, c: 3 } }],
    [["a: [1, 2]", "a: [3]"], [], { a: [3] }],
    [["a: {b: 1}", "a: null"], [], { a: null }],
    [["a: 1", ""], [], { a: 1 }],
    [["a: 1"], [set("a", "2")], { a: 2 }],
    [[], [set("a.b\\.c/d", "x")], { a: { "b.c/d": "x" } }],
    [[], [set("l[1].name", "x")], { l: [null, { name: "x" }] }],
    [["l: [{name: a, z: 1}]"], [set("l[0].name", "b")], { l: [{ name: "b", z: 1 }] }],
    [[], [set("a", "{x,y}")], { a: ["x", "y"] }],
    [[], [set("a", "1,b=2")], { a: 1, b: 2 }],
    [[], [set("a", "1\\,b=2")], { a: "1,b=2" }],
    [
      [],
      [set("a", "true"), set("b", "true", "string"), set("c", "0123"), set("d", "1.10")],
      { a: true, b: "true", c: "0123", d: "1.10" },
    ],
    [[], [set("a", "{x}", "literal")], { a: "{x}" }],
    [[], [set("a..b", "1")], { "...": "?" }],
    [["a: 1"], [set("b", "1,c")], { a: "?", "...": "?" }],
  ])("%j with %j", (documents, sets, expected) => {
    expect(plain(mergeValues(documents.map(yaml), sets))).toEqual(expected);
  });

  test("an unknown document makes unknown what stood before it, not what comes after", () => {
    const merged = mergeValues([yaml("a: 1\nb: {c: [1]}"), untold, yaml("b: {d: 2}")]);
    expect(plain(merged)).toEqual({ a: "?", b: { c: "?", d: 2, "...": "?" }, "...": "?" });
  });

  test("an unknown name may be any", () => {
    const merged = mergeValues([yaml("a: 1")], [{ name: unknown(reason), value: yaml("x") }]);
    expect(plain(merged)).toEqual({ a: "?", "...": "?" });
  });
});

test.each([
  ["a.b", ["a", "b"]],
  ["a\\.b.c", ["a.b", "c"]],
  ["a[0][1].b", ["a", 0, 1, "b"]],
  ["a[x]", undefined],
  ["a[99999999]", undefined],
  ["", undefined],
  ["a.", undefined],
])("the set name %j", (name, expected) => {
  expect(parsePath(name)).toEqual(expected);
});

test.each([
  ["keel: {policy: minor, trigger: poll, images: [{repository: image.repository, tag: image.tag}]}", "minor poll"],
  ["keel: {policy: force, matchTag: true}", "force null same tag"],
  ["keel: {policy: all, approvals: 1}", "all null 1 approval"],
  ["keel: {policy: all, images: []}", null],
  ["keel: {enabled: true}", null],
  ["a: 1", null],
])("Keel's block in %j", (text, expected) => {
  const mark = keelValues(yaml(text));
  expect(mark === null ? null : wordsOf(mark)).toBe(expected);
});

function wordsOf({ policy, trigger, matchTag, approvals }: KeelMark): string {
  const words = [isKnown(policy) && policy.known, isKnown(trigger) && String(trigger.known)];
  if (matchTag !== undefined && isKnown(matchTag) && matchTag.known) words.push("same tag");
  if (approvals !== undefined && isKnown(approvals)) words.push(`${approvals.known} approval`);
  return words.join(" ");
}

test("Keel's keys anywhere in the values, and where a chart would put them", () => {
  const marks = keelMarksInValues(
    yaml(`
podAnnotations: {keel.sh/policy: minor}
deploymentAnnotations: {keel.sh/policy: force, keel.sh/trigger: poll}
controller: {podLabels: {keel.sh/policy: all}}
extra:
  - metadata: {labels: {keel.observer/policy: patch}}
`),
  );
  expect(marks.map((mark) => [isKnown(mark.policy) && mark.policy.known, mark.from, mark.place])).toEqual([
    ["minor", "annotation", "pod template"],
    ["force", "annotation", "values"],
    ["all", "label", "pod template"],
    ["patch", "label", "values"],
  ]);
});
