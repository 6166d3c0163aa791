import type { SourceFile } from "../../model/source.ts";
import type { Span } from "../../model/span.ts";
import type { Block, Body, Expression } from "../hcl/syntax.ts";

/** A file of configuration with its syntax. */
export interface ConfigurationFile {
  readonly source: SourceFile;
  readonly body: Body;
}

/** A block with the file that it stands in, and the block of an override file that changes it. */
export interface PlacedBlock {
  readonly source: SourceFile;
  readonly block: Block;
  readonly overriddenBy?: PlacedBlock;
}

export interface PlacedExpression {
  readonly source: SourceFile;
  readonly expression: Expression;
}

/** What the configuration files of one directory declare, by name. */
export interface Module {
  readonly directory: string;
  readonly variables: ReadonlyMap<string, PlacedBlock>;
  readonly locals: ReadonlyMap<string, PlacedExpression>;
  readonly outputs: ReadonlyMap<string, PlacedBlock>;
  readonly calls: ReadonlyMap<string, PlacedBlock>;
  /** By type, then name. */
  readonly resources: ReadonlyMap<string, ReadonlyMap<string, PlacedBlock>>;
  /** `terraform` blocks. */
  readonly settings: readonly PlacedBlock[];
  readonly providers: readonly PlacedBlock[];
}

/** Gathers the files of one directory; override files (`override.tf`, `*_override.tf`) change what the others declare. */
export function gatherModule(directory: string, files: readonly ConfigurationFile[]): Module {
  const ordinary = files.filter((file) => !isOverride(file.source.path));
  const overriding = files.filter((file) => isOverride(file.source.path));
  const placed = [...ordinary, ...overriding].flatMap(({ source, body }) => body.blocks.map((block) => ({ source, block })));
  const resources = new Map<string, Map<string, PlacedBlock>>();
  for (const [type, blocks] of Map.groupBy(ofType(placed, "resource"), ({ block }) => block.labels[0] ?? "")) {
    resources.set(type, byLabel(blocks, 1));
  }
  return {
    directory,
    variables: byLabel(ofType(placed, "variable"), 0),
    locals: new Map(ofType(placed, "locals").flatMap(localsOf)),
    outputs: byLabel(ofType(placed, "output"), 0),
    calls: byLabel(ofType(placed, "module"), 0),
    resources,
    settings: ofType(placed, "terraform"),
    providers: ofType(placed, "provider"),
  };
}

/** The attribute's expression where it holds: in the overriding block first. */
export function attribute(placed: PlacedBlock, name: string): PlacedExpression | undefined {
  const overriding = placed.overriddenBy && attribute(placed.overriddenBy, name);
  if (overriding !== undefined) return overriding;
  const found = placed.block.body.attributes.find((candidate) => candidate.name === name);
  return found && { source: placed.source, expression: found.value };
}

/** Nested blocks of a type: an overriding block that has any replaces all. */
export function nested(placed: PlacedBlock, type: string): readonly PlacedBlock[] {
  const overriding = placed.overriddenBy === undefined ? [] : nested(placed.overriddenBy, type);
  if (overriding.length > 0) return overriding;
  return ofType(
    placed.block.body.blocks.map((block) => ({ source: placed.source, block })),
    type,
  );
}

export function headerSpan({ source, block }: PlacedBlock): Span {
  return { file: source.id, start: block.start, end: block.headerEnd };
}

export function expressionSpan({ source, expression }: PlacedExpression): Span {
  return { file: source.id, start: expression.start, end: expression.end };
}

function ofType(placed: readonly PlacedBlock[], type: string): PlacedBlock[] {
  return placed.filter(({ block }) => block.type === type);
}

function localsOf({ source, block }: PlacedBlock): [string, PlacedExpression][] {
  return block.body.attributes.map(({ name, value }) => [name, { source, expression: value }]);
}

function byLabel(placed: readonly PlacedBlock[], label: number): Map<string, PlacedBlock> {
  const found = new Map<string, PlacedBlock>();
  for (const candidate of placed) {
    const name = candidate.block.labels[label];
    if (name === undefined) continue;
    const earlier = found.get(name);
    const overrides = earlier !== undefined && isOverride(candidate.source.path);
    found.set(name, overrides ? { ...earlier, overriddenBy: candidate } : candidate);
  }
  return found;
}

function isOverride(path: string): boolean {
  return /(?:^|[/_])override\.(?:tf|tofu)(?:\.json)?$/.test(path);
}
