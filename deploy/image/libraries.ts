import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";

/**
 * Throws where a program asks for a library that is not in the image, told by the image's own loader. What it would
 * find on this machine does not count.
 *
 * @param root the unpacked layer that has the loader and the libraries
 */
export function checkLibraries(root: string, programs: readonly string[]): void {
  const folders = ["lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu"].map((folder) => resolve(root, folder));
  const loader = join(resolve(root), "lib/x86_64-linux-gnu/ld-linux-x86-64.so.2");
  for (const program of programs) {
    const options = ["--inhibit-cache", "--library-path", folders.join(":"), "--list"];
    const listed = execFileSync(loader, [...options, resolve(program)], { encoding: "utf8" });
    for (const [, library = "", place = ""] of listed.matchAll(/^\s*(\S+) => (.+?)(?: \(0x[0-9a-f]+\))?$/gm)) {
      if (folders.some((folder) => place.startsWith(`${folder}/`))) continue;
      throw new Error(`${program} asks for ${library}, which is not in the image (${place}): deploy/image/packages.ts`);
    }
  }
}
