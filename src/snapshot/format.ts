import * as z from "zod";
import * as ledger from "./ledger-schemas.ts";

/**
 * The lines of a snapshot, JSON each: a header; sections, which open and close; what could not be read; an end with the
 * number of lines before it and the SHA-256 of their bytes. docs/design/observing.md says why it is so.
 */
export const version = { major: 1, minor: 0 } as const;

/** What a reader takes at most, in bytes of text: a hostile file may be packed a thousandfold. */
export const limits = {
  line: 16 * 1024 * 1024,
  /** Of all sections of one node, which are kept while they are read. */
  node: 256 * 1024 * 1024,
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
  nodes: z.array(z.object({ name: z.string().max(253), cgroupRoot: z.string().nullable() })),
});

export const sectionNames = ["pods before", "runtime", "kernel", "details", "pods after", "answers"] as const;
export type SectionName = (typeof sectionNames)[number];

/** What may be in a section: a line is an object with one of these keys. */
export const content = z.object({
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

/** The lines of each section. */
export const kindsOf = {
  "pods before": ["pod", "unparsed"],
  runtime: ["sandbox", "container", "task"],
  kernel: ["process", "socket"],
  details: ["detail"],
  "pods after": ["pod", "unparsed"],
  answers: ["answer"],
} as const satisfies Readonly<Record<SectionName, readonly ContentKind[]>>;

/** A later version may have other sections: their names are any text, and what else is said of them is not known. */
export const anyOpening = z.object({ open: z.string() });
export const anyClosing = z.object({ close: z.string() });
export const anyUnread = z.object({ unread: z.object({ what: z.string() }) });

export const opening = z.object({ open: z.enum(sectionNames), node: z.string() });

const closes = <N extends SectionName>(name: N) =>
  z.object({
    close: z.literal(name),
    node: z.string(),
    /** Lines in it. */
    count: z.int(),
    /** All that there was is in it. */
    complete: z.boolean(),
  });
const list = { reading: ledger.reading, scope: z.string().nullable(), resourceVersion: z.string() };

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
  closes("details"),
  closes("answers"),
]);

export const unread = z.object({
  unread: z.object({ what: z.enum(sectionNames), node: z.string(), reason: ledger.reason }),
});
export const ending = z.object({ end: z.literal(true), lines: z.int(), sha256: z.string() });

export type Header = z.infer<typeof header>;
export type Content = z.infer<typeof content>;
export type ContentKind = keyof Content;
export type Closing = z.infer<typeof closing>;
export type Unread = z.infer<typeof unread>["unread"];
