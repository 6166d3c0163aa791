import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { build, type Metafile, type Plugin } from "esbuild";
import { thirdPartyNotices } from "./notices.ts";
import { onlyConfiguration } from "./official-client.ts";

/**
 * Bundles the program into dist/: one entry, a chunk for each command that is loaded when it runs, and the processes that
 * read the kernel's files and act below them. Everything that is published is in the bundle, so the package has no dependencies.
 * build/meta.json says what went in.
 */
async function buildPackage(): Promise<void> {
  rmSync("dist", { recursive: true, force: true });
  const { metafile } = await build({
    entryPoints: {
      main: "src/main.ts",
      "kernel-child": "src/outside/kernel/kernel-child.ts",
      "errand-child": "src/outside/kernel/errands/errand-child.ts",
    },
    outdir: "dist",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    // Names are kept whole: a stack that a user reports stays readable.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    chunkNames: "[name]-[hash]",
    metafile: true,
    plugins: [onlyNameAndVersion, onlyConfiguration],
    // CommonJS packages in the bundle ask for Node's own modules with `require`.
    banner: {
      js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);',
    },
    logLevel: "warning",
  });
  refuseLocales(metafile);
  refuseSlowStart(metafile);
  writeFileSync("dist/THIRD_PARTY_NOTICES.txt", thirdPartyNotices(Object.keys(metafile.inputs)));
  mkdirSync("build", { recursive: true });
  writeFileSync("build/meta.json", JSON.stringify(metafile));
  console.log(summary(metafile));
}

/** The program reads its version from package.json; the rest of that file does not belong into the bundle. */
const onlyNameAndVersion: Plugin = {
  name: "only-name-and-version",
  setup(builder) {
    builder.onLoad({ filter: /[\\/]package\.json$/ }, async ({ path }) => {
      const { default: manifest } = await import(path, { with: { type: "json" } });
      return { loader: "json", contents: JSON.stringify({ name: manifest.name, version: manifest.version }) };
    });
  },
};

/** `import { z } from "zod"` draws in messages in 50 languages: 445 KiB, and 30 ms at each start. */
function refuseLocales({ outputs }: Metafile): void {
  const bundled = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const locale = bundled.find(
    ([path, { bytesInOutput }]) => /\/zod\/.*\/locales\/(?!en\.)/.test(path) && bytesInOutput > 0,
  );
  if (locale !== undefined) throw new Error(`${locale[0]} is in the bundle: write import * as z from "zod"`);
}

/** What every start loads, `--help` too, is the commands' definitions: a command that is imported at the top slows all. */
function refuseSlowStart({ outputs }: Metafile): void {
  const loaded = new Set(["dist/main.js"]);
  for (const file of loaded) {
    for (const { path, kind } of outputs[file]?.imports ?? []) {
      if (kind === "import-statement" && path in outputs) loaded.add(path);
    }
  }
  const kibibytes = [...loaded].reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0) / 1024;
  if (kibibytes > 128)
    throw new Error(`${Math.ceil(kibibytes)} KiB are loaded for --help: load commands with import()`);
}

function summary({ outputs }: Metafile): string {
  const files = Object.entries(outputs).map(([path, { bytes }]) => `${path} ${Math.ceil(bytes / 1024)} KiB`);
  return files.join("\n");
}

await buildPackage();
