import type { EndEvent, SnapshotEvent } from "./events.ts";
import { SnapshotFault } from "./fault.ts";
import { sectionNames, type ContentKind, type Header, type SectionName } from "./format.ts";
import type { Reason } from "../model/told.ts";
import { reasonFrom } from "./ledger-schemas.ts";

/** What a snapshot holds, counted. */
export interface Contents {
  readonly header: Header;
  readonly nodes: readonly NodeContents[];
  /** Lines of later versions, which were passed over. */
  readonly unknownLines: number;
  readonly lines: number;
  /** Of its text, unpacked. */
  readonly bytes: number;
  /** Of its lines but the last. It tells whether the file is whole, not who wrote it. */
  readonly sha256: string;
}

export interface NodeContents {
  readonly name: string;
  readonly sections: readonly SectionContents[];
}

export interface SectionContents {
  readonly section: SectionName;
  /** Lines of each kind; `null`: it is not there. */
  readonly counts: ReadonlyMap<ContentKind, number> | null;
  /** When its reading ended; `null`: that is not told of it. */
  readonly at: string | null;
  /** Why it, or a part of it, is not there, as often as that is so: the first few reasons that there are. */
  readonly missing: readonly Missing[];
}

interface Missing {
  readonly reason: Reason;
  readonly times: number;
}

const mostReasons = 5;

/** Reads a snapshot to its end and counts. Memory does not grow with the file. Throws {@link SnapshotFault}. */
export async function contentsOf(events: AsyncIterable<SnapshotEvent>): Promise<Contents> {
  let header: Header | null = null;
  let unknownLines = 0;
  let counts = new Map<ContentKind, number>();
  let missing: Missing[] = [];
  let end: EndEvent | null = null;
  const sections = new Map<string, SectionContents>();
  for await (const event of events) {
    switch (event.event) {
      case "header":
        header = event.header;
        break;
      case "unknown":
        unknownLines += 1;
        break;
      case "unread": {
        const { what: section, node, reason } = event.unread;
        sections.set(key(node, section), { section, counts: null, at: null, missing: and([], reasonFrom(reason)) });
        break;
      }
      case "content": {
        counts.set(event.kind, (counts.get(event.kind) ?? 0) + 1);
        const told = event.content.detail?.told ?? event.content.answer?.told;
        if (told !== undefined && "unknown" in told) missing = and(missing, reasonFrom(told.unknown));
        break;
      }
      case "close": {
        const { closing } = event;
        const { node, close: section, complete } = closing;
        if (closing.close === "runtime" && "unknown" in closing.tasks)
          missing = and(missing, reasonFrom(closing.tasks.unknown));
        if (!complete) missing = and(missing, inPart);
        const at = "reading" in closing ? closing.reading.at : null;
        sections.set(key(node, section), { section, counts, at, missing });
        counts = new Map();
        missing = [];
        break;
      }
      case "end":
        end = event;
        break;
    }
  }
  if (header === null || end === null) throw new SnapshotFault("truncated", "was cut off: it has no end");
  const nodes = header.nodes.map(({ name }) => ({
    name,
    sections: sectionNames.map((section) => sections.get(key(name, section)) ?? absent(section)),
  }));
  return { header, nodes, unknownLines, lines: end.lines, bytes: end.bytes, sha256: end.sha256 };
}

function key(node: string, section: SectionName): string {
  return `${node} ${section}`;
}

function absent(section: SectionName): SectionContents {
  return { section, counts: null, at: null, missing: and([], notThere) };
}

const notThere: Reason = { code: "incomplete", text: "the snapshot has nothing of it", at: [] };
const inPart: Reason = { code: "incomplete", text: "only a part of it is there", at: [] };

function and(missing: readonly Missing[], reason: Reason): Missing[] {
  const same = missing.findIndex((each) => each.reason.text === reason.text);
  if (same < 0) return [...missing, { reason, times: 1 }].slice(0, mostReasons);
  return missing.map((each, index) => (index === same ? { reason, times: each.times + 1 } : each));
}
