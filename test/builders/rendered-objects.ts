import { parseAllDocuments } from "yaml";
import type { JsonObject, Pointer } from "../../src/model/json.ts";
import type { ObjectKey, RenderedObject } from "../../src/model/rendered-release.ts";
import type { Reason } from "../../src/model/told.ts";

const nowhere = { file: 0, start: 0, end: 0 } as const;

/** The objects of a manifest, without the places of their parts. */
export function renderedObjects(text: string): readonly RenderedObject[] {
  return parseAllDocuments(text).flatMap((document) => {
    const value: unknown = document.toJS();
    return isJsonObject(value) ? [renderedObject(value)] : [];
  });
}

export function renderedObject(object: JsonObject, untold: ReadonlyMap<Pointer, Reason> = new Map()): RenderedObject {
  return { key: keyOf(object), object, at: nowhere, placeOf: () => nowhere, hook: [], untold };
}

function keyOf({ apiVersion, kind, metadata }: JsonObject): ObjectKey {
  const names = isJsonObject(metadata) ? metadata : {};
  const version = textOf(apiVersion, "");
  const group = version.includes("/") ? version.replace(/\/.*/, "") : "";
  return {
    group,
    kind: textOf(kind, ""),
    namespace: textOf(names["namespace"], "default"),
    name: textOf(names["name"], ""),
  };
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}
