import type { RunningCluster, RunningKind } from "../../model/running-cluster.ts";
import { isKnown, unknown } from "../../model/told.ts";
import { textOf } from "../../repository/manifests/field.ts";
import type { PrintedObject } from "../../repository/served-objects.ts";
import type { Value } from "../../repository/value.ts";

export function isNamed({ file: { object } }: PrintedObject, kind: string, name: string): boolean {
  return object?.kind === kind && object.name === name;
}

export function isText(value: Value, text: string): boolean {
  const told = textOf(value);
  return isKnown(told) && told.known === text;
}

export function listOf({ objects }: RunningCluster, kind: RunningKind | undefined) {
  const list = kind === undefined ? undefined : objects.get(kind);
  return list ?? unknown({ code: "not-served", text: "objects of its kind are not read of a cluster", at: [] });
}
