import { readFileSync } from "node:fs";
import { join } from "node:path";
import { plainLayer, type Image } from "../../tools/oci/layout.ts";
import type { Programs } from "./build/programs.ts";
import { pauseImage } from "./runtimes.ts";

/** What every node has: the sandbox's image, and a busybox to run things with. */
export function baseImages(programs: Programs): Image[] {
  const pause = { path: "pause", content: readFileSync(join(programs.node, "pause")), mode: 0o755 };
  const busybox = { path: "bin/busybox", content: readFileSync("/bin/busybox"), mode: 0o755 };
  const applets = busyboxApplets.map((name) => ({ path: `bin/${name}`, link: "busybox" }));
  return [
    { names: [pauseImage], layers: [plainLayer([pause])], config: { Entrypoint: ["/pause"] } },
    {
      names: [busyboxImage],
      layers: [plainLayer([busybox, ...applets, { path: "tmp", folder: true }])],
      config: { Cmd: ["sh"], Env: ["PATH=/bin"] },
    },
  ];
}

/** One program under many names: it does what its arguments say (go/stand-in). */
export function standInImage(programs: Programs, names: readonly string[]): Image {
  const program = { path: "stand-in", content: readFileSync(join(programs.standIn, "stand-in")), mode: 0o755 };
  return { names, layers: [plainLayer([program])], config: { Entrypoint: ["/stand-in"] } };
}

/** A program that listens where its argument says, and whose first thread has ended (go/node/stuck-leader). */
export function stuckLeader(programs: Programs): Image {
  const program = { path: "stuck-leader", content: readFileSync(join(programs.node, "stuck-leader")), mode: 0o755 };
  return { names: [stuckLeaderImage], layers: [plainLayer([program])], config: { Entrypoint: ["/stuck-leader"] } };
}

export const stuckLeaderImage = "holdfast.test/stuck-leader:1";

export const busyboxImage = "docker.io/library/busybox:1.36";

const busyboxApplets = "sh sleep nc httpd wget cat echo ls ps kill mkdir touch grep date true false netstat ip".split(
  " ",
);
