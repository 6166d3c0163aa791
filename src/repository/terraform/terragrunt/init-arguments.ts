import type { Span } from "../../../model/span.ts";
import type { Block } from "../../hcl/syntax.ts";
import { itemsOf } from "../../manifests/field.ts";
import type { UpgradingInit } from "../../repository.ts";
import type { Value } from "../../value.ts";
import { attributeOf, blocksOf, type TerragruntFile } from "./file.ts";

/**
 * Whether Terragrunt gives `-upgrade` to init, its own runs of init included: `extra_arguments` of the unit and of what it
 * includes, where a block of the unit replaces one of the same name (terragrunt v1.1.3, pkg/config, mergeExtraArgs).
 */
export function upgradingInit(unit: TerragruntFile): UpgradingInit | undefined {
  const found = [...blocksByName(unit).values()].map(upgradeIn).filter((one) => one !== undefined);
  return found.find(({ certain }) => certain) ?? found[0];
}

interface ExtraArguments {
  readonly file: TerragruntFile;
  readonly block: Block;
}

function blocksByName(file: TerragruntFile): Map<string, ExtraArguments> {
  const named = new Map<string, ExtraArguments>();
  for (const { file: included, merges } of file.includes())
    if (merges && included !== undefined) for (const [name, block] of blocksByName(included)) named.set(name, block);
  for (const terraform of blocksOf(file, "terraform"))
    for (const block of terraform.body.blocks)
      if (block.type === "extra_arguments") named.set(block.labels[0] ?? "", { file, block });
  return named;
}

function upgradeIn({ file, block }: ExtraArguments): UpgradingInit | undefined {
  const isInit = someText(attributeOf(file, block, "commands"), (text) => text === "init");
  const inArguments = someText(attributeOf(file, block, "arguments"), (text) => upgrade.test(text));
  const environment = attributeOf(file, block, "env_vars");
  const flags = environment?.kind === "mapping" ? environment.entries.get("TF_CLI_ARGS_init") : environment;
  const inEnvironment = someText(flags, (text) => text.split(/\s+/).some((flag) => upgrade.test(flag)));
  // Of the two, what is known to be there decides, and what is not known leaves it open.
  const isUpgrade = inArguments === false || inEnvironment === true ? inEnvironment : inArguments;
  if (isInit === false || isUpgrade === false) return undefined;
  const at: Span = { file: file.source.id, start: block.start, end: block.headerEnd };
  return { certain: isInit === true && isUpgrade === true, at };
}

/** As Go's flags are written: one dash or two, with a value or without. */
const upgrade = /^--?upgrade(?:=(?:1|t|true))?$/i;

/** Whether a list, or a text alone, has a text that fits; `undefined`: it could not be told. */
function someText(value: Value | undefined, fits: (text: string) => boolean): boolean | undefined {
  const items = value === undefined ? [] : itemsOf(value);
  if (items.some((item) => item.kind === "string" && fits(item.value))) return true;
  return items.some(({ kind }) => kind === "unknown") ? undefined : false;
}
