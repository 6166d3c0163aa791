import { createHash } from "node:crypto";
import type * as z from "zod";
import type { KindName } from "../../model/cluster-objects.ts";
import type { SnapshotEvent } from "./events.ts";
import { SnapshotFault } from "../format/fault.ts";
import * as format from "../format/format.ts";
import type { ContentKind } from "../format/format.ts";

interface OpenSection {
  readonly opening: format.Opening;
  readonly key: string;
  count: number;
}

/**
 * Reads one line after the other, and holds each against those before it. Throws {@link SnapshotFault}. What a later minor
 * version adds is passed over and counted, unless its line says `"critical":true`.
 */
export class LineReader {
  readonly #hash = createHash("sha256");
  /** Sections that were there, and what could not be read: there is one of each. */
  readonly #told = new Set<string>();
  #nodes: ReadonlySet<string> | null = null;
  #open: OpenSection | null = null;
  /** A section of a later version: what is in it is not known, whatever it looks like. */
  #inLaterSection = false;
  #lines = 0;
  #bytes = 0;
  #ended = false;

  /** @param line with its newline; `null`: it says nothing by itself */
  read(line: Uint8Array): SnapshotEvent | null {
    this.checkLength(line.length);
    if (this.#ended) throw damaged("there is something behind its end");
    const event = this.#nodes === null ? this.#header(line) : this.#eventOf(objectIn(line) ?? malformed(), line.length);
    this.#hash.update(line);
    this.#lines += 1;
    this.#bytes += line.length;
    return event;
  }

  /** @param length bytes of a line, as far as they have come */
  checkLength(length: number): void {
    if (this.#nodes === null && length > longestHeader) throw foreign();
    if (length > format.limits.line)
      throw new SnapshotFault("too-large", `has a line of more than ${format.limits.line} bytes`);
  }

  /** @param rest bytes behind the last newline */
  finish(rest: number): void {
    if (this.#ended && rest === 0) return;
    if (this.#ended) throw damaged("there is something behind its end");
    if (this.#nodes === null) throw foreign();
    throw new SnapshotFault("truncated", "was cut off: it has no end");
  }

  #header(line: Uint8Array): SnapshotEvent {
    const value = objectIn(line);
    const told = format.anyHeader.safeParse(value);
    if (!told.success) throw foreign();
    const { major, minor } = told.data.version;
    if (major !== format.version.major)
      throw new SnapshotFault(
        "future",
        `is of version ${major}.${minor} of the format, and this Holdfast reads ${format.version.major}`,
      );
    const header = valid(format.header, value);
    this.#nodes = new Set(header.nodes.map(({ name }) => name));
    if (this.#nodes.size !== header.nodes.length) throw damaged("it names a node twice");
    return { event: "header", header };
  }

  #eventOf(value: object, bytes: number): SnapshotEvent | null {
    if (Object.hasOwn(value, "end")) return this.#end(value, bytes);
    if (Object.hasOwn(value, "open")) return this.#begin(value);
    if (Object.hasOwn(value, "close")) return this.#close(value);
    if (Object.hasOwn(value, "unread")) return this.#unread(value);
    if (Object.hasOwn(value, "warning")) return this.#warning(value);
    if (Object.hasOwn(value, "notServed")) return this.#notServed(value);
    return this.#content(value, bytes);
  }

  #begin(value: object): SnapshotEvent | null {
    if (this.#open !== null) throw damaged("a section in it was not closed");
    const { open: name } = valid(format.anyOpening, value);
    this.#inLaterSection = !isSection(name);
    if (!isSection(name)) return passedOver(value);
    const opening = valid(format.opening, value);
    const key = keyOf(opening.open, opening);
    this.#once(key, opening);
    this.#open = { opening, key, count: 0 };
    return null;
  }

  #close(value: object): SnapshotEvent {
    const { close: name } = valid(format.anyClosing, value);
    if (this.#open === null && !isSection(name)) {
      this.#inLaterSection = false;
      return passedOver(value);
    }
    const closing = valid(format.closing, value);
    if (this.#open === null || this.#open.key !== keyOf(closing.close, closing))
      throw damaged("a section in it is closed that was not open");
    if (this.#open.count !== closing.count) throw damaged("a section in it has not the lines that it says");
    this.#open = null;
    return { event: "close", closing };
  }

  #unread(value: object): SnapshotEvent {
    if (this.#open !== null) throw damaged("a section in it was not closed");
    if (!isSection(valid(format.anyUnread, value).unread.what)) return passedOver(value);
    const { unread } = valid(format.unread, value);
    this.#once(keyOf(unread.what, unread), unread);
    return { event: "unread", unread };
  }

  #warning(value: object): SnapshotEvent {
    if (this.#open !== null) throw damaged("a section in it was not closed");
    return { event: "warning", ...valid(format.warning, value) };
  }

  #notServed(value: object): SnapshotEvent {
    if (this.#open !== null) throw damaged("a section in it was not closed");
    const { notServed: kind } = valid(format.notServed, value);
    this.#once(keyOf("objects", { kind, pass: 1 }), {});
    return { event: "not-served", kind };
  }

  #content(value: object, bytes: number): SnapshotEvent {
    if (this.#open === null) {
      const isLost = !this.#inLaterSection && kindIn(value) !== undefined;
      return isLost ? misplaced() : passedOver(value);
    }
    this.#open.count += 1;
    const { opening: section } = this.#open;
    const kind = kindIn(value);
    if (kind === undefined) return passedOver(value);
    const kinds: readonly ContentKind[] = format.kindsOf[section.open];
    return kinds.includes(kind)
      ? { event: "content", section, kind, content: valid(format.content, value), bytes }
      : misplaced();
  }

  #end(value: object, bytes: number): SnapshotEvent {
    const { lines, sha256 } = valid(format.ending, value);
    if (this.#open !== null) throw damaged("a section in it was not closed");
    if (lines !== this.#lines || sha256 !== this.#hash.copy().digest("hex"))
      throw damaged("its lines are not those that were written");
    this.#ended = true;
    return { event: "end", lines: lines + 1, bytes: this.#bytes + bytes, sha256 };
  }

  #once(key: string, { node }: Identity): void {
    if (node !== undefined && this.#nodes?.has(node) !== true)
      throw damaged("it tells of a node that it does not name");
    if (this.#told.has(key)) throw damaged("it tells the same twice");
    this.#told.add(key);
  }
}

interface Identity {
  readonly open?: string;
  readonly close?: string;
  readonly what?: string;
  readonly node?: string;
  readonly kind?: KindName;
  readonly pass?: number;
  readonly attempt?: number;
  readonly path?: string;
}

/** Two lines of the same key tell of the same. */
function keyOf(name: format.SectionName, { node, kind, pass, attempt, path }: Identity): string {
  return JSON.stringify([name, node, kind?.group, kind?.resource, pass, attempt, path]);
}

/** A name is at most 253 characters, so there is room for some thousand nodes. */
const longestHeader = 1024 * 1024;

const contentKinds = Object.values(format.kindsOf).flat();

function kindIn(value: object): ContentKind | undefined {
  return contentKinds.find((kind) => Object.hasOwn(value, kind));
}

function isSection(name: string): name is format.SectionName {
  return format.sectionNames.some((each) => each === name);
}

function objectIn(line: Uint8Array): object | null {
  try {
    const value: unknown = JSON.parse(decoder.decode(line));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function valid<T>(schema: z.ZodType<T>, value: unknown): T {
  const read = schema.safeParse(value);
  return read.success ? read.data : malformed();
}

function passedOver(value: object): SnapshotEvent {
  if (Reflect.get(value, "critical") !== true) return { event: "unknown" };
  throw new SnapshotFault("future", "has lines that this Holdfast does not know and that must not be passed over");
}

function misplaced(): never {
  throw damaged("a line in it is in no section, or in that of another");
}

function malformed(): never {
  throw damaged("a line in it has not the form of one");
}

function damaged(text: string): SnapshotFault {
  return new SnapshotFault("damaged", `is damaged, or was changed: ${text}`);
}

function foreign(): SnapshotFault {
  return new SnapshotFault("foreign", "is no snapshot");
}
