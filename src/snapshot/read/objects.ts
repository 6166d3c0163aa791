import type { ClusterObject, ClusterObjects, KindName, ObjectList } from "../../model/cluster-objects.ts";
import { known, unknown, type Told } from "../../model/told.ts";
import type { SnapshotEvent } from "./events.ts";
import { SnapshotFault } from "../format/fault.ts";
import { limits, type Header, type ObjectsClosing } from "../format/format.ts";
import { reasonFrom } from "../format/ledger-schemas.ts";

/**
 * Reads the objects of some kinds, to the end of the file, and keeps nothing of the others. Of a kind that was listed
 * twice, the first list. `sourceOf` says for people where they are from. Throws {@link SnapshotFault}.
 */
export async function readObjects(
  events: AsyncIterable<SnapshotEvent>,
  kinds: readonly KindName[],
  sourceOf: (header: Header) => string,
): Promise<ClusterObjects> {
  const lists = new Map<string, Told<ObjectList>>(kinds.map((kind) => [keyOf(kind), notThere(kind)]));
  const tell = (kind: KindName, list: Told<ObjectList>): void => {
    if (lists.has(keyOf(kind))) lists.set(keyOf(kind), list);
  };
  let header: Header | null = null;
  let objects: ClusterObject[] = [];
  let bytes = 0;
  for await (const event of events) {
    if (event.event === "header") header = event.header;
    else if (event.event === "content" && event.section.open === "objects") {
      const { kind, pass } = event.section;
      const { object, redacted = [] } = event.content;
      if (pass > 1 || object === undefined || !lists.has(keyOf(kind))) continue;
      bytes += event.bytes;
      if (bytes > limits.objects)
        throw new SnapshotFault("too-large", `has more than ${limits.objects} bytes of the objects that are asked for`);
      objects.push({ object, redacted });
    } else if (event.event === "close" && event.closing.close === "objects") {
      const list = listOf(event.closing, objects);
      objects = [];
      if (event.closing.pass === 1 && list !== null) tell(event.closing.kind, list);
    } else if (event.event === "unread" && event.unread.what === "objects") {
      const { kind, pass, reason } = event.unread;
      if (pass === 1) tell(kind, unknown(reasonFrom(reason)));
    } else if (event.event === "not-served") tell(event.kind, known({ kind: null, reading: null, objects: [] }));
  }
  if (header === null) throw new SnapshotFault("truncated", "was cut off: it has no end");
  return {
    server: header.server,
    source: sourceOf(header),
    of: (kind) => lists.get(keyOf(kind)) ?? notThere(kind),
  };
}

function listOf({ complete, list, kind }: ObjectsClosing, objects: readonly ClusterObject[]): Told<ObjectList> | null {
  return complete && list !== null ? known({ kind, reading: list.reading, objects }) : null;
}

function keyOf({ group, resource }: KindName): string {
  return `${resource}.${group}`;
}

function notThere({ group, resource }: KindName): Told<never> {
  const name = group === "" ? resource : `${resource}.${group}`;
  return unknown({ code: "incomplete", text: `the snapshot does not have ${name}`, at: [] });
}
