import { copyFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../run.ts";
import { stopping } from "../stopping.ts";
import type { Progress } from "./programs.ts";
import { diskFiles, type DiskRecipe } from "./recipes.ts";

/** Where the parts of a disk are that `makeDisk` has made: what an emulator starts a machine with. */
export function diskIn(folder: string): { readonly image: string; readonly kernel: string; readonly initrd: string } {
  return { image: join(folder, "disk.img"), kernel: join(folder, "vmlinuz"), initrd: join(folder, "initrd.img") };
}

/**
 * Makes a disk of a distribution's packages: an ext4 file system, without partitions, and the kernel in it. Needs
 * root. Throws with what mmdebstrap or mke2fs said.
 */
export async function makeDisk(recipe: DiskRecipe, output: string, tell: Progress): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error(`making ${recipe.title} needs root: files in it belong to many users`);
  const root = join(output, "root");
  const { image, kernel, initrd } = diskIn(output);
  tell("installing packages");
  await installPackages(recipe, root);
  tell("writing the file system");
  copyFileSync(bootFile(root, "vmlinuz-"), kernel);
  copyFileSync(bootFile(root, "initrd.img-"), initrd);
  writeFileSync(image, "");
  truncateSync(image, recipe.size);
  await run(["mke2fs", "-q", "-t", "ext4", "-d", root, image], { signal: stopping });
  rmSync(root, { recursive: true });
}

async function installPackages(recipe: DiskRecipe, root: string): Promise<void> {
  const options = [
    "--mode=root",
    "--variant=minbase",
    `--include=${recipe.packages.join(",")}`,
    ...[...recipe.leftOut, "/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*"].map(
      (path) => `--dpkgopt=path-exclude=${path}`,
    ),
    ...recipe.keptOf.map((path) => `--dpkgopt=path-include=${path}`),
    // There before the packages are: what these do on installation follows it.
    `--setup-hook=cp -r "$DISK_FILES/." "$1"`,
    `--customize-hook=chroot "$1" systemctl enable ${recipe.enabled.join(" ")}`,
    `--customize-hook=chroot "$1" systemctl mask ${recipe.masked.join(" ")}`,
  ];
  // Namespaces of its own: whatever ends this, no mount and no process of it is left.
  const namespaces = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
  await run(["unshare", ...namespaces, "--", "mmdebstrap", ...options, recipe.suite, root], {
    signal: stopping,
    env: { DISK_FILES: diskFiles },
  });
}

/** The one file of a kind in a root file system's `/boot`. */
function bootFile(root: string, prefix: string): string {
  const names = readdirSync(join(root, "boot")).filter((name) => name.startsWith(prefix));
  const [name] = names;
  if (name === undefined || names.length > 1) throw new Error(`/boot has not one ${prefix}*, but ${names.length}`);
  return join(root, "boot", name);
}
