import { expect, test } from "vitest";
import { treeOf } from "../../../test/builders/tree.ts";
import { buildMatrix } from "../../audit/build-matrix.ts";
import { isKnown, type Told } from "../../model/told.ts";
import { readRepository } from "../read.ts";

const deployment =
  "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app, namespace: apps, labels: {app: a}}\n" +
  'spec: {template: {spec: {containers: [{name: a, image: "redis:7.2.4"}, {name: b, image: "x.example/side:1.0.0"}]}}}\n';

/** What of the deployment in d.yaml could not be told, field by field. */
function unknownIn(files: Record<string, string>): readonly string[] {
  const { workloads } = readRepository(treeOf({ "base/d.yaml": deployment, ...files }));
  const [workload] = workloads;
  if (workload === undefined) throw new Error("no workload");
  const unknown = <T>([key, told]: readonly [string, Told<T>]) => (isKnown(told) ? [] : [key]);
  return [
    ...workload.images.flatMap(({ path, reference }) => unknown([`image ${path}`, reference])),
    ...workload.images.flatMap(({ path, pullPolicy }) => unknown([`pull policy ${path}`, pullPolicy])),
    ...[...workload.labels].flatMap(unknown).map((key) => `label ${key}`),
    ...[...workload.annotations].flatMap(unknown).map((key) => `annotation ${key}`),
    ...(workload.labelsRest === undefined ? [] : ["label *"]),
    ...(workload.annotationsRest === undefined ? [] : ["annotation *"]),
    ...(workload.moved === undefined ? [] : ["namespace"]),
    ...(workload.renamed === undefined ? [] : ["name"]),
  ];
}

const everything = ["image a", "image b", "pull policy a", "pull policy b", "label app", "label *", "annotation *"];
const beside = (text: string) => ({ "base/kustomization.yaml": `resources: [d.yaml]\n${text}` });
const merge = (patch: string) => `patches:\n  - patch: |-\n      ${patch.replaceAll("\n", "\n      ")}\n`;

test.each([
  [
    "nothing but resources",
    beside("configMapGenerator: [{name: c, files: [c]}]\nreplicas: [{name: app, count: 2}]\n"),
    [],
  ],
  ["images", beside("images: [{name: redis, newTag: latest}]\n"), ["image a"]],
  ["images, of a registry", beside("images: [{name: x.example/side, digest: sha256:0}]\n"), ["image b"]],
  ["images that it does not run", beside("images: [{name: red, newTag: latest}]\n"), []],
  ["images by a pattern", beside('images: [{name: ".*", newTag: latest}]\n'), everything.slice(0, 4)],
  ["labels", beside("commonLabels: {app: b}\nlabels: [{pairs: {team: t}}]\n"), ["label app", "label team"]],
  ["annotations", beside("commonAnnotations: {keel.sh/policy: force}\n"), ["annotation keel.sh/policy"]],
  ["another namespace", beside("namespace: other\n"), ["namespace"]],
  ["the same namespace", beside("namespace: apps\n"), []],
  ["a prefix", beside("namePrefix: dev-\n"), ["name"]],
  [
    "a merged patch",
    beside(
      merge(
        "kind: Deployment\nmetadata: {name: app, annotations: {a: b}}\nspec: {template: {spec: {dnsPolicy: None}}}",
      ),
    ),
    ["annotation a"],
  ],
  [
    "a merged patch with an image",
    beside(
      merge("kind: Deployment\nmetadata: {name: app}\nspec: {template: {spec: {containers: [{name: a, image: x}]}}}"),
    ),
    everything.slice(0, 4),
  ],
  ["a merged patch of another kind", beside(merge("kind: Service\nmetadata: {name: app, labels: {app: b}}")), []],
  ["a merged patch of another name", beside(merge("kind: Deployment\nmetadata: {name: web, labels: {app: b}}")), []],
  [
    "a merged patch of another name, where names change",
    beside(`nameSuffix: b\n${merge("kind: Deployment\nmetadata: {name: appb, labels: {app: b}}")}`),
    ["label app", "name"],
  ],
  [
    "a JSON patch of a file, with a pattern for a target",
    {
      ...beside("patchesJson6902: [{path: p.json, target: {kind: Deploy.*}}]\n"),
      "base/p.json": '[{"op": "add", "path": "/metadata/labels/x~1y", "value": "z"}]',
    },
    ["label x/y"],
  ],
  [
    "a JSON patch of the pod's containers",
    beside(
      "patches: [{target: {name: app}, patch: '[{op: replace, path: /spec/template/spec, value: {containers: [{image: x}]}}]'}]\n",
    ),
    everything.slice(0, 4),
  ],
  ["a patch that is not there", beside("patchesStrategicMerge: [nope.yaml]\n"), [...everything, "namespace", "name"]],
  ["transformers", beside("transformers: [t.yaml]\n"), [...everything, "namespace", "name"]],
  [
    "an overlay of an overlay, by their folders",
    {
      "base/kustomization.yml": "resources: [d.yaml]\n",
      "mid/Kustomization": "bases: [../base]\n",
      "top/kustomization.yaml": "resources: [../mid]\nimages: [{name: redis, newTag: '8'}]\n",
    },
    ["image a"],
  ],
  [
    "a component beside it, and not that of another",
    {
      ...beside("components: [../one]\n"),
      "one/kustomization.yaml": "kind: Component\ncommonLabels: {one: a}\n",
      "other/kustomization.yaml": "components: [../one, ../two]\n",
      "two/kustomization.yaml": "kind: Component\ncommonLabels: {two: a}\n",
    },
    ["label one"],
  ],
  [
    "a component that is elsewhere",
    beside("components: ['https://git.example/c']\n"),
    [...everything, "namespace", "name"],
  ],
  [
    "kustomizations that name each other",
    {
      ...beside("commonLabels: {app: b}\n"),
      "a/kustomization.yaml": "resources: [../b, ../base]\n",
      "b/kustomization.yaml": "resources: [../a]\nnamespace: b\n",
    },
    ["label app", "namespace"],
  ],
  [
    "more than is kept apart",
    beside(
      `commonLabels: {${Array.from({ length: 200 }, (_, i) => `l${i}: a`).join(", ")}}\nimages: [{name: redis}]\n`,
    ),
    expect.arrayContaining([...everything, "namespace", "name"]),
  ],
])("a kustomization with %s", (_, files, expected) => {
  expect(unknownIn(files)).toEqual(expected);
});

