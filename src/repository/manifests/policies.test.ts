import { describe, expect, test } from "vitest";
import type { Told } from "../../model/told.ts";
import { isKnown, known, unknown } from "../../model/told.ts";
import type { Injection, ManifestObject } from "../repository.ts";
import type { Value } from "../value.ts";
import type { TextMap } from "./field.ts";
import type { WorkloadFacts } from "./match.ts";
import { reaches, wildcardMatch } from "./match.ts";
import { readManifests, readPlainManifests } from "./read.ts";

function injections(text: string): readonly Injection[] {
  return readManifests(readPlainManifests([{ id: 0, path: "policy.yaml", text, tracked: true }]).objects).injections;
}
function rule(text: string, kind = "ClusterPolicy"): string {
  const indented = text.trim().replaceAll("\n", "\n      ");
  return `kind: ${kind}\nmetadata: {name: p, namespace: own}\nspec:\n  rules:\n    - name: r\n      ${indented}\n`;
}
const patch = `mutate: {patchStrategicMerge: {metadata: {annotations: {+(keel.sh/policy): minor, +(keel.sh/trigger): poll}}}}`;
const any = (resources: string): string => `any: [{resources: ${resources}}]`;
const deployments = `match: {${any("{kinds: [Deployment, StatefulSet, DaemonSet]}")}}`;

function texts(entries: Record<string, string> = {}, rest: TextMap["rest"] = null): TextMap {
  return { entries: new Map(Object.entries(entries).map(([key, value]) => [key, known(value)])), rest };
}
const rendered = { code: "chart-not-rendered", text: "the chart is not rendered", at: [] } as const;
const untold = { code: "data-source", text: "read from a data source", at: [] } as const;
const redis: WorkloadFacts = {
  kind: "Deployment",
  namespace: known("apps"),
  name: known("redis"),
  labels: texts({ app: "redis" }),
  annotations: texts(),
};
const release: WorkloadFacts = {
  kind: null,
  namespace: known("apps"),
  name: null,
  labels: texts({}, rendered),
  annotations: texts({}, rendered),
};
function told(value: Told<unknown>): unknown {
  return isKnown(value) ? value.known : "?";
}
function answers(text: string, workload: WorkloadFacts): string[] {
  return injections(text).map((injection) => {
    const { reached, because, how } = reaches(injection, workload);
    return `${reached}${how === undefined ? "" : ` (${how})`}: ${because}`;
  });
}

describe("what a Kyverno rule writes", () => {
  test.each([
    [patch, ["minor poll annotation workload add"]],
    [
      "mutate: {patchStrategicMerge: {metadata: {annotations: {keel.sh/policy: never}}}}",
      ["never null annotation workload"],
    ],
    [
      "mutate: {patchStrategicMerge: {metadata: {+(annotations): {keel.sh/policy: all}}}}",
      ["all null annotation workload add"],
    ],
    ["mutate: {patchStrategicMerge: {metadata: {labels: {keel.sh/policy: force}}}}", ["force null label workload"]],
    ["mutate: {patchStrategicMerge: {metadata: {annotations: {keel.sh/policy: null}}}}", []],
    [
      "mutate: {patchStrategicMerge: {spec: {template: {metadata: {annotations: {keel.sh/policy: all}}}}}}",
      ["all null annotation pod template"],
    ],
    [
      'mutate: {patchStrategicMerge: {metadata: {annotations: {keel.sh/policy: "{{ request.x }}"}}}}',
      ["? null annotation workload"],
    ],
    [
      'mutate: {patchesJson6902: "- {op: add, path: /metadata/annotations/keel.sh~1policy, value: minor}"}',
      ["minor null annotation workload"],
    ],
    [
      `mutate: {patchesJson6902: '[{"op":"add","path":"/metadata/annotations","value":{"keel.sh/policy":"all","keel.sh/trigger":"poll"}}]'}`,
      ["all poll annotation workload"],
    ],
    ['mutate: {patchesJson6902: "- {op: remove, path: /metadata/annotations/keel.sh~1policy}"}', []],
    [
      "mutate: {foreach: [{list: x, patchStrategicMerge: {metadata: {annotations: {keel.sh/policy: all}}}}]}",
      ["all null annotation workload"],
    ],
    ["validate: {message: keel.sh/policy}", []],
  ])("%s", (mutate, expected) => {
    const found = injections(rule(`${deployments}\n${mutate}`)).map(({ mark, addOnly }) =>
      [told(mark.policy), String(told(mark.trigger)), mark.from, mark.place, ...(addOnly ? ["add"] : [])].join(" "),
    );
    expect(found).toEqual(expected);
  });
});

