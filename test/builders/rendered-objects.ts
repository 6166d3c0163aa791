import { parseAllDocuments } from "yaml";
import type { JsonObject, Pointer } from "../../src/model/json.ts";
import type { ObjectKey, RenderedObject } from "../../src/model/rendered-release.ts";
import type { Reason } from "../../src/model/told.ts";

const nowhere = { file: 0, start: 0, end: 0 } as const;

/** The objects of a manifest, without the places of their parts. */
export function renderedObjects(text: string): readonly RenderedObject[] {
  return parseAllDocuments(text).flatMap((document) => {
    const value: unknown = document.toJS();
    if (typeof value !== "object" || value === null) return [];
    const items: unknown = "items" in value ? value.items : undefined;
    return (Array.isArray(items) ? items : [value]).map((each) => renderedObject(each as JsonObject));
  });
}

export function renderedObject(object: JsonObject, untold: ReadonlyMap<Pointer, Reason> = new Map()): RenderedObject {
  return { key: keyOf(object), object, at: nowhere, placeOf: () => nowhere, hook: [], untold };
}

function keyOf({ apiVersion, kind, metadata }: JsonObject): ObjectKey {
  const names = metadata as { readonly namespace?: string; readonly name?: string } | undefined;
  const [group = ""] = typeof apiVersion === "string" && apiVersion.includes("/") ? apiVersion.split("/") : [];
  const { namespace = "default", name = "" } = names ?? {};
  return { group, kind: typeof kind === "string" ? kind : "", namespace, name };
}
