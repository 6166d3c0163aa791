import { mkdirSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import manifest from "../../package.json" with { type: "json" };
import { parseNamedImage } from "../../src/repository/manifests/images.ts";
import { buildImage, unpackChecked, type Built } from "./build.ts";
import { fetchPackages } from "./debian.ts";
import { revisionOf } from "./description.ts";
import { imageLayers } from "./layers.ts";
import { packages } from "./packages.ts";

const usage = `Usage: npm run image -- [options]

Makes Holdfast's container image on linux-x64 without a container runtime, and prints its size.

  --name REFERENCE      what the image is called, with a tag (may be repeated; default: holdfast:${manifest.version})
  --output FILE         the archive to write (default: build/holdfast-${manifest.version}-linux-x64.oci.tar)
  --apt-sources FILE    where Debian's packages are (default: the sources of this machine's apt)
  --unpack FOLDER       write the layers into folders there, and no archive
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      name: { type: "string", multiple: true, default: [`holdfast:${manifest.version}`] },
      output: { type: "string", default: `build/holdfast-${manifest.version}-linux-x64.oci.tar` },
      "apt-sources": { type: "string" },
      unpack: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const names = values.name.map(fullName);
  const output = resolve(values.output);
  const sources = values["apt-sources"] === undefined ? null : resolve(values["apt-sources"]);
  const folder = values.unpack === undefined ? "build/image/layers" : resolve(values.unpack);
  // Started by npm or not: paths of the checkout are relative to it.
  const checkout = resolve(import.meta.dirname, "../..");
  process.chdir(checkout);

  const fetched = fetchPackages(Object.keys(packages), "build/image/debian", sources);
  const layers = imageLayers(checkout, fetched);
  unpackChecked(layers, folder);
  if (values.unpack !== undefined) return;
  rmSync(folder, { recursive: true });
  mkdirSync(dirname(output), { recursive: true });
  const revision = revisionOf(checkout);
  const built = await buildImage(output, layers, names, revision);
  const facts = [
    ...fetched.map(({ name, version }) => `package   ${name} ${version}`),
    ...names.map((name) => `name      ${name}`),
    `revision  ${revision?.id ?? "unknown: git does not tell"}`,
    `digest    ${built.digest}`,
    `archive   ${output}`,
  ];
  process.stdout.write(`${[...table(built), "", ...facts].join("\n")}\n`);
}

/** As containerd names images: with the registry, and the tag that is required here. */
function fullName(text: string): string {
  const named = parseNamedImage(text);
  if (named === null || named.tag === null || named.digest !== null) {
    throw new Error(`--name ${text}: a reference with a tag is needed, as in holdfast:${manifest.version}`);
  }
  return `${named.registry}/${named.repository}:${named.tag}`;
}

/** The size of each layer and of all. */
function table({ layers }: Built): string[] {
  const row = (name: string, packed: string, unpacked: string, contents: string): string =>
    [name.padEnd(8), packed.padStart(10), unpacked.padStart(10), contents].join("  ").trimEnd();
  const sum = (of: "packed" | "unpacked"): string => mebibytes(layers.reduce((total, each) => total + each[of], 0));
  return [
    row("layer", "packed", "unpacked", "contents"),
    ...layers.map((each) => row(each.name, mebibytes(each.packed), mebibytes(each.unpacked), each.contents)),
    row("all", sum("packed"), sum("unpacked"), ""),
  ];
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`image: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