test("a mutation that could not be told may hand workloads to Keel", () => {
  const value: Value = {
    kind: "mapping",
    entries: new Map<string, Value>([
      ["kind", { kind: "string", value: "ClusterPolicy", at: [] }],
      ["spec", { kind: "unknown", reason: untold, at: [] }],
    ]),
    at: [],
  };
  const object = { value, at: { file: 0, start: 0, end: 1 }, stack: "s", address: "a", ignoreChanges: [] };
  const found = readManifests([object]).injections;
  expect(found.map((injection) => [told(injection.mark.policy), reaches(injection, redis).reached])).toEqual([
    ["?", "unknown"],
  ]);
});

test("keys of a patch and of an exclusion that could not be told leave the answer open", () => {
  const [policy] = readPlainManifests([
    {
      id: 0,
      path: "p.yaml",
      text: rule(`${deployments}\nexclude: {${any("{annotations: {a: b}}")}}\n${patch}`),
      tracked: true,
    },
  ]).objects;
  if (policy === undefined) throw new Error("not read");
  const annotated = { ...redis, annotations: texts({ a: "b" }) };
  const reached = (object: ManifestObject): string[] =>
    readManifests([object]).injections.map((one) => `${told(one.mark.policy)} ${reaches(one, annotated).reached}`);
  expect(reached(policy)).toEqual(["minor no"]);
  expect(reached({ ...policy, value: open(policy.value, "a") })).toEqual(["minor unknown"]);
  expect(reached({ ...policy, value: open(policy.value, "+(keel.sh/trigger)", "+(keel.sh/policy)") })).toEqual([
    "? no",
  ]);
});

/** The same tree, with further keys possible where `key` stands, and without `dropped`. */
function open(value: Value, key: string, dropped?: string): Value {
  if (value.kind === "list") return { ...value, items: value.items.map((item) => open(item, key, dropped)) };
  if (value.kind !== "mapping") return value;
  const kept = [...value.entries].filter(([name]) => name !== dropped);
  const whole = { ...value, entries: new Map(kept.map(([name, item]) => [name, open(item, key, dropped)])) };
  return value.entries.has(key) ? { ...whole, rest: untold } : whole;
}

