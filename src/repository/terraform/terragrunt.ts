import type { SourceFile } from "../../model/source.ts";
import { directoryOf, joinPath, relativePath, resolvePath } from "../paths.ts";
import type { ModuleCall } from "../repository.ts";
import type { MappingValue, Value } from "../value.ts";
import type { Block } from "../hcl/syntax.ts";
import type { Configuration } from "./configuration.ts";
import { evaluate } from "./evaluate.ts";
import { via } from "../provenance.ts";
import { unknownValue } from "../value-tree.ts";
import { ModuleInstance } from "./instance.ts";
import type { RootInputs } from "./surroundings.ts";
import { moduleSource } from "./module-calls.ts";
import { gatherModule, type ConfigurationFile, type Module } from "./module.ts";
import type { Scope } from "./scope.ts";
import { surroundingsOf, type UnevaluatedStack } from "./stacks.ts";
import { toldString } from "./told.ts";
import { rootInputs } from "./variables.ts";

/** What Terragrunt's own files of a repository declare. */
export interface ReadTerragrunt {
  readonly stacks: readonly UnevaluatedStack[];
  readonly modules: readonly ModuleCall[];
  /** Directories that units use as their module: nobody applies those on their own. */
  readonly used: ReadonlySet<string>;
}

/** Stands for the absolute path of the checkout, which only the machine that runs Terragrunt knows. */
const checkout = "/\u0001checkout";

export function readTerragrunt(configuration: Configuration): ReadTerragrunt {
  const paths = [...configuration.sources.entries.keys()].filter(isTerragruntFile);
  const used = new Set<string>();
  const modules: ModuleCall[] = [];
  const stacks: UnevaluatedStack[] = [];
  const files = paths.map((path) => TerragruntFile.at(configuration, path, path)).filter((file) => file !== undefined);
  const included = new Set(files.flatMap((file) => file.includes().map(({ file: parent }) => parent?.path)));
  for (const file of files) {
    if (included.has(file.path)) continue;
    if (file.path.endsWith("terragrunt.stack.hcl")) modules.push(...stackUnits(file));
    else readUnit(configuration, file, { used, modules, stacks });
  }
  return { stacks, modules, used };
}

function isTerragruntFile(path: string): boolean {
  return /(?:^|\/)terragrunt(?:\.stack)?\.hcl$/.test(path) && !path.includes(".terragrunt-cache/");
}

function readUnit(
  configuration: Configuration,
  file: TerragruntFile,
  found: { used: Set<string>; modules: ModuleCall[]; stacks: UnevaluatedStack[] },
): void {
  const directory = directoryOf(file.path);
  const source = file.source();
  if (source !== undefined) {
    const call = sourceCall(file, source);
    if (call.source.kind !== "local") {
      found.modules.push(call);
      return;
    }
  }
  const moduleDirectory = source === undefined ? directory : localDirectory(source.value, directory);
  const written = moduleDirectory === null ? undefined : configuration.module(moduleDirectory);
  if (moduleDirectory === null || written === undefined) return;
  found.used.add(moduleDirectory);
  const module = withGenerated(configuration, file, written);
  found.stacks.push({
    key: directory,
    kind: "terragrunt",
    files: [file.path],
    root(answers) {
      const inputs = rootInputs(configuration, moduleDirectory, { answers, further: file.inputs() });
      return ModuleInstance.root(module, surroundingsOf(configuration, moduleDirectory, answers), inputs);
    },
  });
}

function sourceCall(file: TerragruntFile, { value, block }: { value: Value; block: Block }): ModuleCall {
  const told = toldString(value);
  const at = { file: file.file.id, start: block.start, end: block.headerEnd };
  const directory = directoryOf(file.path);
  const text = "unknown" in told ? undefined : told.known;
  const version = text === undefined ? null : (/[?&]version=([^&]+)/.exec(text)?.[1] ?? null);
  return {
    address: block.type === "terraform" ? "terraform.source" : `${block.type}.${block.labels[0] ?? ""}`,
    stack: directory,
    at: value.at.at(-1) ?? at,
    source:
      "unknown" in told
        ? { kind: "unknown", reason: told.unknown }
        : localDirectory(value, directory) !== null
          ? { kind: "local", path: localDirectory(value, directory) ?? "" }
          : moduleSource(told.known, directory),
    version: { known: version, at: value.at },
  };
}

function stackUnits(file: TerragruntFile): readonly ModuleCall[] {
  return file.blocks("unit").flatMap((block) => {
    const value = file.attributeOf(block, "source");
    return value === undefined ? [] : [sourceCall(file, { value, block })];
  });
}

