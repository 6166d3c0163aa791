import { parseDocument } from "yaml";
import type { Document } from "yaml";
import type { ChartVersion } from "../../audit/online.ts";
import { parseVersion } from "../../audit/versions/semantic-version.ts";
import { skipBlanks } from "./flow-collection.ts";
import { flowEntry, flowFields, flowItems, flowMember } from "./index-flow.ts";
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

/**
 * The versions that a chart repository's `index.yaml` (YAML or JSON) lists for one chart. An index may have
 * tens of megabytes and a YAML parser reads one or two a second, so the chart's entry is cut out by its
 * indentation, or by its brackets where it is written in flow style, and of each version only the few fields
 * that are used; that is parsed. Entries that Helm drops are dropped: without a name, with a version that is none. Throws {@link IndexRefusal} where the
 * index is not written as the tools write it, or where Helm would refuse it; the rest of it is not judged.
 */
export function chartVersions(index: string, chart: string): ChartVersion[] {
  if (!/^[\w./-]{1,250}$/.test(chart)) throw new IndexRefusal("the chart's name is none");
  const text = index.startsWith("\uFEFF") ? index.slice(1) : index;
  const items = /^\s*\{/.test(text) ? bracedEntry(text, chart) : yamlEntry(text, chart);
  if (items.length > maximumVersions) throw new IndexRefusal(tooMany);
  return items.map(versionOf).filter((version) => version !== null);
}

/** Helm takes JSON where the text is valid JSON, and YAML otherwise (helm v3.18.5, pkg/repo/index.go, jsonOrYamlUnmarshal). */
function bracedEntry(text: string, chart: string): unknown[] {
  let index: unknown;
  try {
    index = JSON.parse(text);
  } catch {
    const open = text.indexOf("{");
    if (flowMember(text, open, "apiVersion") === undefined) throw new IndexRefusal(noApiVersion);
    const entries = flowMember(text, open, "entries");
    if (entries === undefined) throw new IndexRefusal("it has no entries");
    return parsedFields(flowEntry(text, entries, chart));
  }
  if (typeof own(index, "apiVersion") !== "string") throw new IndexRefusal(noApiVersion);
  return listed(own(own(index, "entries"), chart));
}

function yamlEntry(text: string, chart: string): unknown[] {
  if (!/^apiVersion:/m.test(text))
    throw new IndexRefusal(/^entries:/m.test(text) ? noApiVersion : "it is no index of charts");
  const entries = only([...text.matchAll(/^entries:[^\n]*\n?/gm)], "entries");
  const value = skipBlanks(text, entries.index + "entries:".length);
  if (text[value] === "{") return parsedFields(flowEntry(text, value, chart));
  const start = entries.index + entries[0].length;
  const end = indexOf(text, /^[^ \t\r\n#]/gm, start);
  return parsedFields(fieldsAt(text, start, end, chart));
}

/** What the fields of an entry's versions say, of which YAML is made by what cuts them out. */
function parsedFields(fields: string): unknown[] {
  const document = parseDocument(fields, { schema: "core", logLevel: "silent", strict: true });
  if (document.errors.length > 0) throw new IndexRefusal("the chart's entry is not valid YAML");
  return listed(valueOf(document));
}

function valueOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    throw new IndexRefusal("the chart's entry has aliases");
  }
}

const noApiVersion = "it has no apiVersion: helm refuses it";

function only<T>(found: readonly T[], key: string): T {
  const [first, second] = found;
  if (first === undefined) throw new IndexRefusal(`it has no ${key}`);
  if (second !== undefined) throw new IndexRefusal(`it has ${key} twice: helm refuses it`);
  return first;
}

function listed(entry: unknown): unknown[] {
  if (entry === undefined) throw new IndexRefusal("the chart is not in it");
  if (!Array.isArray(entry)) throw new IndexRefusal("the chart's entry is not a list");
  return entry;
}

/** The fields under the chart's name, in blocks up to the next line that is indented no deeper and is no list item. */
function fieldsAt(text: string, start: number, end: number, chart: string): string {
  const indent = /^[ ]+(?=[^\s#])/m.exec(text.slice(start, Math.min(end, start + 100_000)))?.[0];
  if (indent === undefined) throw new IndexRefusal("the chart is not in it");
  const starts = [chart, `"${chart}"`, `'${chart}'`].flatMap((key) =>
    placesOf(text, `\n${indent}${key}:`, start - 1, end),
  );
  if (starts.length === 0) throw new IndexRefusal("the chart is not in it");
  const from = only(starts, "the chart");
  const colon = text.indexOf(":", from + indent.length + chart.length);
  const value = skipBlanks(text, colon + 1);
  if (text[value] === "[" && value < end) return flowFields(text, value);
  const line = text.indexOf("\n", from + 1);
  const rest = text.slice(colon + 1, line === -1 ? end : Math.min(line, end));
  if (!/^\s*(?:#.*)?$/.test(rest)) throw new IndexRefusal("the chart's entry is not a list");
  if (line === -1) return "[]";
  const below = new RegExp(`^ {0,${indent.length}}(?![ #\\r\\n])(?!- |-\\r?$)`, "gm");
  const list = text.slice(line + 1, Math.min(end, indexOf(text, below, line + 1)));
  return /^[ ]*-[ ]+\{/.test(list.slice(skipLines(list))) ? flowItems(list) : fieldsOfVersions(list);
}

/** Offset of the first line that says something. */
function skipLines(list: string): number {
  return list.lastIndexOf("\n", skipBlanks(`\n${list}`, 0) - 1) + 1;
}

function placesOf(text: string, part: string, start: number, end: number): number[] {
  const places: number[] = [];
  for (
    let at = text.indexOf(part, Math.max(start, 0));
    at !== -1 && at < end && places.length < 2;
    at = text.indexOf(part, at + 1)
  )
    places.push(at);
  return places;
}

function indexOf(text: string, pattern: RegExp, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? text.length;
}

const anyField = /^(["']?)[\w.-]+\1\s*:(?:\s|$)/;

/** The list with only the used fields of each item, as YAML. */
function fieldsOfVersions(list: string): string {
  const kept: string[] = [];
  const place = { dash: -1, field: -1, keep: false, lines: 0 };
  for (const raw of list.split("\n")) {
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    const indent = line.search(/[^ ]/);
    if (indent === -1) continue;
    if (place.dash === -1 && line[indent] === "-") place.dash = indent;
    if (indent === place.dash && line[indent] === "-") startItem(line, place, kept);
    else if (line[indent] === "#" && indent <= place.field) continue;
    else if (indent === place.field && line[indent] !== "-") place.keep = isUsed(line.slice(indent));
    else if (indent < place.field) throw new IndexRefusal(unusual);
    if (!place.keep) continue;
    if (line.length > maximumLine || ++place.lines > maximumLinesAVersion) throw new IndexRefusal(tooLong);
    kept.push(indent === place.dash ? " ".repeat(place.field) + line.slice(place.field) : line);
  }
  if (place.dash === -1 && list.trim() !== "") throw new IndexRefusal("the chart's entry is not a list");
  return kept.length === 0 ? "[]" : kept.join("\n");
}

function startItem(
  line: string,
  place: { dash: number; field: number; keep: boolean; lines: number },
  kept: string[],
): void {
  const field = line.slice(place.dash + 1).search(/[^ ]/);
  if (field <= 0) throw new IndexRefusal(unusual);
  place.field = place.dash + 1 + field;
  place.keep = isUsed(line.slice(place.field));
  place.lines = 0;
  kept.push(`${" ".repeat(place.dash)}-`);
}

/** What is left out unread must at least be a field in blocks, or a used one could hide in it. */
function isUsed(field: string): boolean {
  if (!anyField.test(field)) throw new IndexRefusal(unusual);
  return usedField.test(field);
}

function versionOf(item: unknown): ChartVersion | null {
  const version = asText(own(item, "version"));
  const type = own(item, "type") ?? "";
  if (version === null || parseVersion(version) === null || !asText(own(item, "name"))) return null;
  if (type !== "" && type !== "application" && type !== "library") return null;
  return {
    version,
    appVersion: asText(own(item, "appVersion")),
    created: asText(own(item, "created")),
    digest: asText(own(item, "digest")),
    deprecated: own(item, "deprecated") === true,
  };
}

function own(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}

/** Helm reads `version: 1.10` without quotes as the number 1.1. */
function asText(value: unknown): string | null {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : null;
}
