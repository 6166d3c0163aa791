import { isJsonObject, pointerTo, type Pointer } from "../model/json.ts";
import type { RenderedObject } from "../model/rendered-release.ts";
import type { RunningObject } from "../model/running-cluster.ts";
import type { SourceFile } from "../model/source.ts";
import type { FileId, Span } from "../model/span.ts";
import type { Reason } from "../model/told.ts";
import { printServed } from "../repository/served-objects.ts";
import type { Value } from "../repository/value.ts";

/** An object of a cluster as those that Helm renders are told, printed, so that it has places. */
export function servedObject(
  running: RunningObject,
  group: string,
  id: FileId,
): { readonly file: SourceFile; readonly object: RenderedObject } {
  const { file, manifest } = printServed(running, id);
  const { kind, namespace, name } = running.reference;
  const whole: Span = { file: id, start: 0, end: 0 };
  const object: RenderedObject = {
    key: { group, kind, namespace, name },
    object: isJsonObject(running.object) ? running.object : {},
    at: whole,
    placeOf: (pointer) => placeIn(manifest.value, pointer) ?? whole,
    hook: [],
    untold: new Map(running.redacted.map((pointer) => [pointer, redacted])),
  };
  return { file, object };
}

const redacted: Reason = {
  code: "redacted",
  text: "a secret stands there, which the snapshot does not have",
  at: [],
};

function placeIn(value: Value, pointer: Pointer): Span | undefined {
  let at = value;
  let place = value.at[0];
  for (const part of pointer.split("/").slice(1)) {
    const below = partOf(at, part);
    if (below === undefined) return place;
    at = below;
    place = below.at[0] ?? place;
  }
  return place;
}

function partOf(value: Value, part: string): Value | undefined {
  if (value.kind === "list") return value.items[Number(part)];
  if (value.kind !== "mapping") return undefined;
  for (const [key, each] of value.entries) if (pointerTo("", key) === `/${part}`) return each;
  return undefined;
}
