import type { Problem } from "../../model/problem.ts";
import type { SourceFile } from "../../model/source.ts";
import type { Span, SpanRole } from "../../model/span.ts";
import { isKnown, known, unknown, type Reason, type Told } from "../../model/told.ts";
import type { Sources } from "../sources.ts";
import { relativePath, resolvePath } from "../paths.ts";
import type { UnknownValue, Value } from "../value.ts";
import { evaluate } from "./evaluate.ts";
import { convertTo } from "./type-constraint.ts";
import {
  attribute,
  expressionSpan,
  headerSpan,
  type Module,
  type PlacedBlock,
  type PlacedExpression,
} from "./module.ts";
import { resourceValue } from "./resource.ts";
import type { Scope } from "./scope.ts";

/** `each.key` and `each.value`, or `count.index`, for one instance of a resource or call. */
export type Repetition =
  | { readonly kind: "for_each"; readonly key: string; readonly value: Value }
  /** `assumed`: there is no instance, and it is read as if there were one. */
  | { readonly kind: "count"; readonly index: number; readonly assumed?: true }
  | { readonly kind: "unknown"; readonly reason: Reason }
  | { readonly kind: "none" };

export const notRepeated: Repetition = { kind: "none" };

/** Where the values of a root module's variables come from besides their defaults, strongest first. */
export interface RootInputs {
  /** Value of a variable, or `undefined` where this source says nothing of it. */
  valueOf(name: string): Value | undefined;
}

/** What an instance needs of its surroundings. */
export interface Surroundings {
  readonly sources: Sources;
  /** Directory of the stack: relative paths in functions start here. */
  readonly stackDirectory: string;
  /** The module of a call, or why it cannot be told. */
  moduleOf(call: PlacedBlock, caller: ModuleInstance): Module | Reason;
  /** What a plan says of a data source, by address. */
  data(address: string): Value | undefined;
}

/** Gives the values of expressions: a module instance, or one with further names in scope. */
export interface Evaluator {
  evaluate(placed: PlacedExpression, repetition?: Repetition): Value;
  attribute(placed: PlacedBlock, name: string, repetition?: Repetition): Value | undefined;
  withVariable(name: string, value: Value): Evaluator;
  scope(file: SourceFile, repetition: Repetition): Scope;
}

function boundEvaluator(outer: Evaluator, name: string, value: Value): Evaluator {
  const scope = (file: SourceFile, repetition: Repetition): Scope => {
    const outside = outer.scope(file, repetition);
    return { ...outside, lookup: (root, names) => (root === name ? { value, used: 0 } : outside.lookup(root, names)) };
  };
  const evaluator: Evaluator = {
    scope,
    evaluate: (placed, repetition = notRepeated) => evaluate(placed.expression, scope(placed.source, repetition)),
    attribute: (placed, attributeName, repetition) => {
      const found = attribute(placed, attributeName);
      return found && evaluator.evaluate(found, repetition);
    },
    withVariable: (inner, innerValue) => boundEvaluator(evaluator, inner, innerValue),
  };
  return evaluator;
}

/** One use of a module: by whom, and with what. */
interface Use {
  readonly address: string;
  readonly argument: (name: string) => Value | undefined;
  readonly isRoot: boolean;
  readonly deployed: Told<boolean>;
  /** Directories of the modules that call it, directly or not. */
  readonly callers: ReadonlySet<string>;
}

/** A module as it is used in one place: its variables have values, so its expressions do. */
export class ModuleInstance implements Evaluator {
  readonly module: Module;
  /** `module.a["k"].module.b`; empty for the root. */
  readonly address: string;
  /** False where `count` or `for_each` of a call is known to give no instance: it is read as if it were on. */
  readonly deployed: Told<boolean>;
  readonly #surroundings: Surroundings;
  readonly #argument: (name: string) => Value | undefined;
  readonly #isRoot: boolean;
  /** Directories of the modules that this one is called by, and its own. */
  readonly #directories: ReadonlySet<string>;
  readonly #memo = new Map<string, Value>();
  readonly #running = new Set<string>();
  readonly #children = new Map<string, ChildInstances>();

  private constructor(module: Module, surroundings: Surroundings, use: Use) {
    this.module = module;
    this.address = use.address;
    this.#surroundings = surroundings;
    this.#argument = use.argument;
    this.#isRoot = use.isRoot;
    this.#directories = new Set([...use.callers, module.directory]);
    this.deployed = use.deployed;
  }

