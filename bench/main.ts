import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { agentTable } from "./agent.ts";
import { agentsTable } from "./agents.ts";
import { clusterTable } from "./cluster.ts";
import { joinTable } from "./join.ts";
import { canTellMemory, measured, type Program } from "./measure.ts";
import { nodeTable } from "./node.ts";
import { placingTable } from "./placing.ts";
import { missingSchedulerOracle } from "../test/oracle/placing-comparison.ts";
import { floors, peers, publishedPackage } from "./programs.ts";
import { markdown } from "./table.ts";
import { generatedTree, realTree, type MeasuredTree } from "./trees.ts";

const usage = `Usage: npm run bench -- audit [PATH...] [--write] [--runs N]   measure holdfast audit, and peers where installed
       npm run bench -- startup [--runs N]                  measure holdfast --help
       npm run bench -- join [--runs N]                     join the ledgers of a full node, in one process
       npm run bench -- node [--runs N]                     measure the reading of a node's kernel, and ss; needs root
       npm run bench -- cluster [--runs N]                  a snapshot of 1,000 nodes and 30,000 pods of a real API server
       npm run bench -- agent                               the agent on a node of the test bed with 110 pods; needs root
       npm run bench -- agents                              what 1,000 agents cost a real API server with 30,000 pods
       npm run bench -- placing [--runs N]                  100 placements in a cluster of 1,000 nodes, beside the scheduler's own code
       npm run bench -- --smoke                             run everything once on a few files; no time is judged

Peers are found on the PATH, or where HOLDFAST_BENCH_RENOVATE and HOLDFAST_BENCH_TFLINT say.
`;

const largeNode = { processes: 2000, pods: 110, sockets: 10_000 };
const smallNode = { processes: 20, pods: 3, sockets: 50 };

const largeCluster = { nodes: 1000, pods: 30_000 };
const smallCluster = { nodes: 2, pods: 20 };

const largeRollout = { ...largeCluster, replicas: 100 };
const fiveNodes = { nodes: 5, pods: 100, replicas: 100 };

const page = join(import.meta.dirname, "..", "docs", "benchmarks.md");

async function bench(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { smoke: { type: "boolean" }, write: { type: "boolean" }, runs: { type: "string", default: "5" } },
  });
  const [command, ...paths] = positionals;
  const scratch = mkdtempSync(join(tmpdir(), "holdfast-bench-"));
  try {
    if (values.smoke === true) process.stdout.write(await smoke(scratch));
    else if (command === "audit") benchAudit(scratch, paths, Number(values.runs), values.write === true);
    else if (command === "startup") process.stdout.write(startup(scratch, Number(values.runs)));
    else if (command === "join") process.stdout.write(joinTable(Number(values.runs)));
    else if (command === "node") process.stdout.write(await nodeTable(scratch, largeNode, Number(values.runs)));
    else if (command === "cluster")
      process.stdout.write(await clusterTable(scratch, largeCluster, Number(values.runs)));
    else if (command === "placing") {
      process.stdout.write(placingTable([largeRollout, fiveNodes], Number(values.runs)));
    } else if (command === "agent") process.stdout.write(await agentTable(scratch, { pods: 106, cycles: 24 }));
    else if (command === "agents") process.stdout.write(await agentsTable(scratch, largeCluster));
    else {
      process.stderr.write(usage);
      process.exitCode = 2;
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function benchAudit(scratch: string, paths: readonly string[], runs: number, write: boolean): void {
  const trees = [
    ...[500, 5_000].map((count) => generatedTree(scratch, count, 1)),
    // npm runs scripts in the package's directory; the person may stand elsewhere.
    ...paths.map((path) => realTree(resolve(process.env["INIT_CWD"] ?? ".", path))),
  ];
  const sections = trees.map((tree) => {
    const table = auditTable(scratch, tree, runs);
    process.stdout.write(`${table}\n`);
    return table;
  });
  if (write) writeFileSync(page, withSection(readFileSync(page, "utf8"), [conditions(runs), ...sections].join("\n")));
}

function auditTable(scratch: string, tree: MeasuredTree, runs: number): string {
  const programs = [publishedPackage(scratch), ...peers(scratch), ...floors()];
  const kibibytes = Math.round(tree.bytes / 1024);
  const title = `### ${tree.title}: ${tree.hcl} HCL + ${tree.yaml} YAML files, ${kibibytes} KiB`;
  return `${title}\n\n${markdown(programs, measured(programs, tree.directory, runs))}`;
}

function startup(scratch: string, runs: number): string {
  const own = publishedPackage(scratch);
  const [node, program] = own.command;
  const help: Program = { ...own, name: "holdfast --help", command: [node, program ?? "", "--help"] };
  const programs = [help, ...floors().slice(-1)];
  const table = markdown(programs, measured(programs, scratch, runs));
  return `${conditions(runs)}\n${table}`;
}

/** Everything once on a few files. Throws where a program fails; no time is judged. */
async function smoke(scratch: string): Promise<string> {
  const tree = generatedTree(scratch, 40, 1);
  if (tree.hcl !== 40 || tree.yaml !== 40) throw new Error(`asked for 40 + 40 files, got ${tree.hcl} + ${tree.yaml}`);
  const programs = [publishedPackage(scratch), ...floors()];
  const audited = markdown(programs, measured(programs, tree.directory, 0));
  const joined = `${joinTable(1)}\n${missingSchedulerOracle() ?? placingTable([{ ...fiveNodes, replicas: 5 }], 1)}`;
  return process.getuid?.() === 0
    ? `${audited}\n${joined}\n${await nodeTable(scratch, smallNode, 0)}\n${await clusterTable(scratch, smallCluster, 0)}`
    : `${audited}\n${joined}\nnode: not run, it needs root\n`;
}

function conditions(runs: number): string {
  const [cpu] = cpus();
  const memory = canTellMemory ? "" : " Memory could not be told: GNU time is missing.";
  return (
    `Measured on ${new Date().toISOString().slice(0, 10)} with Node ${process.versions.node} on ${process.platform} ${process.arch}, ` +
    `${cpus().length} cores of ${cpu?.model.trim() ?? "an unnamed processor"}. Medians of ${runs} rounds, each program once a round, after one to warm up; what takes over 20 s runs once. Load average at the end: ${loadavg()[0]?.toFixed(1)}.${memory}\n`
  );
}

const begin = "<!-- bench audit: begin -->";
const end = "<!-- bench audit: end -->";

function withSection(text: string, section: string): string {
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error(`docs/benchmarks.md has lost its ${begin} or ${end}`);
  return `${before}${begin}\n\n${section}\n${end}${after}`;
}

await bench();
