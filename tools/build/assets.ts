import { readFile } from "node:fs/promises";
import { basename, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";

/**
 * Sources find a file of a package (a `.wasm` grammar) with `import.meta.resolve("package/file.wasm")`. In the
 * bundle that file lies beside the chunks: the call is replaced, and the file's path is added to `copied`.
 */
export function assets(copied: Set<string>): Plugin {
  return {
    name: "assets",
    setup(builder) {
      builder.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
        const text = await readFile(path, "utf8");
        if (!text.includes("import.meta.resolve(")) return undefined;
        const contents = text.replace(/import\.meta\.resolve\(\s*"([^"]+\.wasm)",?\s*\)/g, (_, name: string) => {
          const file = fileURLToPath(import.meta.resolve(name));
          copied.add(relative(process.cwd(), file));
          return `new URL(${JSON.stringify(`./${basename(file)}`)}, import.meta.url).href`;
        });
        if (contents.includes("import.meta.resolve(")) {
          return { errors: [{ text: `${path}: import.meta.resolve of something else than a quoted .wasm file` }] };
        }
        return { loader: "ts", contents };
      });
    },
  };
}