/** `mover: state` of the first image; bots have no part in it. */
function cells(files: Record<string, string>): readonly string[] {
  const [row] = buildMatrix(readRepository(treeOf({ "base/d.yaml": deployment, ...files })));
  return [...(row?.subjects[0]?.cells ?? [])].slice(1).map(([mover, cell]) => `${mover}: ${cell.state}`);
}

const policy =
  "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: keel}\nspec: {rules: [{name: r, match: {any: [{resources: {kinds: [Deployment], namespaces: [prod]}}]}," +
  " mutate: {patchStrategicMerge: {metadata: {annotations: {keel.sh/policy: force}}}}}]}\n";

test.each([
  [
    "images",
    beside("images: [{name: redis, newTag: latest}]\n"),
    ["keel: unreached", "image-republish: unknown", "kubelet: unknown"],
  ],
  [
    "annotations of Keel",
    beside("commonAnnotations: {keel.sh/policy: force}\n"),
    ["keel: unknown", "image-republish: open", "kubelet: held"],
  ],
  [
    "other annotations",
    beside("commonAnnotations: {team: a}\n"),
    ["keel: unreached", "image-republish: open", "kubelet: held"],
  ],
  [
    "a namespace, where a policy goes by namespaces",
    { ...beside("namespace: prod\n"), "policy.yaml": policy },
    ["keel: unknown", "image-republish: open", "kubelet: held"],
  ],
  [
    "labels, where a policy goes by those of namespaces",
    {
      "base/kustomization.yaml": "resources: [d.yaml, n.yaml]\ncommonLabels: {keel: on}\n",
      "base/n.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: apps}\n",
      "policy.yaml": policy.replace("namespaces: [prod]", "namespaceSelector: {matchLabels: {keel: on}}"),
    },
    ["keel: unknown", "image-republish: open", "kubelet: held"],
  ],
])("only what depends on it is unknown: %s", (_, files, expected) => {
  expect(cells(files)).toEqual(expected);
});

test("a kustomization that cannot be parsed is a problem", () => {
  const { problems } = readRepository(treeOf(beside("images: [\n")));
  expect(problems.map(({ code, path }) => `${code} ${path}`)).toEqual(["YAML001 base/kustomization.yaml"]);
});