  static root(module: Module, surroundings: Surroundings, inputs: RootInputs): ModuleInstance {
    const argument = (name: string) => inputs.valueOf(name);
    return new ModuleInstance(module, surroundings, {
      address: "",
      argument,
      isRoot: true,
      deployed: known(true),
      callers: new Set(),
    });
  }

  /** The value of an expression that stands in this module. */
  evaluate(placed: PlacedExpression, repetition: Repetition = notRepeated): Value {
    return evaluate(placed.expression, this.scope(placed.source, repetition));
  }

  /** The value of a block's attribute; `undefined` where it is not written. */
  attribute(placed: PlacedBlock, name: string, repetition: Repetition = notRepeated): Value | undefined {
    const found = attribute(placed, name);
    return found && this.evaluate(found, repetition);
  }

  scope(file: SourceFile, repetition: Repetition): Scope {
    return {
      file,
      lookup: (root, names) => this.#lookup(root, names, repetition),
      open: (path) => openFor(this.#surroundings, path),
      list: (directory) => listBelow(this.#surroundings, directory),
    };
  }

  /** This instance with one more name in scope, such as the iterator of a `dynamic` block. */
  withVariable(name: string, value: Value): Evaluator {
    return boundEvaluator(this, name, value);
  }

  /** Why an attribute that a block seems to lack may be there all the same: part of the block did not parse. */
  damageIn({ source, block }: PlacedBlock): Reason | undefined {
    const inside = ({ code, path, at }: Problem) =>
      path === source.path &&
      (code === "HCL001" || code === "HCL002") &&
      at !== undefined &&
      at.start >= block.start &&
      at.start <= block.end;
    const problem = this.#surroundings.sources.problems.find(inside);
    return (
      problem && {
        code: "syntax-error",
        text: "part of the block did not parse",
        at: problem.at === undefined ? [] : [problem.at],
      }
    );
  }

  /** The instances of a resource or module block that `for_each` and `count` give. */
  repetitions(placed: PlacedBlock): readonly Repetition[] {
    const forEach = this.attribute(placed, "for_each");
    if (forEach !== undefined) return forEachRepetitions(forEach);
    const count = this.attribute(placed, "count");
    return count === undefined ? [notRepeated] : countRepetitions(count);
  }

  /**
   * What a resource or module block says, for each instance. One that is switched off (`count = 0`) is read as if
   * it were on: what it says is what a switch would deploy.
   */
  declared(placed: PlacedBlock): readonly { repetition: Repetition; deployed: Told<boolean> }[] {
    const repetitions = this.repetitions(placed);
    if (repetitions.length === 0) return [{ repetition: switchedOn(placed), deployed: known(false) }];
    return repetitions.map((repetition) => ({ repetition, deployed: this.#deploys(repetition) }));
  }

  #deploys(repetition: Repetition): Told<boolean> {
    if (isKnown(this.deployed) && !this.deployed.known) return this.deployed;
    return repetition.kind === "unknown" ? unknown(repetition.reason) : this.deployed;
  }

  /** Directory of the repository that relative paths in this stack start from. */
  get workingDirectory(): string {
    return this.#surroundings.stackDirectory;
  }

  /** A file of the repository by its path from the root; `undefined` where it is missing or was not read. */
  open(path: string): SourceFile | undefined {
    return this.#surroundings.sources.text(path);
  }

  hasFile(path: string): boolean {
    return this.#surroundings.sources.entries.has(path);
  }

  /** Whether the repository has anything below a path from the root. Asks every entry. */
  hasDirectory(path: string): boolean {
    return [...this.#surroundings.sources.entries.keys()].some((entry) => entry.startsWith(`${path}/`));
  }

  /** The instances of a call to read: those that it makes, or the one that it would make if it were on. */
  called(name: string): readonly ModuleInstance[] {
    const children = this.children(name);
    if ("reason" in children) return [];
    if (children.instances.length > 0) return children.instances.map(({ instance }) => instance);
    const call = this.module.calls.get(name);
    const module = call && this.#surroundings.moduleOf(call, this);
    if (call === undefined || module === undefined || "code" in module) return [];
    return [this.#instance(call, name, module, switchedOn(call), known(false))];
  }

  /** The modules that this one calls, as used here. Calls in a circle give none. */
  children(name: string): ChildInstances {
    const found = this.#children.get(name);
    if (found !== undefined) return found;
    const made = this.#makeChildren(name);
    this.#children.set(name, made);
    return made;
  }

  #makeChildren(name: string): ChildInstances {
    const call = this.module.calls.get(name);
    if (call === undefined) return { reason: { code: "not-declared", text: `module.${name} is not declared`, at: [] } };
    const module = this.#surroundings.moduleOf(call, this);
    if ("code" in module) return { reason: module };
    if (this.#directories.has(module.directory))
      return this.#endCalls(call, `module.${name} calls a module that it is part of`);
    if (this.#directories.size > maximumModuleDepth)
      return this.#endCalls(call, `module calls nest more than ${maximumModuleDepth} deep`);
    const instances = this.repetitions(call).map((repetition) => ({
      repetition,
      instance: this.#instance(call, name, module, repetition, this.#deploys(repetition)),
    }));
    return { instances };
  }

  #endCalls(call: PlacedBlock, text: string): ChildInstances {
    const at = headerSpan(call);
    this.#surroundings.sources.note({
      code: "HCL003",
      path: call.source.path,
      text: `${text}: what is below is not read`,
      at,
    });
    return { reason: { code: "cycle", text, at: [at] } };
  }

  #instance(
    call: PlacedBlock,
    name: string,
    module: Module,
    repetition: Repetition,
    deployed: Told<boolean>,
  ): ModuleInstance {
    const address = `${this.address === "" ? "" : `${this.address}.`}module.${name}${keySuffix(repetition)}`;
    const argument = (variable: string) => this.#argumentOf(call, variable, repetition);
    return new ModuleInstance(module, this.#surroundings, {
      address,
      argument,
      isRoot: false,
      deployed,
      callers: this.#directories,
    });
  }

  #argumentOf(call: PlacedBlock, variable: string, repetition: Repetition): Value | undefined {
    const written = attribute(call, variable);
    if (written === undefined || metaArguments.has(variable)) return undefined;
    return via(this.evaluate(written, repetition), "module argument", `var.${variable}`, expressionSpan(written));
  }

  #lookup(root: string, names: readonly string[], repetition: Repetition): { value: Value; used: number } | undefined {
    const [first, second] = names;
    switch (root) {
      case "var":
        return first === undefined ? undefined : { value: this.#variable(first), used: 1 };
      case "local":
        return first === undefined ? undefined : { value: this.#local(first), used: 1 };
      case "each":
      case "count":
        return first === undefined ? undefined : repeated(root, first, repetition);
      case "path":
        return first === undefined ? undefined : { value: this.#path(first), used: 1 };
      case "terraform":
        return {
          value: unknownValue("environment", `terraform.${first ?? ""} depends on where it runs`),
          used: Math.min(1, names.length),
        };
      case "module":
        return first === undefined ? undefined : this.#moduleOutput(first, second);
      case "data":
        return { value: this.#data(names.slice(0, 2).join(".")), used: Math.min(2, names.length) };
      case "self":
        return { value: unknownValue("resource-attribute", "self is known at apply only"), used: 0 };
    }
    if (first === undefined) return undefined;
    const resource = this.module.resources.get(root)?.get(first);
    if (resource === undefined) {
      const name = root.includes("_") ? `${root}.${first}` : root;
      return { value: unknownValue("not-declared", `${name} is not declared in ${this.module.directory}`), used: 1 };
    }
    // What is switched on by the same flag, such as the namespace of a release, is on with it.
    const isAssumed = repetition.kind === "count" && repetition.assumed === true;
    const key = `${isAssumed ? "as if on: " : ""}${root}.${first}`;
    return { value: this.#once(key, () => this.#resource(root, first, resource, isAssumed)), used: 1 };
  }

  #data(name: string): Value {
    const planned = this.#surroundings.data(`${this.address === "" ? "" : `${this.address}.`}data.${name}`);
    return planned ?? unknownValue("data-source", `data.${name} is read at apply`, "--plan plan.json");
  }

  #variable(name: string): Value {
    return this.#once(`var.${name}`, () => {
      const declared = this.module.variables.get(name);
      const given = this.#argument(name);
      if (declared === undefined) {
        return given ?? unknownValue("not-declared", `var.${name} is not declared in ${this.module.directory}`);
      }
      const type = attribute(declared, "type");
      const typed = (value: Value) => (type === undefined ? value : convertTo(value, type.expression, type.source));
      const isNull = given?.kind === "null";
      if (given !== undefined && !(isNull && !this.#nullable(declared))) return typed(given);
      const standard = attribute(declared, "default");
      if (standard === undefined) {
        return unknownValue(
          "variable-without-value",
          `var.${name} has no default and no value in the repository`,
          "--plan plan.json, or a terraform.tfvars",
          headerSpan(declared),
        );
      }
      const role: SpanRole = this.#isRoot ? "root variable default" : "variable default";
      return typed(via(this.evaluate(standard), role, `var.${name}`, expressionSpan(standard)));
    });
  }

  #nullable(declared: PlacedBlock): boolean {
    const nullable = this.attribute(declared, "nullable");
    return !(nullable?.kind === "bool" && !nullable.value);
  }

  #local(name: string): Value {
    return this.#once(`local.${name}`, () => {
      const declared = this.module.locals.get(name);
      if (declared === undefined)
        return unknownValue("not-declared", `local.${name} is not declared in ${this.module.directory}`);
      return via(this.evaluate(declared), "local", `local.${name}`, expressionSpan(declared));
    });
  }

  #path(name: string): Value {
    if (name === "root") return { kind: "string", value: ".", at: [] };
    if (name === "module") {
      const from = this.#surroundings.stackDirectory;
      return { kind: "string", value: relativePath(from, this.module.directory), at: [] };
    }
    return unknownValue("environment", `path.${name} depends on where it runs`);
  }

  #moduleOutput(name: string, output: string | undefined): { value: Value; used: number } {
    const children = this.children(name);
    if ("reason" in children) return { value: { kind: "unknown", reason: children.reason, at: [] }, used: 1 };
    const [only] = children.instances;
    if (only?.repetition.kind === "none" && output !== undefined)
      return { value: only.instance.output(output), used: 2 };
    return {
      value: collect(children.instances.map(({ repetition, instance }) => ({ repetition, value: instance.outputs() }))),
      used: 1,
    };
  }

  output(name: string): Value {
    return this.#once(`output.${name}`, () => {
      const declared = this.module.outputs.get(name);
      const value = declared && attribute(declared, "value");
      if (value === undefined)
        return unknownValue("not-declared", `output ${name} is not declared in ${this.module.directory}`);
      return via(this.evaluate(value), "output", `${this.address}.${name}`, expressionSpan(value));
    });
  }

  outputs(): Value {
    const entries = new Map([...this.module.outputs.keys()].map((name) => [name, this.output(name)]));
    return { kind: "mapping", entries, of: "object", at: [] };
  }

  #resource(type: string, name: string, placed: PlacedBlock, isAssumed: boolean): Value {
    const repetitions = this.repetitions(placed);
    const isOff = repetitions.length === 0 && attribute(placed, "count") !== undefined;
    const values = (isAssumed && isOff ? [switchedOn(placed)] : repetitions).map((repetition) => ({
      repetition,
      value: resourceValue(this, type, name, placed, repetition),
    }));
    return collect(values);
  }

  #once(key: string, compute: () => Value): Value {
    const earlier = this.#memo.get(key);
    if (earlier !== undefined) return earlier;
    if (this.#running.has(key)) return unknownValue("cycle", `${key} refers to itself`);
    this.#running.add(key);
    const value = compute();
    this.#running.delete(key);
    this.#memo.set(key, value);
    return value;
  }
}

