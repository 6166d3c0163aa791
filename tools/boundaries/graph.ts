import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";

/** What a file imports. `code` is imported when the program runs, `type` is gone by then. */
export interface Import {
  /** A file's path from the repository's root, `node:x`, or `package:x`. */
  readonly to: string;
  readonly kind: "code" | "type";
}

/** The imports of each file; packages and Node's modules are leaves and have no entry. */
export type Graph = ReadonlyMap<string, readonly Import[]>;

/** The graph of all sources below a folder but tests, as the bundler resolves them. */
export async function readGraph(folder: string): Promise<Graph> {
  const files = globSync(`${folder}/**/*.ts`).filter((file) => !file.endsWith(".test.ts"));
  const { metafile } = await build({
    entryPoints: files,
    outdir: "build/boundaries",
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "node",
    packages: "external",
  });
  const inputs = Object.entries(metafile.inputs);
  return new Map(
    inputs.map(([file, { imports }]) => [
      file,
      [
        ...imports.map(({ path, external }): Import => ({ to: nameOf(path, external === true), kind: "code" })),
        ...typeImports(file),
      ],
    ]),
  );
}

function nameOf(path: string, external: boolean): string {
  if (!external) return path;
  if (path.startsWith("node:")) return path;
  return `package:${/^(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path}`;
}

/** The bundler drops `import type`: those of the project's own files are read from the text. */
function typeImports(file: string): Import[] {
  const statements = readFileSync(file, "utf8").matchAll(/^(?:import|export)\s+type\b[^;"]*?from\s+"(\.[^"]+)"/gm);
  return [...statements].map(([, path]) => ({ to: join(dirname(file), path ?? ""), kind: "type" }));
}
