import { pointerTo, type Json, type Pointer } from "../model/json.ts";
import { keyText, type RenderedObject } from "../model/rendered-release.ts";
import type { Reason } from "../model/told.ts";

/**
 * The objects of a first render, with what a second one gives otherwise as untold: random names, passwords, the time. An
 * object that only one of them has is untold as a whole.
 */
export function masked(first: readonly RenderedObject[], second: readonly RenderedObject[]): readonly RenderedObject[] {
  const others = Map.groupBy(second, ({ key }) => keyText(key));
  return first.map((object) => {
    const other = others.get(keyText(object.key))?.shift();
    const pointers = other === undefined ? [""] : differences(object.object, other.object, "");
    if (pointers.length === 0) return object;
    return { ...object, untold: new Map([...object.untold, ...pointers.map((pointer) => [pointer, reason] as const)]) };
  });
}

/** Pointers to where two values are not the same, as deep as both have the same form. */
export function differences(one: Json, other: Json, pointer: Pointer): readonly Pointer[] {
  if (one === other) return [];
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return [pointer];
  if (Array.isArray(one) !== Array.isArray(other)) return [pointer];
  const [left, right] = [new Map(Object.entries(one)), new Map(Object.entries(other))];
  if (Array.isArray(one) && left.size !== right.size) return [pointer];
  const keys = new Set([...left.keys(), ...right.keys()]);
  return [...keys].flatMap((key) => {
    const [before, after] = [left.get(key), right.get(key)];
    const below = pointerTo(pointer, key);
    return before === undefined || after === undefined ? [below] : differences(before, after, below);
  });
}

const reason: Reason = {
  code: "not-deterministic",
  text: "the chart renders something else there each time",
  at: [],
};