/** What a module call gives: its instances, or why they cannot be told. */
export type ChildInstances =
  | { readonly instances: readonly { readonly repetition: Repetition; readonly instance: ModuleInstance }[] }
  | { readonly reason: Reason };

/** Terraform sets no limit; real code stays below 10. */
const maximumModuleDepth = 30;
const maximumInstances = 1_000;
const metaArguments = new Set(["source", "version", "for_each", "count", "providers", "depends_on", "lifecycle"]);

/** `["key"]` or `[0]`; `[?]` where the key could not be told. */
export function keySuffix(repetition: Repetition): string {
  switch (repetition.kind) {
    case "for_each":
      return `[${JSON.stringify(repetition.key)}]`;
    case "count":
      return `[${repetition.index}]`;
    case "unknown":
      return "[?]";
    case "none":
      return "";
  }
}

/** What the first instance would be, were there one. */
function switchedOn(placed: PlacedBlock): Repetition {
  if (attribute(placed, "count") !== undefined) return { kind: "count", index: 0, assumed: true };
  return {
    kind: "unknown",
    reason: { code: "for-each-not-known", text: "for_each has no element here", at: [headerSpan(placed)] },
  };
}

function forEachRepetitions(value: Value): readonly Repetition[] {
  if (value.kind === "mapping" && value.rest === undefined && value.entries.size <= maximumInstances) {
    return [...value.entries].map(([key, item]) => ({
      kind: "for_each",
      key,
      value: via(item, "for_each", `each.value`, undefined, value.at),
    }));
  }
  if (
    value.kind === "list" &&
    value.items.length <= maximumInstances &&
    value.items.every((item) => item.kind === "string")
  ) {
    return value.items.map((item) => ({
      kind: "for_each",
      key: item.kind === "string" ? item.value : "",
      value: item,
    }));
  }
  return [{ kind: "unknown", reason: reasonOf(value, "for-each-not-known", "the keys of for_each could not be told") }];
}

