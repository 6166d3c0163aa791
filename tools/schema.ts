import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";
import { configSchema } from "../src/config/schema.ts";
import { auditReport } from "../src/report/audit-report.ts";
import { nodeReport } from "../src/report/node/node-report.ts";
import { portsReport } from "../src/report/node/ports-report.ts";
import { preflightReport } from "../src/report/preflight/preflight-report.ts";
import { snapshotReport } from "../src/report/snapshot-report.ts";
import { orderReport } from "../src/report/sweep/order-report.ts";
import { recoverReport, sweepReport } from "../src/report/sweep/schema.ts";

/**
 * Writes the JSON Schemas of what Holdfast prints from the zod schemas it is checked with. `--check` writes
 * nothing and fails when a file differs.
 */
const schemas = [
  {
    file: "docs/schema/audit-report.schema.json",
    title: "The report of holdfast audit",
    schema: auditReport,
  },
  {
    file: "docs/schema/preflight-report.schema.json",
    title: "The report of holdfast preflight",
    schema: preflightReport,
  },
  {
    file: "docs/schema/node-report.schema.json",
    title: "The report of holdfast node",
    schema: nodeReport,
  },
  {
    file: "docs/schema/ports-report.schema.json",
    title: "The report of holdfast ports",
    schema: portsReport,
  },
  {
    file: "docs/schema/sweep-report.schema.json",
    title: "The report of holdfast sweep",
    schema: sweepReport,
  },
  {
    file: "docs/schema/order-report.schema.json",
    title: "The report of holdfast sweep --by-agent",
    schema: orderReport,
  },
  {
    file: "docs/schema/recover-report.schema.json",
    title: "The report of holdfast recover",
    schema: recoverReport,
  },
  {
    file: "docs/schema/snapshot-report.schema.json",
    title: "The report of holdfast snapshot show",
    schema: snapshotReport,
  },
  {
    file: "docs/schema/holdfast.schema.json",
    title: "holdfast.yaml",
    schema: configSchema,
  },
];

const root = path.join(import.meta.dirname, "..");
const check = process.argv.includes("--check");

for (const { file, title, schema } of schemas) {
  const target = path.join(root, file);
  const { $schema, ...rest } = z.toJSONSchema(schema);
  const text = `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`;
  if (!check) {
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, text);
  } else if ((await readFile(target, "utf8").catch(() => "")) !== text) {
    console.error(`${file} is not what tools/schema.ts writes. Run: node tools/schema.ts`);
    process.exitCode = 1;
  }
}
