import type { KindName } from "../../model/cluster-objects.ts";
import type { Reason } from "../../model/told.ts";
import type { EndEvent, SnapshotEvent } from "./events.ts";
import { SnapshotFault } from "../format/fault.ts";
import {
  nodeSections,
  type Closing,
  type Content,
  type ContentKind,
  type Header,
  type NodeSection,
  type Unread,
  type Warning,
} from "../format/format.ts";
import { reasonFrom } from "../format/ledger-schemas.ts";

/** What a snapshot holds, counted. */
export interface Contents {
  readonly header: Header;
  readonly nodes: readonly NodeContents[];
  /** `null`: it is of one node alone. */
  readonly cluster: ClusterContents | null;
  /** What is to be known beside it. */
  readonly warnings: readonly Warning[];
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
  /** Its runtime and kernel were to be read; else it has no sections. */
  readonly asked: boolean;
  readonly sections: readonly (PartContents & { readonly section: NodeSection })[];
}

export interface ClusterContents {
  /** In the order of the file. */
  readonly kinds: readonly KindContents[];
  readonly notServed: readonly KindName[];
  /** What the API server says of its API. */
  readonly documents: PartContents;
}

export interface KindContents extends PartContents {
  readonly kind: KindName;
  /** 2: the list that was taken after the nodes were read. */
  readonly pass: number;
}

export interface PartContents {
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

/** Reads a snapshot to its end and counts. Memory does not grow with its objects. Throws {@link SnapshotFault}. */
export async function contentsOf(events: AsyncIterable<SnapshotEvent>): Promise<Contents> {
  let header: Header | null = null;
  let unknownLines = 0;
  let end: EndEvent | null = null;
  const warnings: Warning[] = [];
  const tally = new Tally();
  for await (const event of events) {
    if (event.event === "header") header = event.header;
    else if (event.event === "unknown") unknownLines += 1;
    else if (event.event === "warning") warnings.push(event.warning);
    else if (event.event === "unread") tally.unread(event.unread);
    else if (event.event === "content") tally.add(event.kind, event.content);
    else if (event.event === "close") tally.close(event.closing);
    else if (event.event === "not-served") tally.notServed.push(event.kind);
    else end = event;
  }
  if (header === null || end === null) throw new SnapshotFault("truncated", "was cut off: it has no end");
  const cluster = tally.cluster();
  // In a snapshot of a cluster, a node's pods are among the objects.
  const sections = nodeSections.filter((section) => cluster === null || !section.startsWith("pods"));
  const nodes = header.nodes.map(({ name, asked }) => ({
    name,
    asked,
    sections: asked ? tally.node(name, sections) : [],
  }));
  const { lines, bytes, sha256 } = end;
  return { header, nodes, cluster, warnings, unknownLines, lines, bytes, sha256 };
}

class Tally {
  readonly notServed: KindName[] = [];
  #counts = new Map<ContentKind, number>();
  #missing: readonly Missing[] = [];
  #documents: PartContents | null = null;
  readonly #nodes = new Map<string, PartContents>();
  readonly #kinds = new Map<string, KindContents>();

  add(kind: ContentKind, { detail, answer }: Content): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    const told = detail?.told ?? answer?.told;
    if (told !== undefined && "unknown" in told) this.#missing = and(this.#missing, reasonFrom(told.unknown));
  }

  close(closing: Closing): void {
    const { complete } = closing;
    let missing = this.#missing;
    if (closing.close === "runtime" && "unknown" in closing.tasks)
      missing = and(missing, reasonFrom(closing.tasks.unknown));
    if (!complete) missing = and(missing, inPart);
    const reading = closing.close === "objects" ? closing.list?.reading : "reading" in closing && closing.reading;
    const part = { counts: this.#counts, at: reading ? reading.at : null, missing };
    this.#counts = new Map();
    this.#missing = [];
    if (closing.close === "documents") this.#documents = part;
    else if (closing.close === "objects") this.#kind(closing.kind, closing.pass, part);
    else this.#nodes.set(nodeKey(closing.node, closing.close), part);
  }

  unread(unread: Unread): void {
    const reason = reasonFrom(unread.reason);
    const part = { counts: null, at: null, missing: and([], reason) };
    if (unread.what === "objects") this.#kind(unread.kind, unread.pass, part);
    else if (unread.what !== "documents") this.#nodes.set(nodeKey(unread.node, unread.what), part);
    else {
      const { counts, missing } = this.#documents ?? { counts: null, missing: [] };
      this.#documents = { counts, at: null, missing: and(missing, reason) };
    }
  }

  node(name: string, sections: readonly NodeSection[]): NodeContents["sections"] {
    return sections.map((section) => ({ section, ...(this.#nodes.get(nodeKey(name, section)) ?? absent) }));
  }

  cluster(): ClusterContents | null {
    if (this.#kinds.size + this.notServed.length === 0) return null;
    return { kinds: [...this.#kinds.values()], notServed: this.notServed, documents: this.#documents ?? absent };
  }

  /** A list that was begun anew takes the place of the one that was given up. */
  #kind({ group, resource }: KindName, pass: number, part: PartContents): void {
    this.#kinds.set(JSON.stringify([group, resource, pass]), { kind: { group, resource }, pass, ...part });
  }
}

function nodeKey(node: string, section: NodeSection): string {
  return `${node} ${section}`;
}

const notThere: Reason = { code: "incomplete", text: "the snapshot has nothing of it", at: [] };
const inPart: Reason = { code: "incomplete", text: "only a part of it is there", at: [] };
const absent: PartContents = { counts: null, at: null, missing: [{ reason: notThere, times: 1 }] };

function and(missing: readonly Missing[], reason: Reason): readonly Missing[] {
  const same = missing.findIndex((each) => each.reason.text === reason.text);
  if (same < 0) return [...missing, { reason, times: 1 }].slice(0, mostReasons);
  return missing.map((each, index) => (index === same ? { reason, times: each.times + 1 } : each));
}
