import * as z from "zod";
import type { KindName } from "../../model/cluster-objects.ts";
import type { KubeKind } from "../../model/kube-source.ts";
import * as ledger from "./ledger-schemas.ts";

/**
 * The lines of a snapshot, JSON each: a header; sections, which open and close; what could not be read; an end with the
 * number of lines before it and the SHA-256 of their bytes. docs/design/observing.md says why it is so.
 */
export const version = { major: 1, minor: 1 } as const;

/** What a reader takes at most, in bytes of text: a hostile file may be packed a thousandfold. */
export const limits = {
  line: 16 * 1024 * 1024,
  /** Of all sections of one node, which are kept while they are read. */
  node: 256 * 1024 * 1024,
  /** Of the objects that a command asks for, which are kept while they are read. */
  objects: 1024 * 1024 * 1024,
  total: 4 * 1024 * 1024 * 1024,
  /** Text to file, where there is more text than `freeOfRatio`. */
  ratio: 250,
  freeOfRatio: 64 * 1024 * 1024,
} as const;

/** What the first line has in every version of the format. */
export const anyHeader = z.object({
  holdfast: z.literal("snapshot"),
  version: z.object({ major: z.int(), minor: z.int() }),
});

export const header = anyHeader.extend({
  /** The version of Holdfast that wrote it. */
  tool: z.string(),
  /** When it was begun, by the clock of where it ran. */
  at: ledger.time,
  /** The address of the API server; `null`: none was named. */
  server: z.string().nullable(),
  /** Names are as the API server takes them: 253 characters. */
  nodes: z.array(
    z.object({
      name: z.string().max(253),
      /** Its runtime and kernel were to be read. */
      asked: z.boolean(),
    }),
  ),
});

/** What is told of each node. In a snapshot of a cluster, its pods are among the objects. */
export const nodeSections = ["pods before", "runtime", "kernel", "details", "pods after", "answers"] as const;
/** What is told of the cluster: objects a kind, and what the API server says of its API. */
const clusterSections = ["objects", "documents"] as const;
export const sectionNames = [...nodeSections, ...clusterSections] as const;
export type NodeSection = (typeof nodeSections)[number];
export type SectionName = (typeof sectionNames)[number];

/** A kind whatever its version; and as it was asked for. */
const kindName = z.object({ group: z.string(), resource: z.string() }) satisfies z.ZodType<KindName>;
const kubeKind = kindName.extend({
  version: z.string(),
  kind: z.string(),
  namespaced: z.boolean(),
}) satisfies z.ZodType<KubeKind>;

/** What is told of a node: a line is an object with one of these keys. */
const nodeContent = z.object({
  pod: ledger.pod.optional(),
  unparsed: ledger.unparsed.optional(),
  sandbox: ledger.sandbox.optional(),
  container: ledger.container.optional(),
  task: ledger.task.optional(),
  process: ledger.process.optional(),
  socket: ledger.socket.optional(),
  detail: z.object({ sandbox: z.string(), told: ledger.toldIn(ledger.sandboxDetail) }).optional(),
  answer: z
    .object({
      name: z.string(),
      told: ledger.toldIn(z.object({ reading: ledger.reading, pod: ledger.pod.nullable() })),
    })
    .optional(),
});

/** What may be in a section: of a cluster, a line is an object with one of these keys. */
export const content = nodeContent.extend({
  /** As it was served, but for its secrets. */
  object: z.record(z.string(), z.unknown()).optional(),
  /** Beside `object`: JSON pointers into it, to what is a placeholder. Absent: nothing is. */
  redacted: z.array(z.string()).optional(),
  /** An object of the first pass that is the same in the second. */
  unchanged: z.object({ uid: z.string(), resourceVersion: z.string() }).optional(),
  document: z.object({ path: z.string(), json: z.unknown() }).optional(),
});

/** The lines of each section. */
export const kindsOf = {
  "pods before": ["pod", "unparsed"],
  runtime: ["sandbox", "container", "task"],
  kernel: ["process", "socket"],
  details: ["detail"],
  "pods after": ["pod", "unparsed"],
  answers: ["answer"],
  objects: ["object", "unchanged"],
  documents: ["document"],
} as const satisfies Readonly<Record<SectionName, readonly ContentKind[]>>;

