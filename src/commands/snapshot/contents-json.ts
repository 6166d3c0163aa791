import { escapeInJson } from "../../report/safe.ts";
import { snapshotReport } from "../../report/snapshot-report.ts";
import type { Contents, PartContents } from "../../snapshot/read/contents.ts";
import { version } from "../../version.ts";

/** What a snapshot holds, as JSON. Throws a ZodError when it does not fit its schema. */
export function contentsJson({
  header,
  nodes,
  cluster,
  warnings,
  unknownLines,
  lines,
  bytes,
  sha256,
}: Contents): string {
  const parts: readonly PartContents[] = [
    ...nodes.flatMap(({ sections }) => sections),
    ...(cluster === null ? [] : [...cluster.kinds, cluster.documents]),
  ];
  const report = {
    $schema: "urn:holdfast:schema:snapshot-report:1",
    version: 1,
    tool: { name: "holdfast", version },
    format: header.version,
    writtenBy: header.tool,
    at: header.at,
    server: header.server,
    whole: unknownLines === 0 && parts.every(({ missing }) => missing.length === 0),
    cluster: cluster && {
      kinds: cluster.kinds.map((kind) => ({ ...kind.kind, pass: kind.pass, ...partOf(kind) })),
      notServed: cluster.notServed,
      documents: partOf(cluster.documents),
    },
    nodes: nodes.map(({ name, asked, sections }) => ({
      name,
      asked,
      sections: sections.map((each) => ({ section: each.section, ...partOf(each) })),
    })),
    warnings,
    unknownLines,
    lines,
    bytes,
    sha256,
  };
  return `${escapeInJson(JSON.stringify(snapshotReport.parse(report), null, 2))}\n`;
}

function partOf({ counts, at, missing }: PartContents) {
  return {
    whole: missing.length === 0,
    counts: counts && Object.fromEntries(counts),
    at,
    missing: missing.map(({ reason: { code, text, supply }, times }) => ({ code, text, supply, times })),
  };
}
