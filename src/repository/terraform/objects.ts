import type { ApplyingResource, DeclaredWorkload } from "../../model/release.ts";
import { field, textList } from "../manifests/field.ts";
import { isKubernetesWorkload, kubernetesResource } from "../manifests/kubernetes-resource.ts";
import { kubernetesNamespace } from "../manifests/namespaces.ts";
import type { DeclaredNamespace, ManifestObject } from "../repository.ts";
import type { MappingValue, Value } from "../value.ts";
import { decodeYaml } from "./yaml-decode.ts";
import type { ModuleInstance } from "./instance.ts";
import { keySuffix, type Repetition } from "./repetition.ts";
import { headerSpan, type PlacedBlock } from "./module.ts";
import { ignoredChanges } from "./ignored-changes.ts";
import { writtenValue } from "./resource.ts";
import type { EvaluatedStack } from "./stacks.ts";

/** Kubernetes objects that a stack applies. */
export interface AppliedObjects {
  /** From `kubernetes_manifest` and `kubectl_manifest`. */
  readonly manifests: readonly ManifestObject[];
  /** From `kubernetes_deployment` and its kin. */
  readonly workloads: readonly DeclaredWorkload[];
  /** From `kubernetes_namespace`. */
  readonly namespaces: readonly DeclaredNamespace[];
}

export function readObjects({ stack, instances }: EvaluatedStack): AppliedObjects {
  const manifests: ManifestObject[] = [];
  const workloads: DeclaredWorkload[] = [];
  const namespaces: DeclaredNamespace[] = [];
  for (const instance of instances) {
    for (const [type, resources] of instance.module.resources) {
      if (!matters(type)) continue;
      for (const object of objectsOf(stack.key, instance, type, resources)) {
        const workload = isKubernetesWorkload(type) ? kubernetesResource(type, object) : undefined;
        const namespace = kubernetesNamespace(type, object);
        if (workload !== undefined) workloads.push(workload);
        else if (namespace !== undefined) namespaces.push(namespace);
        else if (type in manifestAttributes) manifests.push(object);
      }
    }
  }
  return { manifests, workloads, namespaces };
}

/** The attribute that holds the object, whether it is YAML text, and the attribute that names what is left to others. */
const manifestAttributes: Readonly<Record<string, { attribute: string; yaml: boolean; leaves: string }>> = {
  kubernetes_manifest: { attribute: "manifest", yaml: false, leaves: "computed_fields" },
  kubectl_manifest: { attribute: "yaml_body", yaml: true, leaves: "ignore_fields" },
};

function matters(type: string): boolean {
  return (
    type in manifestAttributes ||
    isKubernetesWorkload(type) ||
    type === "kubernetes_namespace" ||
    type === "kubernetes_namespace_v1"
  );
}

function objectsOf(
  stack: string,
  instance: ModuleInstance,
  type: string,
  resources: ReadonlyMap<string, PlacedBlock>,
): readonly ManifestObject[] {
  return [...resources].flatMap(([name, placed]) =>
    instance.declared(placed).map(({ repetition }): ManifestObject => {
      const written = writtenValue(instance, placed, repetition);
      return {
        value: objectValue(written, type),
        at: headerSpan(placed),
        stack,
        address: addressOf(stack, instance, type, name, repetition),
        ignoreChanges: ignoredChanges(placed),
        appliedBy: { type, ...leftToOthers(written, type) },
      };
    }),
  );
}

function leftToOthers({ entries }: MappingValue, type: string): Pick<ApplyingResource, "leaves"> {
  const written = entries.get(manifestAttributes[type]?.leaves ?? "");
  return written === undefined ? {} : { leaves: textList(written) };
}

function addressOf(
  stack: string,
  instance: ModuleInstance,
  type: string,
  name: string,
  repetition: Repetition,
): string {
  return `${stack}:${instance.address === "" ? "" : `${instance.address}.`}${type}.${name}${keySuffix(repetition)}`;
}

function objectValue(resource: MappingValue, type: string): Value {
  const held = manifestAttributes[type];
  if (held === undefined) return resource;
  const value = resource.entries.get(held.attribute);
  if (value === undefined) return { kind: "null", at: [] };
  return held.yaml ? inNamespace(decodeYaml(value), resource.entries.get("override_namespace")) : value;
}

/** kubectl_manifest puts `override_namespace` over what the text says (gavinbunney/kubectl v1.19.0). */
function inNamespace(object: Value, namespace: Value | undefined): Value {
  const metadata = field(object, "metadata");
  if (namespace === undefined || object.kind !== "mapping" || metadata.kind !== "mapping") return object;
  const placed: Value = { ...metadata, entries: new Map([...metadata.entries, ["namespace", namespace]]) };
  return { ...object, entries: new Map([...object.entries, ["metadata", placed]]) };
}
