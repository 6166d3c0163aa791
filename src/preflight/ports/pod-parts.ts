import { pointerTo, valueAt, type Json, type JsonObject, type Pointer } from "../../model/json.ts";
import type { RenderedObject } from "../../model/rendered-release.ts";
import type { Reason } from "../../model/told.ts";

/** The pod of a workload: its spec and its metadata, with where they stand in the object. */
export interface PodPart {
  readonly spec: JsonObject;
  readonly at: Pointer;
  readonly annotations: JsonObject;
  readonly annotationsAt: Pointer;
}

export interface ContainerPart {
  /** `""`: it has none. */
  readonly name: string;
  readonly kind: "init" | "sidecar" | "main";
  readonly value: JsonObject;
  readonly at: Pointer;
}

/** `null`: it is of no kind that makes pods. */
export function podPart({ key, object }: Pick<RenderedObject, "key" | "object">): PodPart | null {
  const above = templates.get(`${key.group}/${key.kind}`);
  if (above === undefined) return null;
  const spec = valueAt(object, `${above}/spec`);
  if (!isObject(spec)) return null;
  const annotationsAt = `${above}/metadata/annotations`;
  const annotations = valueAt(object, annotationsAt);
  return { spec, at: `${above}/spec`, annotations: isObject(annotations) ? annotations : {}, annotationsAt };
}

/** Where the kinds of Kubernetes that make pods have the pod. */
const templates: ReadonlyMap<string, Pointer> = new Map([
  ["/Pod", ""],
  ["/ReplicationController", "/spec/template"],
  ["apps/DaemonSet", "/spec/template"],
  ["apps/Deployment", "/spec/template"],
  ["apps/ReplicaSet", "/spec/template"],
  ["apps/StatefulSet", "/spec/template"],
  ["batch/CronJob", "/spec/jobTemplate/spec/template"],
  ["batch/Job", "/spec/template"],
]);

/** An init container that restarts runs beside the others [kubernetes v1.36.3, pkg/kubelet/types/pod_update.go, IsRestartableInitContainer]. */
export function containerParts({ spec, at }: PodPart): readonly ContainerPart[] {
  const init = listOf(spec, at, "initContainers").map(([value, pointer]): ContainerPart => {
    const kind = value["restartPolicy"] === "Always" ? "sidecar" : "init";
    return { name: textOf(value["name"]) ?? "", kind, value, at: pointer };
  });
  const main = listOf(spec, at, "containers").map(([value, pointer]): ContainerPart => {
    return { name: textOf(value["name"]) ?? "", kind: "main", value, at: pointer };
  });
  return [...init, ...main];
}

/** The objects in a list, each with its place; what is no object is left out, as no API server takes it. */
export function listOf(
  value: JsonObject | undefined,
  at: Pointer,
  key: string,
): readonly (readonly [JsonObject, Pointer])[] {
  const list = value?.[key];
  if (!Array.isArray(list)) return [];
  const above = pointerTo(at, key);
  return (list as readonly Json[]).flatMap((each, index) =>
    isObject(each) ? [[each, pointerTo(above, index)] as const] : [],
  );
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text, or a scalar that YAML made of one that had no quotes; `null`: neither. */
export function textOf(value: Json | undefined): string | null {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}

/** A whole number that is a port, however it was written; `null`: none. */
export function portNumber(value: Json | undefined): number | null {
  const port = typeof value === "string" && /^\d{1,5}$/.test(value) ? Number(value) : value;
  return typeof port === "number" && Number.isInteger(port) && port > 0 && port < 65_536 ? port : null;
}

/** Why a place is not told: it, what it is a part of, or a part of it. `null`: it is. */
export function untoldAt(untold: ReadonlyMap<Pointer, Reason>, pointer: Pointer): Reason | null {
  if (untold.size === 0) return null;
  for (let end = pointer.length; end >= 0; end = end === 0 ? -1 : pointer.lastIndexOf("/", end - 1)) {
    const reason = untold.get(pointer.slice(0, end));
    if (reason !== undefined) return reason;
  }
  return null;
}
