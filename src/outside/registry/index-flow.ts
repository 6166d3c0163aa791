import { flowMembers, skipBlanks, UnreadFlow, type FlowMember } from "./flow-collection.ts";
import {
  IndexRefusal,
  maximumLine,
  maximumLinesAVersion,
  maximumVersions,
  tooLong,
  tooMany,
  unusual,
  usedField,
} from "./index-refusal.ts";

/** The chart's list in a flow mapping of entries. */
export function flowEntry(text: string, open: number, chart: string): string {
  if (text[open] !== "{") throw new IndexRefusal("its entries are no mapping");
  const value = flowMember(text, open, chart);
  if (value === undefined) throw new IndexRefusal("the chart is not in it");
  return flowFields(text, value);
}

/** A flow list with only the used fields of each item. */
export function flowFields(text: string, open: number): string {
  if (text[open] !== "[") throw new IndexRefusal("the chart's entry is not a list");
  const items = members(text, open);
  if (items.length > maximumVersions) throw new IndexRefusal(tooMany);
  return `[${items.map(({ start }) => usedFlow(text, start)).join(", ")}]`;
}

/** A block list of flow mappings, with only their used fields. */
export function flowItems(list: string): string {
  const items: string[] = [];
  for (let at = skipBlanks(list, 0); at < list.length; at = skipBlanks(list, at)) {
    const open = skipBlanks(list, at + 1);
    if (list[at] !== "-" || open === at + 1) throw new IndexRefusal(unusual);
    items.push(usedFlow(list, open));
    at = flow(list, open).end;
  }
  return `[${items.join(", ")}]`;
}

function usedFlow(text: string, open: number): string {
  if (text[open] !== "{") throw new IndexRefusal(unusual);
  const named = members(text, open).map((member) => ({ ...member, key: keyAt(text, member.start) }));
  if (named.some(({ key, colon }) => key === "" || colon === -1)) throw new IndexRefusal(unusual);
  const used = named.filter(({ key }) => usedField.test(`${key}:`));
  const fields = used.map(({ start, end }) => text.slice(start, end));
  if (fields.join().length > maximumLine * maximumLinesAVersion) throw new IndexRefusal(tooLong);
  return `{${fields.join(", ")}}`;
}

/** Where the value of a key stands; `undefined` where the mapping does not have it. */
export function flowMember(text: string, open: number, name: string): number | undefined {
  const found = members(text, open).filter(({ start }) => keyAt(text, start) === name);
  if (found.length > 1) throw new IndexRefusal(`it has ${name} twice: helm refuses it`);
  const [member] = found;
  if (member?.colon === -1) throw new IndexRefusal(unusual);
  return member && skipBlanks(text, member.colon + 1);
}

/** A key without its quotes; empty for one of another form. */
function keyAt(text: string, start: number): string {
  keyHere.lastIndex = start;
  return keyHere.exec(text)?.[2] ?? "";
}

const keyHere = /(["']?)([\w./-]{1,250})\1(?=\s*:)/y;

function members(text: string, open: number): readonly FlowMember[] {
  return flow(text, open).members;
}

function flow(text: string, open: number): ReturnType<typeof flowMembers> {
  try {
    return flowMembers(text, open);
  } catch (error) {
    throw error instanceof UnreadFlow ? new IndexRefusal(unusual) : error;
  }
}