describe("whether it reaches apps/redis", () => {
  test.each([
    ["any kind", deployments, "yes: "],
    ["another kind", `match: {${any("{kinds: [Pod]}")}}`, "no (not matched): kind Deployment is not among Pod"],
    ["group and version", `match: {${any("{kinds: [apps/v1/Deployment]}")}}`, "yes: "],
    [
      "a subresource",
      `match: {${any("{kinds: [Deployment/scale]}")}}`,
      "no (not matched): kind Deployment is not among Deployment/scale",
    ],
    ["wildcard kind", `match: {${any('{kinds: ["*"]}')}}`, "yes: "],
    ["the flat form", "match: {resources: {kinds: [Deployment], namespaces: [apps]}}", "yes: namespace apps"],
    ["a wildcard namespace", `match: {${any('{kinds: [Deployment], namespaces: ["ap?*"]}')}}`, "yes: namespace apps"],
    [
      "another namespace",
      `match: {${any("{kinds: [Deployment], namespaces: [web]}")}}`,
      "no (not matched): namespace apps is not named",
    ],
    ["a name", `match: {${any("{kinds: [Deployment], names: [redis]}")}}`, "yes: name redis"],
    [
      "a label",
      `match: {${any("{kinds: [Deployment], selector: {matchLabels: {app: red*}}}")}}`,
      "yes: label app=redis",
    ],
    [
      "a missing label",
      `match: {${any("{selector: {matchLabels: {app: x}}}")}}`,
      "no (not matched): label app=x is missing",
    ],
    [
      "a label expression",
      `match: {${any("{selector: {matchExpressions: [{key: app, operator: NotIn, values: [redis]}]}}")}}`,
      "no (not matched): label app NotIn redis does not hold",
    ],
    [
      "a namespace label",
      `match: {${any("{namespaceSelector: {matchLabels: {keel: on}}}")}}`,
      "conditional: if it has the namespace label keel=on",
    ],
    [
      "the namespace's name as label",
      `match: {${any("{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: apps}}}")}}`,
      "yes: namespace label kubernetes.io/metadata.name=apps",
    ],
    [
      "several blocks that all must fit",
      "match: {all: [{resources: {kinds: [Deployment]}}, {resources: {namespaces: [web]}}]}",
      "no (not matched): namespace apps is not named",
    ],
    [
      "who asks",
      "match: {any: [{resources: {kinds: [Deployment]}, subjects: [{kind: User, name: x}]}]}",
      "conditional: the rule also asks who sends the request",
    ],
    [
      "an excluded namespace",
      `${deployments}\nexclude: {${any("{namespaces: [web, apps]}")}}`,
      "no (excluded): excluded: namespace apps",
    ],
    [
      "an excluded annotation it lacks",
      `${deployments}\nexclude: {${any("{annotations: {keel.sh/policy: never}}")}}`,
      "yes: ",
    ],
    [
      "an excluded label",
      `${deployments}\nexclude: {${any("{selector: {matchLabels: {app: redis}}}")}}`,
      "no (excluded): excluded: label app=redis",
    ],
    [
      "an exclusion for some who ask",
      `${deployments}\nexclude: {any: [{subjects: [{kind: User, name: x}]}]}`,
      "conditional: unless excluded: the rule also asks who sends the request",
    ],
    [
      "an exclusion of it for some who ask",
      `${deployments}\nexclude: {any: [{resources: {namespaces: [apps]}, subjects: [{kind: User, name: x}]}]}`,
      "conditional: unless excluded: the rule also asks who sends the request",
    ],
    [
      "an exclusion of others for some who ask",
      `${deployments}\nexclude: {any: [{resources: {namespaces: [web]}, subjects: [{kind: User, name: x}]}]}`,
      "yes: ",
    ],
    [
      "an exclusion of others for some who ask, in all",
      `${deployments}\nexclude: {all: [{resources: {namespaces: [web]}}, {clusterRoles: [x]}]}`,
      "yes: ",
    ],
    [
      "a block for some who ask beside one for all",
      "match: {any: [{resources: {kinds: [Deployment]}}, {resources: {kinds: [Deployment]}, subjects: [{name: x}]}]}",
      "yes: ",
    ],
    ["a block for nobody in particular", "match: {any: [{resources: {kinds: [Deployment]}, subjects: []}]}", "yes: "],
    [
      "an empty list beside all",
      "match: {any: [], all: [{resources: {kinds: [Deployment], namespaces: [apps]}}]}",
      "yes: namespace apps",
    ],
    [
      "empty lists beside the flat form",
      "match: {any: [], all: [], resources: {kinds: [Deployment], namespaces: [apps]}}",
      "yes: namespace apps",
    ],
    [
      "an empty list beside the flat form of an exclusion",
      `${deployments}\nexclude: {any: [], resources: {namespaces: [apps]}}`,
      "no (excluded): excluded: namespace apps",
    ],
    [
      "an exclusion of deletions",
      `${deployments}\nexclude: {${any("{namespaces: [apps], operations: [DELETE]}")}}`,
      "yes: ",
    ],
    [
      "an exclusion of creating alone",
      `${deployments}\nexclude: {${any("{namespaces: [apps], operations: [CREATE]}")}}`,
      "yes: ",
    ],
    [
      "an exclusion of all that writes",
      `${deployments}\nexclude: {${any("{namespaces: [apps], operations: [CREATE, UPDATE]}")}}`,
      "no (excluded): excluded: namespace apps",
    ],
    ["an empty exclusion", `${deployments}\nexclude: {}`, "yes: "],
    [
      "an exclusion that must all fit",
      `${deployments}\nexclude: {all: [{resources: {namespaces: [apps]}}, {resources: {names: [other]}}]}`,
      "yes: ",
    ],
    [
      "a namespace as precondition",
      `${deployments}\npreconditions: {all: [{key: "{{ request.object.metadata.namespace }}", operator: NotIn, value: [apps]}]}`,
      "no (excluded): excluded: namespace apps",
    ],
    [
      "a wanted namespace as precondition",
      `${deployments}\npreconditions: [{key: "{{request.namespace}}", operator: Equals, value: web}]`,
      "no (not matched): namespace apps is not named",
    ],
    [
      "a label as precondition",
      `${deployments}\npreconditions: {any: [{key: "{{ request.object.metadata.labels.app || '' }}", operator: Equals, value: redis}]}`,
      "yes: label app=redis",
    ],
    [
      "an operation that writes",
      `${deployments}\npreconditions: {all: [{key: "{{ request.operation }}", operator: In, value: [CREATE, UPDATE]}]}`,
      "yes: ",
    ],
    [
      "any other precondition",
      `${deployments}\npreconditions: {all: [{key: "{{ images.x }}", operator: Equals, value: y}]}`,
      "conditional: a precondition decides",
    ],
  ])("%s", (_, blocks, expected) => {
    expect(answers(rule(`${blocks}\n${patch}`), redis)).toEqual([expected]);
  });

  test("the exclusion's own place is given", () => {
    const text = rule(`${deployments}\nexclude: {${any("{namespaces: [web, apps]}")}}\n${patch}`);
    const [injection] = injections(text);
    const by = injection && reaches(injection, redis).by;
    expect(by?.map(({ start, end }) => text.slice(start, end))).toEqual(["apps"]);
  });

  test("a policy that is off at admission", () => {
    const text = rule(`${deployments}\n${patch}`).replace("spec:\n", "spec:\n  admission: false\n");
    expect(answers(text, redis)).toEqual(["conditional: the policy is not applied at admission"]);
  });

  test("a condition in the patch", () => {
    const mutate = "mutate: {patchStrategicMerge: {metadata: {(name): red*, annotations: {keel.sh/policy: all}}}}";
    expect(answers(rule(`${deployments}\n${mutate}`), redis)).toEqual([
      "conditional: the patch applies only to objects whose (name) fits",
    ]);
  });

  test("a namespaced policy stays in its namespace", () => {
    const text = rule(`${deployments}\n${patch}`, "Policy");
    expect(answers(text, redis)).toEqual(["no (not matched): namespace apps is not named"]);
    expect(answers(text, { ...redis, namespace: known("own") })).toEqual(["yes: namespace own"]);
  });

  test("targets are judged apart from match and exclude", () => {
    const blocks = `match: {${any("{kinds: [ConfigMap]}")}}\nexclude: {${any("{namespaces: [apps]}")}}`;
    const target = (text: string): string =>
      `${blocks}\nmutate: {targets: [${text}], patchStrategicMerge: {metadata: {annotations: {keel.sh/policy: all}}}}`;
    expect(answers(rule(target("{kind: Deployment}")), redis)).toEqual(["yes: "]);
    expect(answers(rule(target("{kind: Deployment, namespace: web}")), redis)).toEqual([
      "no (not matched): namespace apps is not named",
    ]);
    expect(answers(rule(target("{kind: Deployment, selector: {matchLabels: {app: x}}}")), redis)).toEqual([
      "no (not matched): label app=x is missing",
    ]);
    expect(answers(rule(target('{kind: Deployment, namespace: "{{ request.namespace }}"}')), redis)).toEqual([
      "unknown: a target is named by a variable",
    ]);
  });

  test.each([
    ["a Job", { ...redis, kind: "Job" }, "no (not read by Keel): Keel does not watch objects of kind Job"],
    [
      "kube-system",
      { ...redis, namespace: known("kube-system") },
      "conditional: Kyverno's chart by default leaves out the namespace kube-system",
    ],
    ["a release", release, "yes: "],
  ])("%s", (_, workload, expected) => {
    expect(answers(rule(`${deployments}\n${patch}`), workload)).toEqual([expected]);
  });

  test("the pod template", () => {
    const text = rule(
      `${deployments}\nmutate: {patchStrategicMerge: {spec: {template: {metadata: {annotations: {keel.sh/policy: all}}}}}}`,
    );
    expect(answers(text, redis)).toEqual([
      "no (not read by Keel): the policy writes to the pod template, which Keel does not read",
    ]);
  });
});

