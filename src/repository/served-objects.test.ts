import { expect, test } from "vitest";
import type { RunningObject } from "../model/running-cluster.ts";
import { isKnown } from "../model/told.ts";
import { field } from "./manifests/field.ts";
import { printServed, readServed } from "./served-objects.ts";
import { parseYaml } from "./yaml.ts";

function served(object: unknown, redacted: readonly string[] = []): RunningObject {
  const reference = { kind: "Deployment", namespace: "shop", name: "web", resourceVersion: "118", source: "home" };
  return { reference, object, redacted };
}

const web = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: {
    namespace: "shop",
    name: "web",
    labels: {},
    annotations: { "keel.sh/policy": "minor", "a: b": '"\n# holdfast: ignore[KEEL001]' },
  },
  spec: {
    replicas: 2,
    paused: false,
    selector: null,
    template: { spec: { containers: [{ name: "web", image: "web:1.2.3" }, { name: "side" }], args: ["a", 1] } },
  },
};

test("prints an object a scalar a line, as YAML that says the same", () => {
  const { file } = printServed(served(web), 7);
  expect(file.text.replaceAll(/ +$/gm, "")).toBe(`apiVersion: "apps/v1"
kind: "Deployment"
metadata:
  namespace: "shop"
  name: "web"
  labels: {}
  annotations:
    keel.sh/policy: "minor"
    "a: b": "\\"\\n# holdfast: ignore[KEEL001]"
spec:
  replicas: 2
  paused: false
  selector: null
  template:
    spec:
      containers:
        -
          name: "web"
          image: "web:1.2.3"
        -
          name: "side"
      args:
        - "a"
        - 1
`);
  expect([file.id, file.path, file.object?.resourceVersion]).toEqual([7, "cluster:Deployment/shop/web", "118"]);
  expect(parseYaml({ text: file.text, locate: () => null }).problems).toEqual([]);
});

test("every value points at what was printed of it", () => {
  const { file, manifest } = printServed(served(web), 7);
  const image = field(manifest.value, "spec", "template", "spec", "containers", 0, "image");
  expect(image.at.map(({ file: id, start, end }) => [id, file.text.slice(start, end)])).toEqual([[7, '"web:1.2.3"']]);
});

test("what is a placeholder is unknown, wherever it stands", () => {
  const { manifest } = printServed(
    served(web, ["/metadata/annotations/keel.sh~1policy", "/spec/template/spec/containers/0"]),
    0,
  );
  const told = [
    field(manifest.value, "metadata", "annotations", "keel.sh/policy"),
    field(manifest.value, "spec", "template", "spec", "containers", 0, "image"),
    field(manifest.value, "spec", "template", "spec", "containers", 1, "name"),
  ];
  expect(told.map((value) => (value.kind === "unknown" ? value.reason.code : value.kind))).toEqual([
    "sensitive",
    "sensitive",
    "string",
  ]);
});

test("gives up on what is too deep, and keeps the rest", () => {
  let deep: unknown = "end";
  for (let depth = 0; depth < 5_000; depth += 1) deep = { a: deep };
  const { manifest } = printServed(served({ kind: "Deployment", deep, last: true }), 0);
  let value = field(manifest.value, "deep");
  while (value.kind === "mapping") value = field(value, "a");
  expect([value.kind === "unknown" && value.reason.code, field(manifest.value, "last").kind]).toEqual([
    "limit",
    "bool",
  ]);
});

test("reads workloads as those of a repository are read", () => {
  const { workloads, printed } = readServed([served(web), served({ kind: "ConfigMap" })], 3);
  expect(printed.map(({ file }) => file.id)).toEqual([3, 4]);
  expect(
    workloads.map(({ workloadKind, keelMarks: [mark] }) => [
      workloadKind,
      mark && isKnown(mark.policy) && mark.policy.known,
    ]),
  ).toEqual([["Deployment", "minor"]]);
});
