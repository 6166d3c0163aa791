import { directoryOf, joinPath } from "../../paths.ts";
import type { Block } from "../../hcl/syntax.ts";
import type { ModuleCall, ModuleSource } from "../../repository.ts";
import type { Value } from "../../value.ts";
import { missingModule } from "../called-module.ts";
import { moduleSource } from "../module-calls.ts";
import { toldString } from "../told.ts";
import { isAbsolutePath, pathInRepository } from "./checkout.ts";
import { attributeOf, blocksOf, type TerragruntFile } from "./file.ts";

/** A `source` and the block that it is written in. */
export interface WrittenSource {
  readonly value: Value;
  readonly block: Block;
}

/** `terraform { source = ... }` of the unit, or of a file that it includes. */
export function sourceOf(file: TerragruntFile): WrittenSource | undefined {
  for (const block of blocksOf(file, "terraform")) {
    const value = attributeOf(file, block, "source");
    if (value !== undefined) return { value, block };
  }
  for (const { file: included, merges } of file.includes()) {
    const found = merges && included !== undefined ? sourceOf(included) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What a `source` calls, as a call of a module. A local one that is not there is a problem besides. */
export function sourceCall(file: TerragruntFile, written: WrittenSource): ModuleCall {
  const { value, block } = written;
  const told = toldString(value);
  const at = { file: file.source.id, start: block.start, end: block.headerEnd };
  const text = "unknown" in told ? undefined : told.known;
  const version = text === undefined ? null : (/[?&]version=([^&]+)/.exec(text)?.[1] ?? null);
  return {
    address: addressOf(block),
    stack: directoryOf(file.path),
    at: value.at.at(-1) ?? at,
    source: "unknown" in told ? { kind: "unknown", reason: told.unknown } : knownSource(file, written, told.known),
    sourceAt: value.at,
    version: { known: version, at: value.at },
  };
}

/** The calls that the `unit` and `stack` blocks of a terragrunt.stack.hcl make. */
export function stackCalls(file: TerragruntFile): readonly ModuleCall[] {
  return [...blocksOf(file, "unit"), ...blocksOf(file, "stack")].flatMap((block) => {
    const value = attributeOf(file, block, "source");
    return value === undefined ? [] : [sourceCall(file, { value, block })];
  });
}

function addressOf({ type, labels }: Block): string {
  return type === "terraform" ? "terraform.source" : `${type}.${labels[0] ?? ""}`;
}

function knownSource(file: TerragruntFile, { value, block }: WrittenSource, text: string): ModuleSource {
  const directory = directoryOf(file.path);
  const target = localDirectory(text, directory);
  if (target === undefined) return moduleSource(text, directory);
  if (target !== null && holdsWhatIsCalled(file, block, target)) return { kind: "local", path: target };
  const at = value.at.at(-1) ?? { file: file.source.id, start: block.start, end: block.headerEnd };
  const what = missingModule(addressOf(block), target);
  file.configuration.sources.note({ code: "HCL005", path: file.path, text: `${what}: not seen`, at });
  return { kind: "unknown", reason: { code: "module-not-in-repository", text: what, at: [at] } };
}

/** A unit is a folder with a terragrunt.hcl or with configuration alone, a stack one with a terragrunt.stack.hcl. */
function holdsWhatIsCalled({ configuration }: TerragruntFile, { type }: Block, directory: string): boolean {
  const isThere = (name: string) => configuration.sources.entries.has(joinPath(directory, name));
  if (type === "stack") return isThere("terragrunt.stack.hcl");
  return configuration.directories.has(directory) || (type === "unit" && isThere("terragrunt.hcl"));
}

/** Directory that a local `source` leads to; `null` where that is outside of the repository, `undefined` for any other. */
function localDirectory(source: string, directory: string): string | null | undefined {
  const text = source.replace(/(?<!:)\/\//, "/").split("?", 1)[0] ?? "";
  return isAbsolutePath(text) || /^\.\.?(?:\/|$)/.test(text) ? pathInRepository(text, directory) : undefined;
}
