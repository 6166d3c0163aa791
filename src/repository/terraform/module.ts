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
  /** What is declared a second time, which Terraform refuses: the last one is read. */
  readonly duplicates: readonly { readonly what: string; readonly source: SourceFile; readonly at: Span }[];
}

/** Gathers the files of one directory; override files (`override.tf`, `*_override.tf`) change what the others declare. */
export function gatherModule(directory: string, files: readonly ConfigurationFile[]): Module {
  const ordinary = files.filter((file) => !isOverride(file.source.path));
  const overriding = files.filter((file) => isOverride(file.source.path));
  const placed = [...ordinary, ...overriding].flatMap(({ source, body }) =>
    body.blocks.map((block) => ({ source, block })),
  );
  const duplicates: Duplicate[] = [];
  const named = (blocks: readonly PlacedBlock[], label: number) => byLabel(blocks, label, duplicates);
  const resources = new Map<string, Map<string, PlacedBlock>>();
  for (const [type, blocks] of Map.groupBy(ofType(placed, "resource"), ({ block }) => block.labels[0] ?? "")) {
    resources.set(type, named(blocks, 1));
  }
  return {
    directory,
    variables: named(ofType(placed, "variable"), 0),
    locals: localsOf(ofType(placed, "locals"), duplicates),
    outputs: named(ofType(placed, "output"), 0),
    calls: named(ofType(placed, "module"), 0),
    resources,
    settings: ofType(placed, "terraform"),
    providers: ofType(placed, "provider"),
    duplicates,
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

type Duplicate = Module["duplicates"][number];

function localsOf(placed: readonly PlacedBlock[], duplicates: Duplicate[]): Map<string, PlacedExpression> {
  const found = new Map<string, PlacedExpression>();
  for (const { source, block } of placed) {
    for (const { name, value, start, nameEnd } of block.body.attributes) {
      if (found.has(name) && !isOverride(source.path))
        duplicates.push({ what: `local.${name}`, source, at: { file: source.id, start, end: nameEnd } });
      found.set(name, { source, expression: value });
    }
  }
  return found;
}

function byLabel(placed: readonly PlacedBlock[], label: number, duplicates: Duplicate[]): Map<string, PlacedBlock> {
  const found = new Map<string, PlacedBlock>();
  for (const candidate of placed) {
    const { source, block } = candidate;
    const name = block.labels[label];
    if (name === undefined) continue;
    const earlier = found.get(name);
    const overrides = earlier !== undefined && isOverride(source.path);
    if (earlier !== undefined && !overrides)
      duplicates.push({ what: [block.type, ...block.labels].join("."), source, at: headerSpan(candidate) });
    found.set(name, overrides ? { ...earlier, overriddenBy: candidate } : candidate);
  }
  return found;
}

function isOverride(path: string): boolean {
  return /(?:^|[/_])override\.(?:tf|tofu)(?:\.json)?$/.test(path);
}
