import { directoryOf } from "../../paths.ts";
import type { Block } from "../../hcl/syntax.ts";
import type { ModuleCall } from "../../repository.ts";
import type { Value } from "../../value.ts";
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

/** What a `source` calls, as a call of a module. */
export function sourceCall(file: TerragruntFile, { value, block }: WrittenSource): ModuleCall {
  const told = toldString(value);
  const at = { file: file.source.id, start: block.start, end: block.headerEnd };
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
    sourceAt: value.at,
    version: { known: version, at: value.at },
  };
}

/** The calls that the `unit` blocks of a terragrunt.stack.hcl make. */
export function unitCalls(file: TerragruntFile): readonly ModuleCall[] {
  return blocksOf(file, "unit").flatMap((block) => {
    const value = attributeOf(file, block, "source");
    return value === undefined ? [] : [sourceCall(file, { value, block })];
  });
}

/** Directory in the repository that a `source` leads to; `null` for anything remote or unknown. */
export function localDirectory(source: Value, directory: string): string | null {
  if (source.kind !== "string") return null;
  const text = source.value.replace(/(?<!:)\/\//, "/").split("?", 1)[0] ?? "";
  return isAbsolutePath(text) || /^\.\.?(?:\/|$)/.test(text) ? pathInRepository(text, directory) : null;
}