describe("what cannot be told of the workload", () => {
  test.each([
    [
      "namespace",
      `match: {${any("{namespaces: [apps]}")}}`,
      { ...redis, namespace: unknown(untold) },
      "unknown: read from a data source",
    ],
    [
      "labels",
      `match: {${any("{selector: {matchLabels: {app: redis}}}")}}`,
      { ...redis, labels: texts({}, untold) },
      "unknown: read from a data source",
    ],
    [
      "a label that the chart renders",
      `match: {${any("{selector: {matchLabels: {app: redis}}}")}}`,
      release,
      "conditional: if the chart renders label app=redis",
    ],
    [
      "an excluded label that the chart renders",
      `${deployments}\nexclude: {${any("{selector: {matchLabels: {app: x}}}")}}`,
      release,
      "conditional: unless excluded: if the chart renders label app=x",
    ],
    [
      "an excluded annotation of Keel's",
      `${deployments}\nexclude: {${any("{annotations: {keel.sh/policy: never}}")}}`,
      release,
      "yes: ",
    ],
    [
      "the name that the chart makes",
      `match: {${any("{names: [redis]}")}}`,
      release,
      "conditional: if its name is redis",
    ],
    [
      "the kinds that the chart renders",
      `match: {${any("{kinds: [DaemonSet]}")}}`,
      release,
      "conditional: if the chart renders a DaemonSet",
    ],
    [
      "kinds that Keel does not watch",
      `match: {${any("{kinds: [Pod]}")}}`,
      release,
      "no (not matched): kind Pod is not one that Keel watches",
    ],
    [
      "a namespace that is excluded for certain",
      `match: {${any("{selector: {matchLabels: {app: x}}}")}}\nexclude: {${any("{namespaces: [apps]}")}}`,
      release,
      "no (excluded): excluded: namespace apps",
    ],
  ])("%s", (_, blocks, workload, expected) => {
    expect(answers(rule(`${blocks}\n${patch}`), workload)).toEqual([expected]);
  });

  test("declared labels of the namespace", () => {
    const text = rule(`match: {${any("{namespaceSelector: {matchLabels: {keel: on}}}")}}\n${patch}`);
    expect(answers(text, { ...redis, namespaceLabels: texts({ keel: "on" }) })).toEqual([
      "yes: namespace label keel=on",
    ]);
    expect(answers(text, { ...redis, namespaceLabels: texts({}) })).toEqual([
      "no (not matched): namespace label keel=on is missing",
    ]);
  });
});

