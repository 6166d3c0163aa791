import { unknown, type Reason } from "../../model/told.ts";
import type { SetEntry } from "../manifests/set.ts";
import type { Value } from "../value.ts";
import { toldString } from "./told.ts";
import { decodeYaml } from "./yaml-decode.ts";

/** Each document of `values`; one unknown stands for a list that could not be told. */
export function valuesDocuments(values: Value | undefined): readonly Value[] {
  if (values === undefined || values.kind === "null") return [];
  if (values.kind === "unknown") return [values];
  if (values.kind !== "list") return [];
  return values.items.filter((item) => item.kind !== "null").map(decodeYaml);
}

/**
 * What the release sets one by one, in the order in which the provider applies it. Blocks (provider 2) and lists of
 * objects (provider 3) evaluate to the same. One that could not be told may touch any value.
 */
export function setEntries(entries: ReadonlyMap<string, Value>): readonly SetEntry[] {
  const plain = ["set", "set_list"].flatMap((argument) => entriesOf(entries.get(argument)));
  const secret = ["set_sensitive", "set_wo"].flatMap((argument) => entriesOf(entries.get(argument)));
  return [...plain, ...secret.map((entry): SetEntry => ({ ...entry, isSecret: true }))];
}

function entriesOf(set: Value | undefined): readonly SetEntry[] {
  if (set === undefined || set.kind === "null") return [];
  return set.kind === "list" ? set.items.map(setEntry) : [setEntry(set)];
}

function setEntry(item: Value): SetEntry {
  const reason = reasonOf(item);
  if (item.kind !== "mapping") return { name: unknown(reason), value: item };
  const name = item.entries.get("name");
  const value = item.entries.get("value");
  const type = item.entries.get("type");
  const written = type?.kind === "string" ? type.value : undefined;
  return {
    name: name === undefined ? unknown(reason) : toldString(name),
    value: value === undefined || value.kind === "null" ? { kind: "unknown", reason, at: item.at } : value,
    ...(written === "string" || written === "literal" ? { type: written } : {}),
  };
}

function reasonOf(item: Value): Reason {
  if (item.kind === "unknown") return item.reason;
  if (item.kind === "mapping" && item.rest !== undefined) return item.rest;
  return { code: "not-declared", text: "a set of the release has no name or no value that could be told", at: item.at };
}
