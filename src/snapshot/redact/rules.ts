/**
 * What is done with a text at a place, where something else is done than with any text.
 *
 * - `keep`: nothing.
 * - `secret`: it is replaced, whatever it says; `secret-base64`: so that it stays base64.
 * - `file`: it is the base64 of a chart's file.
 * - `manifest`: it is YAML of objects, `values-yaml`: of a chart's values.
 * - `release`: it is a release in Helm's form; `release-base64`: the same once more in base64.
 */
export type Treatment =
  | "keep"
  | "secret"
  | "secret-base64"
  | "file"
  | "manifest"
  | "values-yaml"
  | "release"
  | "release-base64";

/** What is done with what lies below a key; `values`: it is judged as a chart's values are. */
export type Rule = Treatment | "values" | RuleTree;

/** By key; `*` is any other key, and any item of a list. */
export interface RuleTree {
  readonly [key: string]: Rule;
}

const secretData: RuleTree = { "*": "secret-base64" };
const secretTexts: RuleTree = { "*": "secret" };
const patches: RuleTree = { patches: { "*": { patch: "manifest" } } };
const source: RuleTree = { helm: { values: "values-yaml", valuesObject: "values" }, kustomize: patches };
const sources: RuleTree = { source, sources: { "*": source } };
const operation: RuleTree = { sync: sources };

/**
 * By kind, wherever in an object one of this kind stands. Sources: k8s.io/api v0.36.3, core/v1/types.go; helm v4.2.4,
 * pkg/storage/driver/secrets.go and cfgmaps.go; fluxcd/helm-controller, api/v2/helmrelease_types.go; argoproj/argo-cd,
 * pkg/apis/application/v1alpha1/types.go; k3s-io/helm-controller, pkg/apis/helm.cattle.io/v1/types.go.
 */
const byKind = new Map<string, RuleTree>([
  ["Secret", { data: secretData, stringData: secretTexts }],
  ["Secret of Helm", { data: { release: "release-base64", ...secretData }, stringData: secretTexts }],
  ["Secret of Kyverno", { data: { data: secretData, stringData: secretTexts } }],
  ["ConfigMap", { binaryData: secretData }],
  ["ConfigMap of Helm", { data: { release: "release" }, binaryData: secretData }],
  ["HelmRelease", { spec: { values: "values", postRenderers: { "*": { kustomize: patches } } } }],
  ["Kustomization", { spec: patches }],
  ["HelmChart", { spec: { valuesContent: "values-yaml", set: "values" } }],
  ["HelmChartConfig", { spec: { valuesContent: "values-yaml" } }],
  [
    "Application",
    {
      spec: sources,
      operation,
      status: {
        history: { "*": sources },
        operationState: { operation, syncResult: sources },
        sync: { comparedTo: sources },
      },
    },
  ],
  ["ApplicationSet", { spec: { template: { spec: sources } } }],
  // Published by who wrote it; a schema's `password: {type: string}` is no secret.
  ["CustomResourceDefinition", { spec: { versions: { "*": { schema: "keep" } }, validation: "keep" } }],
]);

/** A release as Helm keeps it [helm v4.2.4, pkg/release/v1/release.go, pkg/chart/v2/chart.go]. */
export const releaseRules: RuleTree = {
  config: "values",
  manifest: "manifest",
  hooks: { "*": { manifest: "manifest" } },
  info: { notes: "secret" },
  chart: {
    values: "values",
    schema: "keep",
    templates: { "*": { data: "file" } },
    files: { "*": { data: "file" } },
  },
};

/** The rules of an object; undefined: it has none, and its texts are treated as any. */
export function rulesFor(kind: string, object: object): RuleTree | undefined {
  if (kind === "Secret") return byKind.get(`Secret${ofSecret(object)}`);
  return byKind.get(kind === "ConfigMap" && isOfHelm(object) ? "ConfigMap of Helm" : kind);
}

/** A policy of Kyverno has what it generates one level deeper, and beside it what the API's object has on top. */
function ofSecret(object: object): string {
  if ("type" in object && object.type === "helm.sh/release.v1") return " of Helm";
  const data = memberOf(object, "data");
  return memberOf(data, "data") !== null || memberOf(data, "stringData") !== null ? " of Kyverno" : "";
}

function isOfHelm(object: object): boolean {
  const labels = memberOf(memberOf(object, "metadata"), "labels");
  return labels !== null && "owner" in labels && labels.owner === "helm";
}

/** null: there is none, or it is no object. */
function memberOf(object: object | null, key: string): object | null {
  const member: unknown = object !== null && Object.hasOwn(object, key) ? Reflect.get(object, key) : null;
  return typeof member === "object" ? member : null;
}

/** What is below a key by the rules of what is around it. */
export function ruleBelow(rule: Rule | undefined, key: string): Rule | undefined {
  if (typeof rule !== "object") return rule;
  if (Object.hasOwn(rule, key)) return rule[key];
  return Object.hasOwn(rule, "*") ? rule["*"] : undefined;
}
