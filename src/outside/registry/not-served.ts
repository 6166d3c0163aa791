import { unknown } from "../../model/told.ts";
import type { Unknown } from "../../model/told.ts";

/** Unknown because a server did not answer, or not with what is needed. */
export function notServed(text: string): Unknown {
  return unknown({ code: "not-served", text, at: [] });
}
