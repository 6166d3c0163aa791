import type { SourceFile } from "../../../model/source.ts";
import { directoryOf } from "../../paths.ts";
import { via } from "../../provenance.ts";
import { unknownValue } from "../../value-tree.ts";
import type { Body, Expression } from "../../hcl/syntax.ts";
import type { Value } from "../../value.ts";
import type { Configuration } from "../configuration.ts";
import { evaluate } from "../evaluate.ts";
import { Memo } from "../memo.ts";
import type { Scope } from "../scope.ts";
import { pathInRepository } from "./checkout.ts";
import { attributeOf, blocksOf, localsOf, type Include, type TerragruntFile } from "./file.ts";
import { callTerragrunt } from "./functions.ts";
import { inputsOf } from "./inputs.ts";

/** Files that include or read each other. */
const maximumDepth = 20;

/** The Terragrunt file of a unit; `undefined` where it was not read. */
export function openUnit(configuration: Configuration, path: string): TerragruntFile | undefined {
  return openFile(configuration, path, { unit: path, depth: 0, isIncluded: false, opened: new Map() });
}

/** For what a file is read. */
interface Reading {
  readonly unit: string;
  readonly depth: number;
  readonly isIncluded: boolean;
  /** By path and purpose: files that read each other would otherwise be evaluated once for each way through them. */
  readonly opened: Map<string, TerragruntFile | undefined>;
}

function openFile(configuration: Configuration, path: string, reading: Reading): TerragruntFile | undefined {
  const key = JSON.stringify([path, reading.unit, reading.isIncluded]);
  const before = reading.opened.get(key);
  if (before !== undefined || reading.depth > maximumDepth) return before;
  const source = configuration.open(path);
  const file = source && new EvaluatedFile(configuration, source, reading);
  reading.opened.set(key, file);
  return file;
}

const emptyBody: Body = { attributes: [], blocks: [], start: 0, end: 0 };

class EvaluatedFile implements TerragruntFile {
  readonly path: string;
  readonly source: SourceFile;
  readonly unit: string;
  readonly configuration: Configuration;
  readonly #reading: Reading;
  readonly #locals = new Memo();
  #includes: readonly Include[] | undefined;

  constructor(configuration: Configuration, source: SourceFile, reading: Reading) {
    this.configuration = configuration;
    this.source = source;
    this.path = source.path;
    this.unit = reading.unit;
    this.#reading = reading;
  }

  get body(): Body {
    return this.configuration.body(this.path) ?? emptyBody;
  }

  evaluate(expression: Expression): Value {
    return evaluate(expression, this.#scope());
  }

  local(name: string): Value {
    return this.#locals.once(`local.${name}`, () => {
      const written = blocksOf(this, "locals")
        .flatMap((block) => block.body.attributes)
        .find((candidate) => candidate.name === name);
      if (written === undefined) return unknownValue("not-declared", `local.${name} is not declared in ${this.path}`);
      const span = { file: this.source.id, start: written.value.start, end: written.value.end };
      return via(this.evaluate(written.value), "local", `local.${name}`, span);
    });
  }

  includes(): readonly Include[] {
    // Terragrunt allows one level (v1.1.3, pkg/config/errors.go, TooManyLevelsOfInheritanceError).
    const blocks = this.#reading.isIncluded ? [] : blocksOf(this, "include");
    this.#includes ??= blocks.map((block) => {
      const path = attributeOf(this, block, "path");
      const target = path?.kind === "string" ? this.#inRepository(path.value) : null;
      const strategy = attributeOf(this, block, "merge_strategy");
      const word = strategy?.kind === "string" ? strategy.value : "shallow";
      const file = target === null ? undefined : this.#open(target, this.unit, true);
      return { name: block.labels[0] ?? "", file, deep: word.startsWith("deep"), merges: word !== "no_merge" };
    });
    return this.#includes;
  }

  read(path: string, unit: string): TerragruntFile | undefined {
    return this.#open(path, unit, false);
  }

  #open(path: string, unit: string, isIncluded: boolean): TerragruntFile | undefined {
    return openFile(this.configuration, path, { ...this.#reading, unit, depth: this.#reading.depth + 1, isIncluded });
  }

  #scope(): Scope {
    return {
      file: this.source,
      lookup: (root, names) => this.#lookup(root, names),
      open: (path) => {
        const target = this.#inRepository(path);
        return (
          (target === null ? undefined : this.configuration.open(target)) ??
          unknownValue("file-not-in-repository", "the file is not in the repository, or was not read")
        );
      },
      list: () => null,
      call: (name, args) => callTerragrunt(name, args, this),
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
    if (part === "locals") return { value: localsOf(include.file), used };
    if (part === "inputs") return { value: inputsOf(include.file), used };
    return {
      value: unknownValue("function-not-evaluated", `include.${first} is read for locals and inputs only`),
      used: 1,
    };
  }

  #inRepository(path: string): string | null {
    return pathInRepository(path, directoryOf(this.unit));
  }
}
