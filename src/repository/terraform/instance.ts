import type { Problem } from "../../model/problem.ts";
import type { SourceFile } from "../../model/source.ts";
import type { SpanRole } from "../../model/span.ts";
import { isKnown, known, unknown, type Reason, type Told } from "../../model/told.ts";
import { via } from "../provenance.ts";
import { unknownValue } from "../value-tree.ts";
import type { Value } from "../value.ts";
import { Evaluator } from "./evaluator.ts";
import { Memo } from "./memo.ts";
import { attribute, expressionSpan, headerSpan, type Module, type PlacedBlock } from "./module.ts";
import { followReference, type Referable } from "./references.ts";
import {
  collected,
  countRepetitions,
  forEachRepetitions,
  keySuffix,
  notRepeated,
  switchedOn,
  type Repetition,
} from "./repetition.ts";
import { resourceValue } from "./resource.ts";
import type { Scope } from "./scope.ts";
import { listFrom, openFrom, type RootInputs, type Surroundings } from "./surroundings.ts";
import { convertTo } from "./type-constraint.ts";

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
export class ModuleInstance extends Evaluator implements Referable {
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
  readonly #memo = new Memo();
  readonly #children = new Map<string, ChildInstances>();

  private constructor(module: Module, surroundings: Surroundings, use: Use) {
    super();
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

  override scope(file: SourceFile, repetition: Repetition): Scope {
    return {
      file,
      lookup: (root, names) => followReference(this, root, names, repetition),
      open: (path) => openFrom(this.#surroundings, path),
      list: (directory) => listFrom(this.#surroundings, directory),
    };
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

  planned(address: string): Value | undefined {
    return this.#surroundings.data(address);
  }

  variable(name: string): Value {
    return this.#memo.once(`var.${name}`, () => {
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
        return unknownValue("variable-without-value", `var.${name} has no default and no value in the repository`, {
          supply: "--plan plan.json, or a terraform.tfvars",
          at: headerSpan(declared),
        });
      }
      const role: SpanRole = this.#isRoot ? "root variable default" : "variable default";
      return typed(via(this.evaluate(standard), role, `var.${name}`, expressionSpan(standard)));
    });
  }

  #nullable(declared: PlacedBlock): boolean {
    const nullable = this.attribute(declared, "nullable");
    return !(nullable?.kind === "bool" && !nullable.value);
  }

  local(name: string): Value {
    return this.#memo.once(`local.${name}`, () => {
      const declared = this.module.locals.get(name);
      if (declared === undefined)
        return unknownValue("not-declared", `local.${name} is not declared in ${this.module.directory}`);
      return via(this.evaluate(declared), "local", `local.${name}`, expressionSpan(declared));
    });
  }

  output(name: string): Value {
    return this.#memo.once(`output.${name}`, () => {
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

  resource(type: string, name: string, placed: PlacedBlock, asIfOn: boolean): Value {
    const key = `${asIfOn ? "as if on: " : ""}${type}.${name}`;
    return this.#memo.once(key, () => {
      const repetitions = this.repetitions(placed);
      const isOff = repetitions.length === 0 && attribute(placed, "count") !== undefined;
      const read = asIfOn && isOff ? [switchedOn(placed)] : repetitions;
      return collected(
        read.map((repetition) => ({ repetition, value: resourceValue(this, type, name, placed, repetition) })),
      );
    });
  }
}

/** What a module call gives: its instances, or why they cannot be told. */
export type ChildInstances =
  | { readonly instances: readonly { readonly repetition: Repetition; readonly instance: ModuleInstance }[] }
  | { readonly reason: Reason };

/** Terraform sets no limit; real code stays below 10. */
const maximumModuleDepth = 30;
const metaArguments = new Set(["source", "version", "for_each", "count", "providers", "depends_on", "lifecycle"]);
