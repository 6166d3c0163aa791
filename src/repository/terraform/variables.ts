import type { Span } from "../../model/span.ts";
import { via } from "../provenance.ts";
import { unknownValue } from "../value-tree.ts";
import type { UnknownValue, Value } from "../value.ts";
import type { Configuration } from "./configuration.ts";
import { evaluate } from "./evaluate.ts";
import type { RootInputs } from "./surroundings.ts";
import type { PlanAnswers } from "./plan-file.ts";
import { readJsonValues } from "./json-syntax.ts";

/** Sources besides the variable files: a plan, which beats them, and Terragrunt's inputs, which they beat. */
export interface FurtherInputs {
  readonly answers?: PlanAnswers | undefined;
  readonly further?: RootInputs;
}

/**
 * Values of a root module's variables from the files of its directory, as Terraform reads them:
 * `terraform.tfvars`, then `terraform.tfvars.json`, then `*.auto.tfvars` in lexical order, the later
 * beating the earlier. Other `*.tfvars` count only when `-var-file` names them, which the repository does
 * not tell: they answer where they all agree, and make the value unknown where they do not.
 */
export function rootInputs(
  configuration: Configuration,
  directory: string,
  { answers, further }: FurtherInputs = {},
): RootInputs & { writtenValueOf(name: string): Value | undefined } {
  const paths = configuration.variableFiles.get(directory) ?? [];
  const automatic = paths.filter(isAutomatic).toSorted(byPrecedence);
  const chosen = paths.filter((path) => !isAutomatic(path));
  const read = new Map<string, ReadonlyMap<string, Value>>();
  const valuesOf = (path: string) => {
    const known = read.get(path);
    if (known !== undefined) return known;
    const values = readVariables(configuration, path);
    read.set(path, values);
    return values;
  };
  return {
    valueOf(name) {
      const written = this.writtenValueOf(name);
      const planned = answers?.variable(name);
      if (planned === undefined || (written !== undefined && isSameText(written, planned))) return written;
      return via(planned, "plan", `var.${name}`, configuration.placeOfPlan(answers?.label ?? ""));
    },
    writtenValueOf(name) {
      const choices = chosen.flatMap((path) => {
        const value = valuesOf(path).get(name);
        return value === undefined ? [] : [{ path, value }];
      });
      if (choices.length > 0) return agreed(name, choices);
      for (const path of automatic.toReversed()) {
        const value = valuesOf(path).get(name);
        if (value !== undefined) return value;
      }
      return further?.valueOf(name);
    },
  };
}

function isSameText(a: Value, b: Value): boolean {
  return a.kind === "string" && b.kind === "string" && a.value === b.value;
}

function readVariables(configuration: Configuration, path: string): ReadonlyMap<string, Value> {
  const source = configuration.open(path);
  if (source === undefined) return new Map();
  const role = isAutomatic(path) ? "tfvars" : "var-file";
  if (path.endsWith(".json")) {
    const values = [...readJsonValues(source)];
    return new Map(values.map(([name, value]) => [name, via(value, role, `var.${name}`, value.at[0])]));
  }
  const body = configuration.body(path);
  const scope = { file: source, lookup: () => undefined, open: noFiles, list: () => null };
  return new Map(
    (body?.attributes ?? []).map(({ name, value }) => {
      const span: Span = { file: source.id, start: value.start, end: value.end };
      return [name, via(evaluate(value, scope), role, `var.${name}`, span)];
    }),
  );
}

function noFiles(): UnknownValue {
  return unknownValue("file-not-in-repository", "variable files cannot read files");
}

function agreed(name: string, choices: readonly { path: string; value: Value }[]): Value {
  const [first] = choices;
  const texts = new Set(choices.map(({ value }) => (value.kind === "string" ? value.value : undefined)));
  if (first !== undefined && texts.size === 1 && !texts.has(undefined)) return first.value;
  if (first !== undefined && choices.length === 1) return first.value;
  const at = choices.flatMap(({ value }) => value.at.slice(0, 1));
  const reason = {
    code: "variable-file-choice" as const,
    text: `var.${name} depends on which of ${choices.length} variable files -var-file names`,
    at,
    supply: "--plan plan.json",
  };
  return { kind: "unknown", reason, at };
}

function isAutomatic(path: string): boolean {
  return /(?:^|\/)(?:terraform\.tfvars(?:\.json)?|[^/]*\.auto\.tfvars(?:\.json)?)$/.test(path);
}

function byPrecedence(a: string, b: string): number {
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

function rank(path: string): number {
  if (path.endsWith("terraform.tfvars")) return 0;
  return path.endsWith("terraform.tfvars.json") ? 1 : 2;
}