function countRepetitions(value: Value): readonly Repetition[] {
  if (value.kind === "number" && Number.isInteger(value.value) && value.value >= 0 && value.value <= maximumInstances) {
    return Array.from({ length: value.value }, (_, index) => ({ kind: "count", index }));
  }
  return [{ kind: "unknown", reason: reasonOf(value, "for-each-not-known", "count could not be told") }];
}

function reasonOf(value: Value, code: Reason["code"], text: string): Reason {
  return value.kind === "unknown" ? value.reason : { code, text, at: value.at };
}

function repeated(root: "each" | "count", name: string, repetition: Repetition): { value: Value; used: number } {
  if (repetition.kind === "unknown") return { value: { kind: "unknown", reason: repetition.reason, at: [] }, used: 1 };
  if (root === "each" && repetition.kind === "for_each") {
    if (name === "key") return { value: { kind: "string", value: repetition.key, at: [] }, used: 1 };
    if (name === "value") return { value: repetition.value, used: 1 };
  }
  if (root === "count" && repetition.kind === "count" && name === "index") {
    return { value: { kind: "number", value: repetition.index, at: [] }, used: 1 };
  }
  return { value: unknownValue("not-declared", `${root}.${name} has no meaning here`), used: 1 };
}

/** What a reference to a whole resource or module gives: one object, a tuple by `count`, a map by `for_each`. */
function collect(values: readonly { repetition: Repetition; value: Value }[]): Value {
  const [first] = values;
  if (first === undefined) return { kind: "list", items: [], of: "tuple", at: [] };
  switch (first.repetition.kind) {
    case "none":
      return first.value;
    case "unknown":
      return { kind: "unknown", reason: first.repetition.reason, at: [] };
    case "count":
      return { kind: "list", items: values.map(({ value }) => value), of: "tuple", at: [] };
    case "for_each":
      return {
        kind: "mapping",
        of: "object",
        entries: new Map(
          values.map(({ repetition, value }) => [repetition.kind === "for_each" ? repetition.key : "", value]),
        ),
        at: [],
      };
  }
}

