import fc from "fast-check";
import { expect, test } from "vitest";
import { known, unknown } from "../../model/told.ts";
import type { ManifestObject } from "../repository.ts";
import type { Value } from "../value.ts";
import { keelMarksInValues, keelValues } from "./keel.ts";
import { kubernetesResource } from "./kubernetes-resource.ts";
import { reaches } from "./match.ts";
import { readManifests } from "./read.ts";
import { imagesInValues, mergeValues } from "./values.ts";

const at = [{ file: 0, start: 0, end: 1 }];
const reason = { code: "data-source", text: "read from a data source", at: [] } as const;

/** Keys and words that the readers look for, so that trees get past the first test. */
const words = [
  ..."kind metadata spec rules match exclude any all resources kinds namespaces selector matchLabels mutate".split(" "),
  ..."patchStrategicMerge patchesJson6902 foreach targets preconditions annotations labels template items".split(" "),
  ..."containers container image registry repository tag keel.sh/policy +(keel.sh/policy) name keel policy".split(" "),
  ..."Deployment ClusterPolicy MutatingPolicy MutatingAdmissionPolicy List Namespace matchConstraints mutations".split(
    " ",
  ),
];

const { tree } = fc.letrec<{ tree: Value }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 6 },
    fc.constant<Value>({ kind: "null", at: [] }),
    fc.constant<Value>({ kind: "unknown", reason, at }),
    fc.constantFrom(...words, "{{ x }}", "", "a: [").map((value): Value => ({ kind: "string", value, at })),
    fc.integer().map((value): Value => ({ kind: "number", value, at })),
    fc.boolean().map((value): Value => ({ kind: "bool", value, at })),
    fc.array(tie("tree"), { maxLength: 3 }).map((items): Value => ({ kind: "list", items, at })),
    mapping(tie("tree")),
    mapping(tie("tree")),
  ),
}));

function mapping(item: fc.Arbitrary<Value>): fc.Arbitrary<Value> {
  const entries = fc.array(fc.tuple(fc.constantFrom(...words), item), { maxLength: 6 });
  return fc.tuple(entries, fc.boolean()).map(([pairs, isWhole]): Value => {
    const whole = { kind: "mapping", entries: new Map(pairs), at } as const;
    return isWhole ? whole : { ...whole, rest: reason };
  });
}

function object(kind: string, value: Value): ManifestObject {
  const entries = new Map<string, Value>(value.kind === "mapping" ? value.entries : []);
  entries.set("kind", { kind: "string", value: kind, at });
  return {
    value: { kind: "mapping", entries, at },
    at: { file: 0, start: 0, end: 1 },
    stack: null,
    address: "x.yaml",
    ignoreChanges: [],
  };
}

test("trees of any shape, with unknowns in any place, are read without failing", () => {
  const kinds = fc.constantFrom(
    "Deployment",
    "CronJob",
    "Pod",
    "List",
    "Namespace",
    "ClusterPolicy",
    "Policy",
    "MutatingPolicy",
    "MutatingAdmissionPolicy",
  );
  fc.assert(
    fc.property(kinds, tree, (kind, value) => {
      const manifest = object(kind, value);
      const { injections } = readManifests([manifest]);
      const facts = { kind: null, namespace: unknown(reason), name: null, labels: none, annotations: none };
      for (const injection of injections) expect(reaches(injection, facts).because).toBeTypeOf("string");
      expect(kubernetesResource("kubernetes_deployment", manifest)?.images ?? []).toBeInstanceOf(Array);
    }),
    { numRuns: 1500 },
  );
});

const none = { entries: new Map(), rest: null };

test("values of any shape are merged and searched without failing", () => {
  const name = fc.oneof(fc.constantFrom(...words, "a.b", "a[0].b", "a[", "a\\.b", "."), fc.string({ maxLength: 8 }));
  fc.assert(
    fc.property(
      fc.array(tree, { maxLength: 3 }),
      fc.array(fc.tuple(name, tree), { maxLength: 3 }),
      (documents, sets) => {
        const values = mergeValues(
          documents,
          sets.map(([key, value]) => ({ name: known(key), value })),
        );
        expect(imagesInValues(values)).toBeInstanceOf(Array);
        expect(keelMarksInValues(values)).toBeInstanceOf(Array);
        expect([null, "values"]).toContain(keelValues(values)?.from ?? null);
      },
    ),
    { numRuns: 500 },
  );
});

test("an unknown document never leaves a known image that it could have changed", () => {
  fc.assert(
    fc.property(tree, (value) => {
      const images = imagesInValues(mergeValues([value, { kind: "unknown", reason, at }]));
      expect(images.filter(({ reference }) => "known" in reference)).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
