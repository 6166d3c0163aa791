import type { SourceFile } from "../../../model/source.ts";
import type { Block, Body, Expression } from "../../hcl/syntax.ts";
import type { Value } from "../../value.ts";
import type { Configuration } from "../configuration.ts";

/**
 * One Terragrunt file, evaluated for one unit: functions such as `get_terragrunt_dir` answer for the unit
 * also where an included file calls them (Terragrunt docs, 04-reference/01-hcl/04-functions).
 */
export interface TerragruntFile {
  readonly path: string;
  readonly source: SourceFile;
  readonly body: Body;
  /** Path of the file that Terragrunt runs on. */
  readonly unit: string;
  readonly configuration: Configuration;
  evaluate(expression: Expression): Value;
  local(name: string): Value;
  /** The files that `include` blocks name, in their order. */
  includes(): readonly Include[];
  /** A file that this one reads, evaluated for `unit`; `undefined` where it is missing or reading nests too deep. */
  read(path: string, unit: string): TerragruntFile | undefined;
}

export interface Include {
  readonly name: string;
  readonly file: TerragruntFile | undefined;
  readonly deep: boolean;
  readonly merges: boolean;
}

export function blocksOf({ body }: TerragruntFile, type: string): readonly Block[] {
  return body.blocks.filter((block) => block.type === type);
}

export function attributeOf(file: TerragruntFile, block: Block, name: string): Value | undefined {
  const written = block.body.attributes.find((candidate) => candidate.name === name);
  return written && file.evaluate(written.value);
}

/** `local` as a whole. */
export function localsOf(file: TerragruntFile): Value {
  const names = blocksOf(file, "locals").flatMap((block) => block.body.attributes.map(({ name }) => name));
  return { kind: "mapping", of: "object", entries: new Map(names.map((name) => [name, file.local(name)])), at: [] };
}
