import { isJsonObject, valueAt, type Json, type JsonObject, type Pointer } from "../model/json.ts";
import type { RenderedObject } from "../model/rendered-release.ts";

/** An object that keeps pods running. */
export interface Workload {
  readonly object: RenderedObject;
  readonly kind: "Deployment" | "StatefulSet" | "DaemonSet";
  /** Of a DaemonSet, a pod a node: `null`. */
  readonly replicas: number | null;
  /** Metadata and spec of its pods. */
  readonly template: JsonObject;
  readonly templateAt: Pointer;
}

/** Workloads that run for good; Jobs and hooks are not among them. */
export function workloadsOf(objects: readonly RenderedObject[]): readonly Workload[] {
  return objects.flatMap((object) => {
    const { group, kind } = object.key;
    if (group !== "apps" || object.hook.length > 0) return [];
    if (kind !== "Deployment" && kind !== "StatefulSet" && kind !== "DaemonSet") return [];
    const template = valueAt(object.object, "/spec/template");
    if (!isJsonObject(template)) return [];
    const written = valueAt(object.object, "/spec/replicas");
    const replicas = typeof written === "number" ? written : 1;
    return [{ object, kind, replicas: kind === "DaemonSet" ? null : replicas, template, templateAt: "/spec/template" }];
  });
}

/** The objects of a list; what is none is left out. */
export function objectsOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
