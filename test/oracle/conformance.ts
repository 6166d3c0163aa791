import { Configuration } from "../../src/repository/terraform/configuration.ts";
import { surroundingsOf } from "../../src/repository/terraform/stacks.ts";
import { rootInputs } from "../../src/repository/terraform/variables.ts";
import { evaluate } from "../../src/repository/terraform/evaluate.ts";
import { ModuleInstance } from "../../src/repository/terraform/instance.ts";
import { notRepeated } from "../../src/repository/terraform/repetition.ts";
import { parseExpression } from "../../src/repository/hcl/parse.ts";
import { Sources } from "../../src/repository/sources.ts";
import { whyUnknown } from "../../src/repository/value-tree.ts";
import type { Value } from "../../src/repository/value.ts";
import { askConsole, type Answer } from "./console.ts";
import { difference, parseJson, typeDifference } from "./expected.ts";
import { Expressions } from "./expressions.ts";
import { assignments, fixtureFiles } from "./fixture.ts";
import { memoryTree } from "./memory-tree.ts";
import { Random } from "./random.ts";

export interface Tally {
  /** Wholly known, and OpenTofu agrees. */
  agreed: number;
  /** Known in part, and OpenTofu agrees with those parts. */
  agreedInPart: number;
  /** Both refuse the expression. */
  refused: number;
  /** Reasons of what was left unknown although OpenTofu answers, by code. */
  readonly unknown: Map<string, number>;
  /**
   * Known, where OpenTofu refuses the expression: what is not computed here (a limit) can hide that two types do not fit.
   * Such a plan fails, so nothing wrong is believed of it; more than one in a thousand is a mistake all the same.
   */
  readonly accepted: string[];
  readonly wrong: string[];
}

export function newTally(): Tally {
  return { agreed: 0, agreedInPart: 0, refused: 0, unknown: new Map(), accepted: [], wrong: [] };
}

export function total(tally: Tally): number {
  return (
    tally.agreed +
    tally.agreedInPart +
    tally.refused +
    tally.wrong.length +
    tally.accepted.length +
    [...tally.unknown.values()].reduce((sum, count) => sum + count, 0)
  );
}

/** The figures as lines of text. */
export function summary(tally: Tally): string[] {
  const line = (name: string, count: number): string =>
    `${name.padEnd(32)} ${String(count).padStart(6)} (${((100 * count) / Math.max(1, total(tally))).toFixed(1)} %)`;
  return [
    line("agreed", tally.agreed),
    line("agreed as far as known", tally.agreedInPart),
    line("refused by both", tally.refused),
    ...[...tally.unknown].toSorted((a, b) => b[1] - a[1]).map(([code, count]) => line(`unknown: ${code}`, count)),
    line("known, OpenTofu refuses", tally.accepted.length),
    line("WRONG", tally.wrong.length),
  ];
}

const batchSize = 500;

/** Compares generated expressions with `tofu console`. */
export function checkExpressions(count: number, seed: number, tally: Tally): void {
  const random = new Random(seed);
  for (let done = 0; done < count; done += batchSize) {
    const size = Math.min(batchSize, count - done);
    const expressions = Array.from({ length: size }, () => generated(random));
    compareAll(expressions, tally);
  }
}

function generated(random: Random): string {
  for (;;) {
    const expression = new Expressions(random, random.chance(0.4)).any(1 + random.below(4));
    if (expression.length < 1500) return expression;
  }
}

function compareAll(
  expressions: readonly string[],
  tally: Tally,
  report: (expression: string, reason: string) => void = () => undefined,
): void {
  const root = fixtureRoot();
  const answers = assignments.map((variables) => askConsole(fixtureFiles, variables, expressions));
  expressions.forEach((expression, index) => {
    const value = valueOf(root, expression);
    compare(
      expression,
      value,
      answers.map((batch) => batch[index] ?? { json: undefined, type: undefined }),
      tally,
      report,
    );
  });
}

function fixtureRoot(): ModuleInstance {
  return rootOf(fixtureFiles);
}

/** The root module of these files. */
export function rootOf(files: ReadonlyMap<string, string>): ModuleInstance {
  const configuration = new Configuration(new Sources(memoryTree(files)), []);
  const module = configuration.module(".");
  if (module === undefined) throw new Error("there is no root module");
  return ModuleInstance.root(module, surroundingsOf(configuration, "."), rootInputs(configuration, "."));
}

export function valueOf(root: ModuleInstance, text: string): Value {
  const file = { id: 1_000_000, path: "expression", text, tracked: null };
  const { expression, problems } = parseExpression(text);
  if (problems.length > 0) throw new Error(`does not parse: ${text}: ${JSON.stringify(problems)}`);
  return evaluate(expression, root.scope(file, notRepeated));
}

function compare(
  expression: string,
  value: Value,
  answers: readonly Answer[],
  tally: Tally,
  report: (expression: string, reason: string) => void,
): void {
  const reason = whyUnknown(value);
  const usesHole = /\bu_|\blocal\.u[tmyz]/.test(expression);
  const asked = usesHole ? answers : answers.slice(0, 1);
  for (const answer of asked) {
    const wrong = wrongness(value, answer, usesHole);
    if (wrong !== undefined) {
      const list = wrong === refusedMessage ? tally.accepted : tally.wrong;
      list.push(`${expression}\n    ${wrong}`);
      return;
    }
  }
  if (reason === undefined) tally.agreed += 1;
  else if (asked.every((answer) => answer.json === undefined)) tally.refused += 1;
  else if (value.kind !== "unknown") tally.agreedInPart += 1;
  else {
    tally.unknown.set(reason.code, (tally.unknown.get(reason.code) ?? 0) + 1);
    report(expression, `${reason.code}: ${reason.text}`);
  }
}

const refusedMessage = "known, but OpenTofu refuses it";

function wrongness(value: Value, answer: Answer, usesHole: boolean): string | undefined {
  if (answer.json === undefined) {
    // With one value of a variable the expression may fail: nothing is deployed then.
    return usesHole || whyUnknown(value) !== undefined ? undefined : refusedMessage;
  }
  const parsed = parseJson(answer.json);
  const expected = parsed instanceof Map ? parsed.get("v") : undefined;
  const wrong = difference(value, expected ?? null);
  if (wrong !== undefined || whyUnknown(value) !== undefined || answer.type === undefined) return wrong;
  return typeDifference(value, answer.type);
}
