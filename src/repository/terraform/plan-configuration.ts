import * as z from "zod";

const expressions = z.record(z.string(), z.unknown());
const configurationModule = z.object({
  resources: z.array(z.object({ address: z.string(), expressions: expressions.optional() })).optional(),
  module_calls: z
    .record(z.string(), z.object({ expressions: expressions.optional(), module: z.unknown().optional() }))
    .optional(),
  variables: z
    .record(z.string(), z.object({ default: z.unknown().optional(), sensitive: z.boolean().optional() }))
    .optional(),
});
const writtenExpression = z.object({
  constant_value: z.unknown().optional(),
  references: z.array(z.string()).optional(),
});

/** A module as `configuration` of a plan has it: what is written, before anything is evaluated. */
export type ConfigurationModule = z.infer<typeof configurationModule>;

/** How an argument is written; `variable`: one variable and nothing else decides, though what becomes of it is not shown. */
export type WrittenArgument =
  | { readonly kind: "absent" }
  | { readonly kind: "constant"; readonly value: unknown }
  | { readonly kind: "variable"; readonly name: string; readonly value: unknown }
  | { readonly kind: "not told" };

interface Level {
  readonly module: ConfigurationModule;
  /** Arguments of the call that leads to it. */
  readonly given: Readonly<Record<string, unknown>>;
}

/** How the resource `address` (of its module, without keys) below the calls of `path` writes an argument. */
export function writtenArgument(
  root: ConfigurationModule | undefined,
  path: readonly string[],
  address: string,
  name: string,
  rootVariables: Readonly<Record<string, { value?: unknown }>>,
): WrittenArgument {
  const levels = levelsAlong(root, path);
  const resource = levels?.at(-1)?.module.resources?.find((one) => one.address === address);
  if (levels === undefined || resource?.expressions === undefined) return notTold;
  const written = own(resource.expressions, name);
  return written === undefined ? { kind: "absent" } : argument(levels, written, rootVariables);
}

/** Addresses without keys of every resource and call that a plan's configuration declares. */
export function declaredAddresses(module: ConfigurationModule | undefined, prefix = "", depth = 0): readonly string[] {
  if (module === undefined || depth > maximumDepth) return [];
  const below = Object.entries(module.module_calls ?? {}).flatMap(([name, call]) => [
    `${prefix}module.${name}`,
    ...declaredAddresses(readModule(call.module), `${prefix}module.${name}.`, depth + 1),
  ]);
  return [...(module.resources ?? []).map(({ address }) => `${prefix}${address}`), ...below];
}

export function readModule(json: unknown): ConfigurationModule | undefined {
  return configurationModule.safeParse(json).data;
}

const maximumDepth = 30;
const notTold: WrittenArgument = { kind: "not told" };

function levelsAlong(root: ConfigurationModule | undefined, path: readonly string[]): readonly Level[] | undefined {
  if (root === undefined || path.length > maximumDepth) return undefined;
  const levels: Level[] = [{ module: root, given: {} }];
  for (const name of path) {
    const call = own(levels.at(-1)?.module.module_calls ?? {}, name);
    const module = readModule(call?.module);
    if (module === undefined) return undefined;
    levels.push({ module, given: call?.expressions ?? {} });
  }
  return levels;
}

/** Follows an expression up through the calls as long as it is a constant or names one variable. */
function argument(
  levels: readonly Level[],
  written: unknown,
  rootVariables: Readonly<Record<string, { value?: unknown }>>,
): WrittenArgument {
  const expression = writtenExpression.safeParse(written).data;
  if (expression === undefined) return notTold;
  const { constant_value: constant, references = [] } = expression;
  if (references.length === 0) return constant === undefined ? notTold : { kind: "constant", value: constant };
  const [, name] = (references.length === 1 && /^var\.([\w-]+)$/.exec(references[0] ?? "")) || [];
  const level = levels.at(-1);
  if (name === undefined || level === undefined) return notTold;
  if (levels.length === 1) {
    const variable = own(rootVariables, name);
    return variable === undefined || isSensitive(level.module, name)
      ? notTold
      : { kind: "variable", name: `var.${name}`, value: variable.value };
  }
  const given = own(level.given, name);
  if (given === undefined) {
    const standard = own(level.module.variables ?? {}, name)?.default;
    return standard === undefined ? notTold : { kind: "variable", name: `var.${name}`, value: standard };
  }
  const passed = argument(levels.slice(0, -1), given, rootVariables);
  return passed.kind === "constant" ? { kind: "variable", name: `var.${name}`, value: passed.value } : passed;
}

export function isSensitive(module: ConfigurationModule | undefined, variable: string): boolean {
  return own(module?.variables ?? {}, variable)?.sensitive === true;
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
