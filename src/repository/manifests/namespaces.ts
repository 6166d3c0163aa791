import { isKnown } from "../../model/told.ts";
import type { DeclaredNamespace, ManifestObject } from "../repository.ts";
import { absent, field, requiredText, textMap, textOf } from "./field.ts";

/** The namespaces among manifests. */
export function namespacesAmong(objects: readonly ManifestObject[]): readonly DeclaredNamespace[] {
  return objects.filter(isNamespace).map(namespaceOf);
}

/** A namespace from a manifest or from a `kubernetes_namespace` resource, whose metadata is a list of one. */
export function namespaceOf({ value, at }: ManifestObject): DeclaredNamespace {
  const metadata = field(value, "metadata");
  const single = metadata.kind === "list" ? (metadata.items[0] ?? absent) : metadata;
  const labels = textMap(field(single, "labels"));
  return { name: requiredText(field(single, "name")), labels: labels.entries, labelsUnknown: labels.rest, at };
}

function isNamespace({ value }: ManifestObject): boolean {
  const kind = textOf(field(value, "kind"));
  return isKnown(kind) && kind.known === "Namespace";
}
