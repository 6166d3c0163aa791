import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { parseHcl, parseTemplate } from "../../src/repository/hcl/parse.ts";
import type { SyntaxProblem } from "../../src/repository/hcl/syntax.ts";
import { bodyTree, tree } from "./hcl-tree.ts";

/** A text to read: a file of attributes and blocks, or (`template`) one for `templatefile()`. */
export interface HclText {
  /** Where it is from. */
  readonly name: string;
  readonly text: string;
  readonly template: boolean;
}

export interface HclTally {
  /** Both read the same. */
  identical: number;
  refused: number;
  /** Differences that are known and wanted, by what they are. */
  readonly accepted: Map<string, number>;
  readonly different: string[];
}

/** hashicorp/hcl as test/oracle/hcl/build.sh leaves it. */
const hclOracle = join(
  process.env["HOLDFAST_CACHE"] ?? join(homedir(), ".cache", "holdfast"),
  `hcl-${hclVersion()}`,
  "hcl-oracle",
);

/** What to do about a missing oracle; `undefined` where it is there. */
export function missingHclOracle(): string | undefined {
  return existsSync(hclOracle) ? undefined : `no ${hclOracle}: test/oracle/hcl/build.sh builds it (needs Go)`;
}

const batchSize = 2000;

/** Reads all texts with our parser and with HCL. Throws where the oracle is missing or breaks. */
export function compareHcl(texts: readonly HclText[]): HclTally {
  const tally: HclTally = { identical: 0, refused: 0, accepted: new Map(), different: [] };
  for (let from = 0; from < texts.length; from += batchSize) {
    const batch = texts.slice(from, from + batchSize);
    const answers = askHcl(batch);
    batch.forEach((text, index) => {
      const answer = answers[index];
      if (answer === undefined) throw new Error(`${hclOracle} left ${text.name} out`);
      compare(text, answer, tally);
    });
  }
  return tally;
}

/** The figures as lines of text. */
export function hclSummary({ identical, refused, accepted, different }: HclTally): string[] {
  const line = (name: string, count: number): string => `${name.padEnd(48)} ${String(count).padStart(6)}`;
  return [
    line("identical", identical),
    line("refused by both", refused),
    ...[...accepted].map(([name, count]) => line(`accepted: ${name}`, count)),
    line("DIFFERENT", different.length),
  ];
}

/** What HCL says against a text, or else the tree it read. */
type Answer = z.infer<typeof answerSchema>;

const answerSchema = z.object({ tree: z.string(), refusals: z.array(z.string()) }).readonly();

interface Reading {
  readonly tree: string;
  readonly problems: readonly SyntaxProblem[];
}

/** Each is a text that hardly anyone writes, or one that HCL or we refuse although it is plain what is meant. */
const acceptedDifferences: readonly {
  readonly name: string;
  readonly applies: (text: string, ours: Reading, theirs: Answer) => boolean;
}[] = [
  {
    // HCL refuses `a.0.1` and asks for `a[0][1]`. What is meant is plain.
    name: "two legacy indexes in a row, read here",
    applies: (_, ours, theirs) =>
      ours.problems.length === 0 &&
      theirs.refusals.length > 0 &&
      theirs.refusals.every((summary) => summary === "Invalid legacy index syntax"),
  },
  {
    // The limit that keeps hostile input from exhausting the stack.
    name: "nested deeper than is read here",
    applies: (_, ours, theirs) =>
      theirs.refusals.length === 0 && ours.problems.length > 0 && ours.problems.every(({ kind }) => kind === "depth"),
  },
  {
    // HCL's scanner knows it only as a part of a line's end.
    name: "a carriage return without a new line",
    applies: (text) => /\r(?!\n)/.test(text),
  },
  {
    // HCL's scanner takes `$` or `%` together with the character after it, and `~` removes white space of its last token only. Ours
    // removes all of it.
    name: "white space after $ or % at a line's end, before ~",
    applies: (text, ours, theirs) =>
      /[$%](?:\r|[\t ]\r?)\n\s*[$%]\{~/.test(text) &&
      ours.problems.length + theirs.refusals.length === 0 &&
      withoutEnds(theirs.tree) === withoutEnds(ours.tree),
  },
];

/** Without white space between a `$` or `%` and the end of its text. */
function withoutEnds(read: string): string {
  return read.replaceAll(/([$%])(?:\\[rt]| )"/g, '$1"');
}

function compare(text: HclText, theirs: Answer, tally: HclTally): void {
  const ours = readHere(text);
  if (ours.problems.length > 0 && theirs.refusals.length > 0) {
    tally.refused += 1;
    return;
  }
  if (ours.problems.length + theirs.refusals.length === 0 && ours.tree === theirs.tree) {
    tally.identical += 1;
    return;
  }
  const accepted = acceptedDifferences.find(({ applies }) => applies(text.text, ours, theirs));
  if (accepted === undefined) tally.different.push(described(text, ours, theirs));
  else tally.accepted.set(accepted.name, (tally.accepted.get(accepted.name) ?? 0) + 1);
}

function readHere({ text, template }: HclText): Reading {
  if (template) {
    const read = parseTemplate(text);
    return { tree: tree(read.template), problems: read.problems };
  }
  const read = parseHcl(text);
  return { tree: bodyTree(read.body, text), problems: read.problems };
}

function described({ name, text }: HclText, ours: Reading, theirs: Answer): string {
  const problem = ours.problems[0];
  const from = Math.max(0, differsAt(ours.tree, theirs.tree) - 60);
  const excerpt = ({ tree: whole }: Reading | Answer): string => JSON.stringify(whole.slice(from, from + 140));
  return [
    name,
    `  text ${JSON.stringify(text.length > 1000 ? `${text.slice(0, 1000)}...` : text)}`,
    `  ours ${problem === undefined ? excerpt(ours) : `refuses at ${problem.start}: ${problem.message}`}`,
    `  HCL  ${theirs.refusals.length === 0 ? excerpt(theirs) : `refuses: ${theirs.refusals.join("; ")}`}`,
  ].join("\n");
}

function differsAt(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}

function askHcl(texts: readonly HclText[]): Answer[] {
  const missing = missingHclOracle();
  if (missing !== undefined) throw new Error(missing);
  const { status, error, stdout, stderr } = spawnSync(hclOracle, {
    input: texts.map(({ text, template }) => JSON.stringify({ text, template })).join("\n"),
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`${hclOracle}: ${error?.message ?? stderr.slice(0, 2000)}`);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => answerSchema.parse(JSON.parse(line)));
}

/** test/oracle/hcl/go.mod is the one place that names it. */
function hclVersion(): string {
  const mod = readFileSync(new URL("hcl/go.mod", import.meta.url), "utf8");
  const version = /github\.com\/hashicorp\/hcl\/v2 v(\S+)/.exec(mod)?.[1];
  if (version === undefined) throw new Error("test/oracle/hcl/go.mod names no version of HCL");
  return version;
}
