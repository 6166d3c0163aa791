import * as z from "zod";

const part = {
  whole: z.boolean().describe("All of it is there."),
  counts: z.record(z.string(), z.int()).nullable().describe("Lines by kind; null: it is not there."),
  at: z.string().nullable().describe("When its reading ended, ISO 8601 in UTC; null: that is not told of it."),
  missing: z
    .array(z.object({ code: z.string(), text: z.string(), supply: z.string().optional(), times: z.int() }))
    .describe("Why it, or a part of it, is not there."),
};
const kindName = { group: z.string(), resource: z.string() };

/** What `holdfast snapshot show --output json` prints: self-contained and versioned. */
export const snapshotReport = z.object({
  $schema: z.string(),
  version: z.literal(1),
  tool: z.object({ name: z.literal("holdfast"), version: z.string() }),
  format: z.object({ major: z.int(), minor: z.int() }),
  writtenBy: z.string().describe("The version of Holdfast that recorded it."),
  at: z.string().describe("When it was begun, ISO 8601 in UTC."),
  server: z.string().nullable().describe("The address of the API server; null: none was named."),
  whole: z.boolean().describe("All that was asked is in it, and all of it is understood."),
  cluster: z
    .object({
      kinds: z.array(z.object({ ...kindName, pass: z.int().describe("2: listed again after the nodes."), ...part })),
      notServed: z.array(z.object(kindName)),
      documents: z.object(part).describe("What the API server says of its API."),
    })
    .nullable()
    .describe("null: it is of one node alone."),
  nodes: z.array(
    z.object({
      name: z.string(),
      asked: z.boolean().describe("Its runtime and kernel were to be read."),
      sections: z.array(z.object({ section: z.string(), ...part })),
    }),
  ),
  warnings: z.array(
    z.object({
      code: z.string().describe("reader-left: a pod through which a node was read is still there."),
      text: z.string(),
      supply: z.string().optional(),
    }),
  ),
  unknownLines: z.int().describe("Lines of a later version of the format, which were passed over."),
  lines: z.int(),
  bytes: z.int().describe("Of its text, unpacked."),
  sha256: z.string().describe("Of its lines but the last: it tells whether the file is whole, not who wrote it."),
});
