export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** Of what came out of JSON: neither a list nor a scalar. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A JSON Pointer (RFC 6901): `/spec/template/spec/containers/0/args/2`; `""` is the whole. */
export type Pointer = string;

/** The pointer to a part of what `above` points to. */
export function pointerTo(above: Pointer, key: string | number): Pointer {
  return `${above}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** `undefined`: there is nothing. */
export function valueAt(json: Json, pointer: Pointer): Json | undefined {
  let value: Json | undefined = json;
  for (const part of pointer.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = new Map(Object.entries(value)).get(key);
  }
  return value;
}
