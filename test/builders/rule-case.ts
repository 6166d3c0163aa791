import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { buildMatrix } from "../../src/audit/build-matrix.ts";
import { compare } from "../../src/audit/cluster/comparison.ts";
import type { Rule } from "../../src/audit/rule.ts";
import { positionAt } from "../../src/model/source.ts";
import { readRepository } from "../../src/repository/read.ts";
import { projectCluster } from "../../src/snapshot/read/running-cluster.ts";
import { clusterFromYaml } from "./cluster-objects.ts";
import { treeOf } from "./tree.ts";
import { parseTxtar } from "./txtar.ts";

/** One case of a rule: what it shows, the files of a repository, and what the rule prints for it. */
export interface RuleCase {
  /** File name without its ending. */
  readonly name: string;
  readonly title: string;
  readonly expected: string;
  readonly files: ReadonlyMap<string, string>;
  /** Objects of the cluster beside it, as YAML, written as `-- (cluster) --`; `null`: none is read. */
  readonly cluster: string | null;
  /** Written as `-- path (not tracked) --`. */
  readonly untracked: readonly string[];
}

const rulesFolder = path.join(import.meta.dirname, "../../src/audit/rules");

/** The cases in the folder of a rule, by name. */
export function casesOf(id: string): readonly RuleCase[] {
  const folder = path.join(rulesFolder, id, "cases");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".txtar"))
    .toSorted()
    .map((name) => ruleCase(path.basename(name, ".txtar"), readFileSync(path.join(folder, name), "utf8")));
}

function ruleCase(name: string, text: string): RuleCase {
  const { comment, files } = parseTxtar(text);
  const untracked: string[] = [];
  const tree = new Map<string, string>();
  for (const [written, content] of files) {
    const bare = written.replace(/ \(not tracked\)$/, "");
    if (bare !== written) untracked.push(bare);
    if (bare !== "expect" && bare !== "(cluster)") tree.set(bare, content);
  }
  const cluster = files.get("(cluster)") ?? null;
  return { name, title: comment, expected: files.get("expect") ?? "", files: tree, cluster, untracked };
}

/** What a rule finds in the repository of a case. */
export function findingsIn(rule: Rule, { files, cluster, untracked }: RuleCase) {
  const read = readRepository(treeOf(files, untracked));
  const running = cluster === null ? null : projectCluster(clusterFromYaml(cluster));
  const comparison = running === null ? null : compare(read, running, null);
  const repository = comparison === null ? read : { ...read, files: [...read.files, ...comparison.files] };
  const rows = buildMatrix(repository, comparison);
  return { repository, rows, findings: [...rule.check({ repository, rows, comparison })] };
}

/** The same as `holdfast audit --output compact` prints it. */
export function compactOutput({ repository, findings }: ReturnType<typeof findingsIn>): string {
  const lines = findings.map(({ at, severity, what, rule: id }) => {
    const [place] = at;
    const file = place === undefined ? undefined : repository.files[place.file];
    if (place === undefined || file === undefined) throw new Error(`${id} has a finding without a place`);
    const { line, column } = positionAt(file, place.start);
    const where = file.object === undefined ? `${file.path}:${line}:${column}` : file.path;
    return { path: file.path, line, text: `${where}: ${severity} - ${what} (${id})\n` };
  });
  return lines
    .toSorted((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1))
    .map(({ text }) => text)
    .join("");
}
