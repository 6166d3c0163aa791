import type { SourceFile } from "../../model/source.ts";
import type { Span } from "../../model/span.ts";
import { parseHcl } from "../hcl/parse.ts";
import type { Body } from "../hcl/syntax.ts";
import { directoryOf } from "../paths.ts";
import type { Sources } from "../sources.ts";
import { gatherModule, type ConfigurationFile, type Module } from "./module.ts";
import type { PlanAnswers } from "./plan-file.ts";
import { readJsonBody } from "./json-syntax.ts";

/** The configuration files of a repository by directory, parsed when they are first asked for. */
export class Configuration {
  readonly sources: Sources;
  /** Directories that hold `.tf`, `.tofu` or `.tf.json` files, with the paths of those files. */
  readonly directories: ReadonlyMap<string, readonly string[]>;
  /** Paths of `*.tfvars` and `*.tfvars.json` files by directory. */
  readonly variableFiles: ReadonlyMap<string, readonly string[]>;
  readonly #modules = new Map<string, Module>();
  readonly #bodies = new Map<string, Body | undefined>();
  readonly #generated = new Map<string, Body>();
  readonly #planFiles = new Map<string, SourceFile>();
  readonly plans: readonly PlanAnswers[];

  constructor(sources: Sources, plans: readonly PlanAnswers[]) {
    this.sources = sources;
    this.plans = plans;
    const all = [...sources.entries.keys()];
    const paths = all.filter(isConfiguration);
    this.variableFiles = Map.groupBy(
      all.filter((path) => /\.tfvars(?:\.json)?$/.test(path)),
      directoryOf,
    );
    this.directories = Map.groupBy(withoutShadowed(paths), directoryOf);
  }

  /** The module in a directory; `undefined` where the directory holds no configuration. */
  module(directory: string): Module | undefined {
    const known = this.#modules.get(directory);
    if (known !== undefined) return known;
    const paths = this.directories.get(directory) ?? [];
    if (paths.length === 0) return undefined;
    const files = paths.flatMap((path): ConfigurationFile[] => {
      const source = this.open(path);
      const body = this.body(path);
      return source === undefined || body === undefined ? [] : [{ source, body }];
    });
    const module = gatherModule(directory, files);
    this.#modules.set(directory, module);
    for (const { what, source, at } of module.duplicates) {
      const text = `${what} is declared twice, which Terraform refuses: only this one is read`;
      this.sources.problems.push({ code: "HCL004", path: source.path, text, at });
    }
    return module;
  }

  open(path: string): SourceFile | undefined {
    const opened = this.sources.open(path);
    return opened === undefined || "code" in opened ? undefined : opened;
  }

  /** The syntax of one file; what did not parse is recorded as a problem, once. */
  body(path: string): Body | undefined {
    if (this.#bodies.has(path)) return this.#bodies.get(path);
    const source = this.open(path);
    const body = source && this.#parse(source);
    this.#bodies.set(path, body);
    return body;
  }

  /** The syntax of a text that a tool would write; many units of a repository are given the same. */
  generatedBody(text: string): Body {
    const body = this.#generated.get(text) ?? parseHcl(text).body;
    this.#generated.set(text, body);
    return body;
  }

  /** The place of what a plan answers: the file that the person named, as a whole. */
  placeOfPlan(label: string): Span {
    const file = this.#planFiles.get(label) ?? this.sources.generated(label, "");
    this.#planFiles.set(label, file);
    return { file: file.id, start: 0, end: 0 };
  }

  get parsed(): number {
    return this.#bodies.size;
  }

  #parse(source: SourceFile): Body {
    const parsed = source.path.endsWith(".json") ? readJsonBody(source) : parseHcl(source.text);
    for (const problem of parsed.problems) {
      this.sources.problems.push({
        code: problem.kind === "depth" ? "HCL002" : "HCL001",
        path: source.path,
        text: `${problem.message}; what stands outside of it was read`,
        at: { file: source.id, start: problem.start, end: problem.end },
      });
    }
    return parsed.body;
  }
}

function isConfiguration(path: string): boolean {
  return /\.(?:tf|tofu)(?:\.json)?$/.test(path) && !path.split("/").some(isHidden);
}

/** Caches of the tools: `.terraform`, `.terragrunt-cache`. */
function isHidden(part: string): boolean {
  return part === ".terraform" || part === ".terragrunt-cache";
}

/** OpenTofu leaves `x.tf` unread where `x.tofu` stands beside it. */
function withoutShadowed(paths: readonly string[]): readonly string[] {
  const all = new Set(paths);
  return paths.filter((path) => !all.has(path.replace(/\.tf(\.json)?$/, ".tofu$1")) || path.includes(".tofu"));
}
