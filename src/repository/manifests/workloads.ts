import type { DeclaredImage, DeclaredWorkload } from "../../model/release.ts";
import type { Told } from "../../model/told.ts";
import { isKnown, known, unknown } from "../../model/told.ts";
import type { ManifestObject } from "../repository.ts";
import type { Value } from "../value.ts";
import { field, itemsOf, requiredText, textMap, textOf } from "./field.ts";
import { keelMarks } from "./keel.ts";

/** Where the pod's spec and its labels stand in each kind. */
const podTemplates = new Map<string, readonly string[]>([
  ["Deployment", ["spec", "template"]],
  ["DaemonSet", ["spec", "template"]],
  ["StatefulSet", ["spec", "template"]],
  ["ReplicaSet", ["spec", "template"]],
  ["Job", ["spec", "template"]],
  ["CronJob", ["spec", "jobTemplate", "spec", "template"]],
  ["Pod", []],
]);

/** Kinds that Keel watches. */
export const kindsKeelReads: ReadonlySet<string> = new Set(["Deployment", "StatefulSet", "DaemonSet", "CronJob"]);

/**
 * The workload that an object declares. `undefined` for other kinds, and for a patch, which names a
 * workload but gives it no containers and tells Keel nothing.
 */
export function workloadOf(object: ManifestObject): DeclaredWorkload | undefined {
  const kind = textOf(field(object.value, "kind"));
  const path = isKnown(kind) && kind.known !== null ? podTemplates.get(kind.known) : undefined;
  if (path === undefined || !isKnown(kind) || kind.known === null) return undefined;
  const metadata = field(object.value, "metadata");
  const labels = textMap(field(metadata, "labels"));
  const annotations = textMap(field(metadata, "annotations"));
  const template = field(object.value, ...path);
  const images = containerImages(field(template, "spec"));
  const marks = keelMarks(annotations, labels);
  if (images.length === 0 && marks.length === 0) return undefined;
  const name = nameOf(metadata);
  return {
    kind: "workload",
    id: { cluster: null, namespace: namespaceOf(metadata, object), name, address: addressOf(object, kind.known, name) },
    at: object.at,
    stack: object.stack,
    workloadKind: kind.known,
    labels: labels.entries,
    annotations: annotations.entries,
    podLabels: textMap(field(template, "metadata", "labels")).entries,
    ...(labels.rest === null ? {} : { labelsRest: labels.rest }),
    ...(annotations.rest === null ? {} : { annotationsRest: annotations.rest }),
    images,
    keelMarks: marks,
    ignoreChanges: object.ignoreChanges,
    ...(object.appliedBy === undefined ? {} : { appliedBy: object.appliedBy }),
  };
}

function nameOf(metadata: Value): Told<string> {
  const name = field(metadata, "name");
  return requiredText(name.kind === "null" ? field(metadata, "generateName") : name);
}

function namespaceOf(metadata: Value, object: ManifestObject): Told<string> {
  const namespace = textOf(field(metadata, "namespace"));
  if (!isKnown(namespace)) return namespace;
  if (namespace.known !== null && namespace.known !== "") return known(namespace.known, namespace.at);
  return unknown({
    code: "environment",
    text: "no namespace is written: whoever applies the object decides",
    at: [object.at],
    supply: "write metadata.namespace",
  });
}

function addressOf(object: ManifestObject, kind: string, name: Told<string>): string {
  if (object.stack !== null) return object.address;
  return `${object.address}:${kind}/${isKnown(name) ? name.known : "?"}`;
}

const containerLists = ["initContainers", "containers", "ephemeralContainers"] as const;

/** Images of a pod's spec; the path is the container's name, or its list and index where it has none. */
function containerImages(podSpec: Value): DeclaredImage[] {
  const images: DeclaredImage[] = [];
  for (const list of containerLists) {
    const containers = field(podSpec, list);
    if (containers.kind === "unknown") images.push(unknownImage(containers, list));
    else
      itemsOf(containers).forEach((container, index) =>
        images.push(
          ...containerImage(container, `${list}[${index}]`).map((image) =>
            list === "initContainers" ? { ...image, init: true as const } : image,
          ),
        ),
      );
  }
  return images;
}

function unknownImage(value: Extract<Value, { kind: "unknown" }>, path: string): DeclaredImage {
  return { reference: unknown(value.reason), path, pullPolicy: unknown(value.reason) };
}

function containerImage(container: Value, place: string): DeclaredImage[] {
  if (container.kind === "unknown") return [unknownImage(container, place)];
  const image = field(container, "image");
  if (image.kind === "null") return [];
  const name = textOf(field(container, "name"));
  const path = isKnown(name) && name.known !== null && name.known !== "" ? name.known : place;
  return [
    {
      reference: requiredText(image),
      path,
      container: place,
      pullPolicy: pullPolicyOf(field(container, "imagePullPolicy")),
    },
  ];
}

/** The pull policy as written; a word that Kubernetes does not know counts as unknown. */
export function pullPolicyOf(value: Value): DeclaredImage["pullPolicy"] {
  const text = textOf(value);
  if (!isKnown(text)) return text;
  switch (text.known) {
    case null:
    case "":
      return known(null, text.at);
    case "Always":
    case "IfNotPresent":
    case "Never":
      return known(text.known, text.at);
    default:
      return unknown({ code: "type-mismatch", text: "this is no pull policy that Kubernetes knows", at: text.at });
  }
}
