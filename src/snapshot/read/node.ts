import type {
  ApiLedger,
  KernelLedger,
  ObservedNode,
  PodAnswer,
  RuntimeLedger,
  SandboxDetail,
} from "../../model/ledger.ts";
import { isKnown, known, unknown, type Told } from "../../model/told.ts";
import { ClusterPods } from "./cluster-pods.ts";
import type { SnapshotEvent } from "./events.ts";
import { SnapshotFault } from "../format/fault.ts";
import {
  limits,
  type Closing,
  type Content,
  type Header,
  type NodeClosing,
  type NodeContent,
  type NodeSection,
  type Opening,
  type Unread,
  type Warning,
} from "../format/format.ts";
import { reasonFrom, toldFrom } from "../format/ledger-schemas.ts";
import { servedAtOf } from "./served-at.ts";

/** One node of a snapshot, as it was observed. */
export interface NodeOfSnapshot {
  readonly header: Header;
  readonly observed: ObservedNode;
  /** That a person named when it was recorded, or that the reading showed. */
  readonly cgroupRoot: string | null;
  /** What is to be known beside it, of the whole file. */
  readonly warnings: readonly Warning[];
  /** Lines that this version does not know, in the whole file. */
  readonly unknownLines: number;
}

/**
 * Reads one node, to the end of the file, and keeps nothing of the others. `choose` gets the header and says which one,
 * or throws. Throws {@link SnapshotFault}.
 */
export async function readNode(
  events: AsyncIterable<SnapshotEvent>,
  choose: (header: Header) => string,
): Promise<NodeOfSnapshot> {
  let header: Header | null = null;
  let unknownLines = 0;
  const warnings: Warning[] = [];
  const node = new NodeSections();
  for await (const event of events) {
    if (event.event === "header") {
      header = event.header;
      node.choose(header, choose(header));
    } else if (event.event === "unknown") unknownLines += 1;
    else if (event.event === "warning") warnings.push(event.warning);
    else if (event.event === "unread") node.unread(event.unread);
    else if (event.event === "content") node.add(event.section, event.content, event.bytes);
    else if (event.event === "close") node.close(event.closing);
  }
  if (header === null) throw new SnapshotFault("truncated", "was cut off: it has no end");
  const observed = node.observed();
  return { header, observed, cgroupRoot: node.cgroupRoot, warnings, unknownLines };
}

type Lines = { readonly [K in keyof NodeContent]-?: NonNullable<NodeContent[K]>[] };

/** What the sections of one node, and the cluster's pods, have told so far. */
class NodeSections {
  #name = "";
  cgroupRoot: string | null = null;
  readonly #pods = new ClusterPods();
  #lines = noLines();
  #bytes = 0;
  #before: Told<ApiLedger> = notThere("pods before");
  #after: Told<ApiLedger> = notThere("pods after");
  #runtime: Told<RuntimeLedger> = notThere("runtime");
  #kernel: Told<KernelLedger> = notThere("kernel");
  #details: ReadonlyMap<string, Told<SandboxDetail>> = new Map();
  #asked: ReadonlyMap<string, Told<PodAnswer>> = new Map();

  choose({ nodes }: Header, name: string): void {
    this.#name = name;
    if (nodes.find((node) => node.name === name)?.asked !== false) return;
    this.#runtime = notAsked;
    this.#kernel = notAsked;
  }