/** Puts a step before a value's provenance: the name that was followed and the place it led to. */
export function via(
  value: Value,
  role: SpanRole,
  name: string,
  span: Span | undefined,
  before: readonly Span[] = [],
): Value {
  const step = span === undefined ? [] : [{ ...span, role, name }];
  return { ...value, at: [...step, ...before, ...value.at].slice(-maximumChain) };
}
const maximumChain = 24;

export function unknownValue(code: Reason["code"], text: string, supply?: string, at?: Span): UnknownValue {
  const places = at === undefined ? [] : [at];
  return {
    kind: "unknown",
    reason: { code, text, at: places, ...(supply === undefined ? {} : { supply }) },
    at: places,
  };
}

function openFor(surroundings: Surroundings, path: string): SourceFile | UnknownValue {
  const resolved = resolvePath(surroundings.stackDirectory, path);
  const opened = resolved === null ? undefined : surroundings.sources.open(resolved);
  if (opened === undefined) return unknownValue("file-not-in-repository", "the file is not in the repository");
  if (!("code" in opened)) return opened;
  return unknownValue(opened.code === "READ003" ? "encrypted" : "file-unreadable", opened.text);
}

function listBelow(surroundings: Surroundings, directory: string): readonly string[] | null {
  const resolved = resolvePath(surroundings.stackDirectory, directory);
  if (resolved === null) return null;
  const prefix = resolved === "." ? "" : `${resolved}/`;
  const found = [...surroundings.sources.entries.keys()].filter((path) => path.startsWith(prefix));
  return found.length === 0 ? null : found.map((path) => path.slice(prefix.length));
}
