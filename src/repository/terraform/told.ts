import { known, unknown, type Told } from "../../model/told.ts";
import { writtenText } from "../value-conversion.ts";
import type { Value } from "../value.ts";

/** A value where a string is wanted: numbers and booleans become text as Terraform converts them. */
export function toldString(value: Value): Told<string> {
  if (value.kind === "unknown")
    return unknown({ ...value.reason, at: value.reason.at.length > 0 ? value.reason.at : value.at });
  const text = writtenText(value);
  return text === undefined
    ? unknown({ code: "type-mismatch", text: `a ${value.kind} stands where a text is wanted`, at: value.at })
    : known(text, value.at);
}

export function toldBool(value: Value | undefined, absent: boolean): Told<boolean> {
  if (value === undefined || value.kind === "null") return known(absent);
  if (value.kind === "bool") return known(value.value, value.at);
  if (value.kind === "string" && (value.value === "true" || value.value === "false"))
    return known(value.value === "true", value.at);
  const told = toldString(value);
  return "unknown" in told
    ? told
    : unknown({ code: "type-mismatch", text: "a text stands where true or false is wanted", at: value.at });
}
