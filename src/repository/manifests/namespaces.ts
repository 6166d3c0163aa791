import { isKnown, mapTold } from "../../model/told.ts";
import type { DeclaredNamespace, ManifestObject } from "../repository.ts";
import type { Value } from "../value.ts";
import { absent, field, textMap, textOf } from "./field.ts";

/** The namespace that an object declares. */
export function namespaceOf(object: ManifestObject): DeclaredNamespace | undefined {
  const kind = textOf(field(object.value, "kind"));
  if (!isKnown(kind) || kind.known !== "Namespace") return undefined;
  return declared(field(object.value, "metadata"), object);
}

/** The namespace of Terraform's `kubernetes_namespace` and `kubernetes_namespace_v1`, from the evaluated block. */
export function kubernetesNamespace(resourceType: string, resource: ManifestObject): DeclaredNamespace | undefined {
  if (resourceType !== "kubernetes_namespace" && resourceType !== "kubernetes_namespace_v1") return undefined;
  const metadata = field(resource.value, "metadata");
  return declared(metadata.kind === "list" ? (metadata.items[0] ?? absent) : metadata, resource);
}

function declared(metadata: Value, object: ManifestObject): DeclaredNamespace {
  const labels = textMap(field(metadata, "labels"));
  const name = mapTold(textOf(field(metadata, "name")), (text) => text ?? "");
  return { name, labels: labels.entries, labelsUnknown: labels.rest, at: object.at };
}