/** Directory in the repository that a `source` leads to; `null` for anything remote or unknown. */
function localDirectory(source: Value, directory: string): string | null {
  if (source.kind !== "string") return null;
  const text = source.value.replace(/(?<!:)\/\//, "/").split("?", 1)[0] ?? "";
  if (text.startsWith(checkout)) return resolvePath(".", text.slice(checkout.length + 1));
  return /^\.\.?(?:\/|$)/.test(text) ? resolvePath(directory, text) : null;
}

/** The module with the files that `generate` blocks write into it. */
function withGenerated(configuration: Configuration, file: TerragruntFile, module: Module): Module {
  const generated = file.generated();
  if (generated.length === 0) return module;
  const kept = (configuration.directories.get(module.directory) ?? []).flatMap((path): ConfigurationFile[] => {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const replaced = generated.some((one) => one.name === name && one.overwrites);
    const source = replaced ? undefined : configuration.open(path);
    const body = source && configuration.body(path);
    return source === undefined || body === undefined ? [] : [{ source, body }];
  });
  const names = new Set(kept.map(({ source }) => source.path.slice(source.path.lastIndexOf("/") + 1)));
  return gatherModule(module.directory, [...kept, ...generated.filter(({ name }) => !names.has(name))]);
}

interface GeneratedFile extends ConfigurationFile {
  readonly name: string;
  readonly overwrites: boolean;
}

interface Include {
  readonly name: string;
  readonly file: TerragruntFile | undefined;
  readonly deep: boolean;
  readonly merges: boolean;
}

/**
 * One Terragrunt file, evaluated for one unit: functions such as `get_terragrunt_dir` answer for the unit
 * also where an included file calls them (Terragrunt docs, 04-reference/01-hcl/04-functions).
 */
class TerragruntFile {
  readonly path: string;
  readonly file: SourceFile;
  readonly #configuration: Configuration;
  readonly #unit: string;
  readonly #locals = new Map<string, Value>();
  readonly #running = new Set<string>();
  readonly #depth: number;
  #includes: readonly Include[] | undefined;

  private constructor(configuration: Configuration, file: SourceFile, unit: string, depth: number) {
    this.#configuration = configuration;
    this.file = file;
    this.path = file.path;
    this.#unit = unit;
    this.#depth = depth;
  }

  static at(configuration: Configuration, path: string, unit: string, depth = 0): TerragruntFile | undefined {
    const file = depth > maximumDepth ? undefined : configuration.open(path);
    return file && new TerragruntFile(configuration, file, unit, depth);
  }

  blocks(type: string): readonly Block[] {
    return this.#configuration.body(this.path)?.blocks.filter((block) => block.type === type) ?? [];
  }

  attributeOf(block: Block, name: string): Value | undefined {
    const written = block.body.attributes.find((candidate) => candidate.name === name);
    return written && evaluate(written.value, this.#scope());
  }

  /** `terraform { source = ... }` of the unit, or of a file that it includes. */
  source(): { value: Value; block: Block } | undefined {
    for (const block of this.blocks("terraform")) {
      const value = this.attributeOf(block, "source");
      if (value !== undefined) return { value, block };
    }
    for (const { file, merges } of this.includes()) {
      const found = merges ? file?.source() : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  includes(): readonly Include[] {
    this.#includes ??= this.blocks("include").map((block) => {
      const path = this.attributeOf(block, "path");
      const target = path?.kind === "string" ? this.#inRepository(path.value) : null;
      const strategy = this.attributeOf(block, "merge_strategy");
      const word = strategy?.kind === "string" ? strategy.value : "shallow";
      const file =
        target === null ? undefined : TerragruntFile.at(this.#configuration, target, this.#unit, this.#depth + 1);
      return { name: block.labels[0] ?? "", file, deep: word.startsWith("deep"), merges: word !== "no_merge" };
    });
    return this.#includes;
  }

  /** The unit's inputs with those of its includes; a variable that they leave out has no value here. */
  inputs(): RootInputs {
    const merged = this.mergedInputs();
    return {
      valueOf: (name) => {
        if (merged === undefined) return undefined;
        if (merged.kind !== "mapping") return merged;
        const value = merged.entries.get(name);
        if (value === undefined) return merged.rest && { kind: "unknown", reason: merged.rest, at: merged.rest.at };
        return containsCheckout(value)
          ? unknownValue("environment", `${name} holds a path of the machine that runs it`)
          : value;
      },
    };
  }

  mergedInputs(): Value | undefined {
    const layers = [...this.includes().filter(({ merges }) => merges), undefined];
    return layers.reduce<Value | undefined>((below, include) => {
      const above = include === undefined ? this.ownInputs() : include.file?.mergedInputs();
      if (below === undefined || above === undefined) return above ?? below;
      return mergeInputs(below, above, include === undefined ? this.includes().some(({ deep }) => deep) : include.deep);
    }, undefined);
  }

  ownInputs(): Value | undefined {
    const written = this.#configuration.body(this.path)?.attributes.find(({ name }) => name === "inputs");
    if (written === undefined) return undefined;
    const span = { file: this.file.id, start: written.value.start, end: written.value.end };
    const value = evaluate(written.value, this.#scope());
    if (value.kind !== "mapping") return value;
    const entries = [...value.entries].map(([name, item]): [string, Value] => [
      name,
      via(item, "terragrunt input", `var.${name}`, item.at[0] ?? span),
    ]);
    return { ...value, entries: new Map(entries) };
  }

  generated(): readonly GeneratedFile[] {
    const own = this.blocks("generate").flatMap((block) => this.#generatedFile(block));
    const names = new Set(own.map(({ name }) => name));
    const inherited = this.includes().flatMap(({ file, merges }) => (merges ? (file?.generated() ?? []) : []));
    return [...own, ...inherited.filter(({ name }) => !names.has(name))];
  }

  #generatedFile(block: Block): GeneratedFile[] {
    const path = this.attributeOf(block, "path");
    const contents = this.attributeOf(block, "contents");
    const exists = this.attributeOf(block, "if_exists");
    if (path?.kind !== "string" || contents === undefined || !/\.(?:tf|tofu)$/.test(path.value)) return [];
    const text = textWithHoles(contents);
    if (text === undefined) return [];
    const name = path.value.slice(path.value.lastIndexOf("/") + 1);
    const placed = inPlace(this.file, contents);
    const source =
      placed === undefined
        ? this.#configuration.sources.generated(`${this.path} (generates ${name})`, text)
        : this.file;
    const body = this.#configuration.generatedBody(placed ?? text);
    return [{ name, source, body, overwrites: exists?.kind !== "string" || exists.value.startsWith("overwrite") }];
  }

  #scope(): Scope {
    return {
      file: this.file,
      lookup: (root, names) => this.#lookup(root, names),
      open: (path) => {
        const target = this.#inRepository(path);
        return (
          (target === null ? undefined : this.#configuration.open(target)) ??
          unknownValue("file-not-in-repository", "the file is not in the repository, or was not read")
        );
      },
      list: () => null,
      call: (name, args) => this.#call(name, args),
    };
  }

  #lookup(root: string, names: readonly string[]): { value: Value; used: number } | undefined {
    const [first, second] = names;
    if (root === "local" && first !== undefined) return { value: this.local(first), used: 1 };
    if (root === "include" && first !== undefined) return this.#included(first, second);
    if (root === "dependency") {
      return {
        value: unknownValue("dependency-output", `dependency.${first ?? ""} is an output of another unit's apply`, {
          supply: "--plan plan.json",
        }),
        used: Math.min(1, names.length),
      };
    }
    return { value: unknownValue("environment", `${root} is given when Terragrunt runs`), used: 0 };
  }

  #included(first: string, second: string | undefined): { value: Value; used: number } {
    const named = this.includes().find(({ name }) => name === first);
    const bare = this.includes().find(({ name }) => name === "");
    const include = named ?? bare;
    if (include?.file === undefined)
      return { value: unknownValue("file-not-in-repository", `include.${first} was not read`), used: 1 };
    const [part, used] = named === undefined ? [first, 1] : [second, 2];
    if (part === "locals") return { value: include.file.allLocals(), used };
    if (part === "inputs") return { value: include.file.mergedInputs() ?? emptyMapping, used };
    return {
      value: unknownValue("function-not-evaluated", `include.${first} is read for locals and inputs only`),
      used: 1,
    };
  }

  local(name: string): Value {
    const known = this.#locals.get(name);
    if (known !== undefined) return known;
    const written = this.blocks("locals")
      .flatMap((block) => block.body.attributes)
      .find((candidate) => candidate.name === name);
    if (written === undefined) return unknownValue("not-declared", `local.${name} is not declared in ${this.path}`);
    if (this.#running.has(name)) return unknownValue("cycle", `local.${name} refers to itself`);
    this.#running.add(name);
    const span = { file: this.file.id, start: written.value.start, end: written.value.end };
    const value = via(evaluate(written.value, this.#scope()), "local", `local.${name}`, span);
    this.#running.delete(name);
    this.#locals.set(name, value);
    return value;
  }

  allLocals(): Value {
    const names = this.blocks("locals").flatMap((block) => block.body.attributes.map(({ name }) => name));
    return { kind: "mapping", of: "object", entries: new Map(names.map((name) => [name, this.local(name)])), at: [] };
  }

  #call(name: string, args: readonly Value[]): Value | undefined {
    const unitDirectory = directoryOf(this.#unit);
    switch (name) {
      case "get_terragrunt_dir":
      case "get_original_terragrunt_dir":
        return absolute(unitDirectory);
      case "get_parent_terragrunt_dir":
        return absolute(directoryOf(this.path));
      case "get_repo_root":
        return absolute(".");
      case "get_path_from_repo_root":
        return { kind: "string", value: unitDirectory, at: [] };
      case "path_relative_to_include":
        return { kind: "string", value: relativePath(directoryOf(this.#includedDirectory()), unitDirectory), at: [] };
      case "path_relative_from_include":
        return { kind: "string", value: relativePath(unitDirectory, directoryOf(this.#includedDirectory())), at: [] };
      case "find_in_parent_folders":
        return this.#findInParents(args);
      case "read_terragrunt_config":
        return this.#readConfig(args[0]);
      case "get_env":
      case "run_cmd":
      case "sops_decrypt_file":
      case "get_aws_account_id":
        return unknownValue("environment", `${name}() is answered by the machine that runs it`);
    }
    return undefined;
  }

  #includedDirectory(): string {
    return this.path === this.#unit ? (this.includes()[0]?.file?.path ?? this.path) : this.path;
  }

  #findInParents(args: readonly Value[]): Value {
    const [wanted, fallback] = args;
    if (wanted !== undefined && wanted.kind !== "string")
      return unknownValue("function-not-evaluated", "the name to find could not be told");
    const name = wanted === undefined ? "terragrunt.hcl" : wanted.value;
    for (let directory = directoryOf(this.#unit); directory !== ".";) {
      directory = directoryOf(directory);
      const path = joinPath(directory, name);
      if (this.#configuration.sources.entries.has(path)) return absolute(path);
    }
    return fallback ?? unknownValue("file-not-in-repository", `no ${name} in the folders above`);
  }

  #readConfig(path: Value | undefined): Value {
    const target = path?.kind === "string" ? this.#inRepository(path.value) : null;
    const file = target === null ? undefined : TerragruntFile.at(this.#configuration, target, target, this.#depth + 1);
    if (file === undefined)
      return unknownValue("file-not-in-repository", "the configuration that is read is not in the repository");
    const entries = new Map<string, Value>([
      ["locals", file.allLocals()],
      ["inputs", file.mergedInputs() ?? emptyMapping],
    ]);
    return { kind: "mapping", of: "object", entries, at: [] };
  }

  /** A path as Terragrunt computed it; relative ones start at the unit. */
  #inRepository(path: string): string | null {
    if (path.startsWith(checkout)) return resolvePath(".", path.slice(checkout.length + 1));
    return resolvePath(directoryOf(this.#unit), path);
  }
}

const maximumDepth = 20;
const emptyMapping: MappingValue = { kind: "mapping", of: "object", entries: new Map(), at: [] };

function absolute(path: string): Value {
  return { kind: "string", value: path === "." ? checkout : `${checkout}/${path}`, at: [] };
}

function containsCheckout(value: Value): boolean {
  if (value.kind === "string") return value.value.includes(checkout);
  if (value.kind === "list") return value.items.some(containsCheckout);
  return value.kind === "mapping" && [...value.entries.values()].some(containsCheckout);
}

/** Shallow: the upper layer wins per input. Deep: mappings merge, lists are joined (Terragrunt docs, include block). */
function mergeInputs(below: Value, above: Value, deep: boolean): Value {
  if (below.kind === "unknown" && above.kind === "mapping") return { ...above, rest: below.reason };
  if (deep && below.kind === "list" && above.kind === "list")
    return { ...above, items: [...below.items, ...above.items] };
  if (below.kind !== "mapping" || above.kind !== "mapping") return above;
  const entries = new Map(below.entries);
  for (const [name, value] of above.entries) {
    const lower = entries.get(name);
    entries.set(name, deep && lower !== undefined ? mergeInputs(lower, value, true) : value);
  }
  const rest = above.rest ?? below.rest;
  return { ...above, entries, ...(rest === undefined ? {} : { rest }) };
}

/** The text of a generated file; what could not be told stands as a reference that nothing declares. */
function textWithHoles(value: Value): string | undefined {
  if (value.kind === "string") return value.value;
  if (value.kind !== "unknown" || value.pieces === undefined) return undefined;
  return value.pieces.map((piece) => ("text" in piece ? piece.text : "${terragrunt_value}")).join("");
}

/** The generated text with each character at the offset where it is written, when it is written out whole. */
function inPlace(file: SourceFile, value: Value): string | undefined {
  if (value.kind !== "string") return undefined;
  const [only] = value.at;
  const pieces = value.pieces ?? (only === undefined ? [] : [{ text: value.value, span: only }]);
  let text = "";
  for (const { text: part, span } of pieces) {
    if (
      span === undefined ||
      span.file !== file.id ||
      span.end - span.start !== part.length ||
      span.start < text.length
    )
      return undefined;
    text += `${blank(file.text.slice(text.length, span.start))}${part}`;
  }
  return text;
}

function blank(text: string): string {
  return text
    .split("\n")
    .map(({ length }) => " ".repeat(length))
    .join("\n");
}