const expression = `|
        Object{metadata: Object.metadata{annotations: {"keel.sh/policy": "minor"}}}`;
function mutatingPolicy(kind: string, more = ""): string {
  return `kind: ${kind}
metadata: {name: p, namespace: own}
spec:
  matchConstraints:
    resourceRules: [{apiGroups: [apps], resources: [deployments]}]
    namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [web]}]}
    excludeResourceRules: [{resources: [deployments], resourceNames: [kept]}]
  mutations:
    - patchType: ApplyConfiguration
      applyConfiguration:
        expression: ${expression.replaceAll("\n        ", "\n          ")}
${more}`;
}

describe("mutating policies", () => {
  test.each([
    ["MutatingPolicy", "", redis, ["yes: namespace label kubernetes.io/metadata.name NotIn web"]],
    [
      "MutatingPolicy",
      "",
      { ...redis, namespace: known("web") },
      ["no (not matched): namespace label kubernetes.io/metadata.name NotIn web does not hold"],
    ],
    ["MutatingPolicy", "", { ...redis, name: known("kept") }, ["no (excluded): excluded: name kept"]],
    [
      "MutatingPolicy",
      "  matchConditions: [{name: a, expression: x}]",
      redis,
      ["conditional: a condition written in CEL decides"],
    ],
    ["NamespacedMutatingPolicy", "", redis, ["no (not matched): namespace apps is not named"]],
    ["MutatingAdmissionPolicy", "", redis, ["conditional: no binding of this policy is in the repository"]],
    [
      "MutatingAdmissionPolicy",
      "---\nkind: MutatingAdmissionPolicyBinding\nspec: {policyName: p}",
      redis,
      ["yes: namespace label kubernetes.io/metadata.name NotIn web"],
    ],
    [
      "MutatingAdmissionPolicy",
      "---\nkind: MutatingAdmissionPolicyBinding\nspec: {policyName: p, matchResources: {objectSelector: {matchLabels: {app: x}}}}",
      redis,
      ["no (not matched): label app=x is missing"],
    ],
  ])("%s %j", (kind, more, workload, expected) => {
    expect(answers(mutatingPolicy(kind, more), workload)).toEqual(expected);
  });

  test.each([
    [`'Object{metadata: Object.metadata{annotations: {"keel.sh/policy": "all"}}}'`, ["all"]],
    [
      `'[JSONPatch{op: "add", path: "/metadata/annotations/" + jsonpatch.escapeKey("keel.sh/policy"), value: "all"}]'`,
      ["?"],
    ],
    [`'[JSONPatch{op: "add", path: "/metadata/annotations/keel.sh~1policy", value: "all"}]'`, ["all"]],
    [`'object.x ? {"keel.sh/policy": "all"} : {"keel.sh/policy": "never"}'`, ["?"]],
    [`'Object{metadata: {}}'`, []],
  ])("the policy in %s", (text, expected) => {
    const policy = `# keel\nkind: MutatingPolicy\nspec: {mutations: [{jsonPatch: {expression: ${text}}}]}`;
    expect(injections(policy).map(({ mark }) => told(mark.policy))).toEqual(expected);
  });
});

test.each([
  ["*", "", true],
  ["a*", "abc", true],
  ["a?c", "abc", true],
  ["a?", "a", false],
  ["*b*d", "abcd", true],
  ["*b*c", "abcd", false],
  ["", "a", false],
  [`${"*a".repeat(50)}b`, "a".repeat(1000), false],
])("the wildcard %j matches %j: %s", (pattern, text, expected) => {
  expect(wildcardMatch(pattern, text)).toBe(expected);
});