/** A later version may have other sections: their names are any text, and what else is said of them is not known. */
export const anyOpening = z.object({ open: z.string() });
export const anyClosing = z.object({ close: z.string() });
export const anyUnread = z.object({ unread: z.object({ what: z.string() }) });

/** Which reading of a kind: pods are read before the nodes are, and once more after that. */
const pass = z.int().min(1).max(2);
/** A list that has to be begun anew is a section of its own each time; only a complete one counts. */
const listed = { kind: kubeKind, pass, attempt: z.int().min(1) };

export const opening = z.union([
  z.object({ open: z.enum(nodeSections), node: z.string() }),
  z.object({ open: z.literal("objects"), ...listed }),
  z.object({ open: z.literal("documents") }),
]);

const ended = {
  /** Lines in it. */
  count: z.int(),
  /** All that there was is in it. */
  complete: z.boolean(),
};
const closes = <N extends NodeSection>(name: N) => z.object({ close: z.literal(name), node: z.string(), ...ended });
/** `servedAt` is absent in the first snapshots of this format. */
const whole = { reading: ledger.reading, resourceVersion: z.string(), servedAt: z.string().nullable().optional() };
const list = { ...whole, scope: z.string().nullable() };

/** What the close of a section says of it. */
export const closing = z.discriminatedUnion("close", [
  closes("pods before").extend(list),
  closes("pods after").extend(list),
  closes("runtime").extend({
    reading: ledger.reading,
    runtime: ledger.runtime,
    endpoint: z.string(),
    containersOf: z.enum(["all", "listed-sandboxes"]),
    /** How many there are; unknown: there is no line of one, and why. */
    tasks: ledger.toldIn(z.int()),
  }),
  closes("kernel").extend(ledger.kernelFacts.shape),
  /**
   * `cgroupRoot`: below which the kubelet has its pods, where a person or the reading itself told it.
   * `ownPod`: the uid of the pod through which the node was read. It is in no list of this snapshot that is later, and was
   * being removed when it was written: how that ended is said by the command, and here by a warning if it was known by then.
   */
  closes("details").extend({ cgroupRoot: z.string().nullable(), ownPod: z.string().optional() }),
  closes("answers"),
  z.object({
    close: z.literal("objects"),
    ...listed,
    ...ended,
    /** `null` where it is not complete. */
    list: z.object(whole).nullable(),
  }),
  z.object({ close: z.literal("documents"), ...ended }),
]);

export const unread = z.object({
  unread: z.union([
    z.object({ what: z.enum(nodeSections), node: z.string(), reason: ledger.reason }),
    z.object({ what: z.literal("objects"), kind: kindName, pass, reason: ledger.reason }),
    z.object({ what: z.literal("documents"), path: z.string(), reason: ledger.reason }),
  ]),
});

/** The code of a warning that a pod through which a node was read is still there. */
export const readerLeft = "reader-left";

/**
 * What is to be known beside what was read: a plain sentence without a full stop. A later version may have other codes; in 1.0
 * there was none, and pods that were left are all that it warned of.
 */
export const warning = z.object({
  warning: z.object({ code: z.string().default(readerLeft), text: z.string(), supply: z.string().optional() }),
});

/** A kind that the API server says it does not serve. */
export const notServed = z.object({ notServed: kindName });
export const ending = z.object({ end: z.literal(true), lines: z.int(), sha256: z.string() });

export type Header = z.infer<typeof header>;
export type Content = z.infer<typeof content>;
export type NodeContent = z.infer<typeof nodeContent>;
export type ContentKind = Exclude<keyof Content, "redacted">;
export type Opening = z.infer<typeof opening>;
export type Closing = z.infer<typeof closing>;
export type NodeClosing = Extract<Closing, { readonly close: NodeSection }>;
export type ObjectsClosing = Extract<Closing, { readonly close: "objects" }>;
export type Warning = z.infer<typeof warning>["warning"];
export type Unread = z.infer<typeof unread>["unread"];
