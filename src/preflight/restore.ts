import { isJsonObject, pointerTo, valueAt, type Json, type Pointer } from "../model/json.ts";
import { keyText, type RenderedObject } from "../model/rendered-release.ts";
import type { Reason } from "../model/told.ts";
import { differences } from "./mask.ts";

/** What a record has applied, with what redaction took out of it. */
export interface Restored {
  readonly objects: readonly RenderedObject[];
  /** Why what is recorded is not what its chart gives; `null`: it is, as far as that is told. */
  readonly doubt: Reason | null;
}

/**
 * The objects of a record, beside what its own chart and values render now: where these differ in a placeholder alone, what is
 * rendered is what stood there. Where they differ in more, something else made the record: a post-renderer, another cluster.
 */
export function restored(recorded: readonly RenderedObject[], again: readonly RenderedObject[]): Restored {
  const others = Map.groupBy(again, ({ key }) => keyText(key));
  let doubt: Reason | null = null;
  const objects = recorded.map((object) => {
    const other = others.get(keyText(object.key))?.shift();
    if (other === undefined) {
      doubt ??= doubtAt(object, "");
      return object;
    }
    const differing = differences(object.object, other.object, "");
    const open = differing.find((pointer) => !isUntold(object, pointer) && !isUntold(other, pointer));
    if (open !== undefined) {
      doubt ??= doubtAt(object, open);
      return object;
    }
    return withValues(object, other, differing);
  });
  return { objects, doubt };
}

function isUntold({ untold }: RenderedObject, pointer: Pointer): boolean {
  return [...untold.keys()].some((each) => pointer === each || pointer.startsWith(`${each}/`));
}

function doubtAt({ key: { kind, name } }: RenderedObject, pointer: Pointer): Reason {
  const where = pointer === "" ? "" : ` at ${pointer.slice(0, 100)}`;
  return {
    code: "contradicted",
    text: `what Helm recorded of ${kind} ${name} is not what its chart and values render${where}: a post-renderer, or what the chart asks of the cluster, made it`,
    at: [],
  };
}

function withValues(object: RenderedObject, other: RenderedObject, pointers: readonly Pointer[]): RenderedObject {
  const found = pointers.filter((pointer) => object.untold.has(pointer) && !isUntold(other, pointer));
  if (found.length === 0) return object;
  const values = new Map(found.map((pointer) => [pointer, valueAt(other.object, pointer) ?? null]));
  const untold = new Map([...object.untold].filter(([pointer]) => !values.has(pointer)));
  const whole = replaced(object.object, "", values);
  return isJsonObject(whole) ? { ...object, object: whole, untold } : object;
}

function replaced(json: Json, pointer: Pointer, values: ReadonlyMap<Pointer, Json>): Json {
  const value = values.get(pointer);
  if (value !== undefined) return value;
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) return json.map((each, index) => replaced(each, pointerTo(pointer, index), values));
  return Object.fromEntries(
    Object.entries(json).map(([key, each]) => [key, replaced(each, pointerTo(pointer, key), values)]),
  );
}