  add(section: Opening, content: Content, bytes: number): void {
    if (section.open === "documents") return;
    if (section.open === "objects") {
      if (ClusterPods.has(section)) this.#pods.add(content, bytes);
    } else if (section.node === this.#name) this.#add(content, bytes);
  }

  unread(unread: Unread): void {
    if (unread.what === "documents") return;
    if (unread.what === "objects") {
      if (ClusterPods.has(unread)) this.#pods.unread(unread);
    } else if (unread.node === this.#name) this.#missing(unread.what, unknown(reasonFrom(unread.reason)));
  }

  close(closing: Closing): void {
    if (closing.close === "documents") return;
    if (closing.close === "objects") {
      if (ClusterPods.has(closing)) this.#pods.close(closing);
    } else if (closing.node === this.#name) this.#close(closing);
  }

  #add(content: NodeContent, bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > limits.node)
      throw new SnapshotFault("too-large", `has more than ${limits.node} bytes of one node`);
    const lines = this.#lines;
    if (content.pod !== undefined) lines.pod.push(content.pod);
    if (content.unparsed !== undefined) lines.unparsed.push(content.unparsed);
    if (content.sandbox !== undefined) lines.sandbox.push(content.sandbox);
    if (content.container !== undefined) lines.container.push(content.container);
    if (content.task !== undefined) lines.task.push(content.task);
    if (content.process !== undefined) lines.process.push(content.process);
    if (content.socket !== undefined) lines.socket.push(content.socket);
    if (content.detail !== undefined) lines.detail.push(content.detail);
    if (content.answer !== undefined) lines.answer.push(content.answer);
  }

  #close(closing: NodeClosing): void {
    const lines = this.#lines;
    this.#lines = noLines();
    if (closing.complete) this.#whole(lines, closing);
    else this.#missing(closing.close, notThere(closing.close));
  }

  observed(): ObservedNode {
    return {
      knowledge: {
        before: this.#pods.list(1, this.#before),
        after: this.#pods.list(2, this.#after),
        asked: this.#asked,
      },
      observation: { node: this.#name, runtime: this.#runtime, kernel: this.#kernel, details: this.#details },
    };
  }

  #whole(lines: Lines, { node: _node, count: _count, complete: _complete, ...closing }: NodeClosing): void {
    switch (closing.close) {
      case "pods before":
        this.#before = known(podsOf(lines, closing));
        break;
      case "pods after":
        this.#after = known(podsOf(lines, closing));
        break;
      case "runtime": {
        const { close: _, tasks, ...facts } = closing;
        const { sandbox: sandboxes, container: containers, task } = lines;
        const told = toldFrom(tasks);
        this.#runtime = known({ ...facts, sandboxes, containers, tasks: isKnown(told) ? known(task) : told });
        break;
      }
      case "kernel": {
        const { close: _, ...facts } = closing;
        this.#kernel = known({ ...facts, processes: lines.process, sockets: lines.socket });
        break;
      }
      case "details":
        this.cgroupRoot = closing.cgroupRoot;
        this.#details = new Map(lines.detail.map(({ sandbox, told }) => [sandbox, toldFrom(told)]));
        break;
      case "answers":
        this.#asked = new Map(lines.answer.map(({ name, told }) => [name, toldFrom(told)]));
    }
  }

  /** Who was not asked in detail or by name is told as such: nothing is to be said of these two. */
  #missing(section: NodeSection, why: Told<never>): void {
    if (section === "pods before") this.#before = why;
    else if (section === "pods after") this.#after = why;
    else if (section === "runtime") this.#runtime = why;
    else if (section === "kernel") this.#kernel = why;
  }
}

function noLines(): Lines {
  return {
    pod: [],
    unparsed: [],
    sandbox: [],
    container: [],
    task: [],
    process: [],
    socket: [],
    detail: [],
    answer: [],
  };
}

const notAsked = unknown({
  code: "incomplete",
  text: "the node was not read when the snapshot was recorded",
  at: [],
  supply: "record it with holdfast snapshot --nodes NAME",
});

function notThere(section: NodeSection): Told<never> {
  return unknown({ code: "incomplete", text: `the snapshot does not have all of: ${section}`, at: [] });
}

type PodsClosing = Pick<
  Extract<NodeClosing, { close: "pods before" }>,
  "reading" | "scope" | "resourceVersion" | "servedAt"
>;

function podsOf(lines: Lines, { reading, scope, resourceVersion, servedAt }: PodsClosing): ApiLedger {
  const list = { reading, node: scope, resourceVersion, servedAt: servedAtOf({ reading, servedAt }) };
  return { ...list, pods: lines.pod, unparsed: lines.unparsed };
}
