import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseTxtar } from "../builders/txtar.ts";
import type { HclText } from "./hcl-comparison.ts";

const bodies = /\.(?:tf|tofu|tfvars|hcl)$/;
const templates = /\.(?:tftpl|tmpl|tpl)$/;

/**
 * HCL and its templates in files, folders and `.txtar` archives, in a stable order. A file that is named itself is
 * read whatever its name. What is not UTF-8 is left out: neither parser is meant for it.
 */
export function hclTextsIn(paths: readonly string[]): HclText[] {
  return paths.flatMap((path) => {
    if (!statSync(path).isDirectory()) return textsOf(path, true);
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted()
      .flatMap((file) => textsOf(file, false));
  });
}

function textsOf(file: string, named: boolean): HclText[] {
  const isArchive = file.endsWith(".txtar");
  if (!named && !isArchive && !isHcl(file)) return [];
  const text = decoded(readFileSync(file));
  if (text === undefined) return [];
  if (!isArchive) return [{ name: file, text, template: !bodies.test(file) }];
  return [...parseTxtar(text).files]
    .filter(([path]) => isHcl(path))
    .map(([path, inner]) => ({ name: `${file}: ${path}`, text: inner, template: templates.test(path) }));
}

function isHcl(path: string): boolean {
  return bodies.test(path) || templates.test(path);
}

function decoded(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
