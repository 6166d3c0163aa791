import type { SourceFile } from "../../../model/source.ts";
import type { Block } from "../../hcl/syntax.ts";
import type { Value } from "../../value.ts";
import { gatherModule, type ConfigurationFile, type Module } from "../module.ts";
import { attributeOf, blocksOf, type TerragruntFile } from "./file.ts";

/**
 * The module with the files that `generate` blocks write into it. Terragrunt writes them before it looks whether the folder
 * holds configuration (terragrunt at 002a28243d52, internal/runner/run/run.go, Run), so they may be all of it.
 */
export function withGenerated(file: TerragruntFile, module: Module): Module {
  const { configuration } = file;
  const generated = generatedFiles(file);
  if (generated.length === 0) return module;
  const kept = (configuration.directories.get(module.directory) ?? []).flatMap((path): ConfigurationFile[] => {
    const name = nameOf(path);
    const replaced = generated.some((one) => one.name === name && one.overwrites);
    const source = replaced ? undefined : configuration.open(path);
    const body = source && configuration.body(path);
    return source === undefined || body === undefined ? [] : [{ source, body }];
  });
  const names = new Set(kept.map(({ source }) => nameOf(source.path)));
  return gatherModule(module.directory, [...kept, ...generated.filter(({ name }) => !names.has(name))]);
}

interface GeneratedFile extends ConfigurationFile {
  readonly name: string;
  readonly overwrites: boolean;
}

function generatedFiles(file: TerragruntFile): readonly GeneratedFile[] {
  const own = blocksOf(file, "generate").flatMap((block) => generatedFile(file, block));
  const names = new Set(own.map(({ name }) => name));
  const inherited = file
    .includes()
    .flatMap(({ file: included, merges }) => (merges && included !== undefined ? generatedFiles(included) : []));
  return [...own, ...inherited.filter(({ name }) => !names.has(name))];
}

function generatedFile(file: TerragruntFile, block: Block): GeneratedFile[] {
  const path = attributeOf(file, block, "path");
  const contents = attributeOf(file, block, "contents");
  const exists = attributeOf(file, block, "if_exists");
  if (path?.kind !== "string" || contents === undefined || !/\.(?:tf|tofu)$/.test(path.value)) return [];
  const text = textWithHoles(contents);
  if (text === undefined) return [];
  const { configuration } = file;
  const name = nameOf(path.value);
  const placed = inPlace(file.source, contents);
  const source =
    placed === undefined ? configuration.sources.generated(`${file.path} (generates ${name})`, text) : file.source;
  const body = configuration.generatedBody(placed ?? text);
  return [{ name, source, body, overwrites: exists?.kind !== "string" || exists.value.startsWith("overwrite") }];
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
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
