import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tarArchive, type TarEntry } from "../builders/tar.ts";
import type { Programs } from "./build/programs.ts";
import { pauseImage } from "./runtimes.ts";

/** An image of one layer. */
export interface Image {
  /** Full references; each becomes a name of the image. */
  readonly names: readonly string[];
  readonly files: readonly TarEntry[];
  /** `Entrypoint`, `Cmd`, `Env` of the OCI image configuration. */
  readonly config: Readonly<Record<string, readonly string[]>>;
}

/** What every node has: the sandbox's image, and a busybox to run things with. */
export function baseImages(programs: Programs): Image[] {
  const pause = { path: "pause", content: readFileSync(join(programs.node, "pause")), mode: 0o755 };
  const busybox = { path: "bin/busybox", content: readFileSync("/bin/busybox"), mode: 0o755 };
  const applets = busyboxApplets.map((name) => ({ path: `bin/${name}`, link: "busybox" }));
  return [
    { names: [pauseImage], files: [pause], config: { Entrypoint: ["/pause"] } },
    {
      names: [busyboxImage],
      files: [busybox, ...applets, { path: "tmp", folder: true }],
      config: { Cmd: ["sh"], Env: ["PATH=/bin"] },
    },
  ];
}

/** One program under many names: it does what its arguments say (go/stand-in). */
export function standInImage(programs: Programs, names: readonly string[]): Image {
  const program = { path: "stand-in", content: readFileSync(join(programs.standIn, "stand-in")), mode: 0o755 };
  return { names, files: [program], config: { Entrypoint: ["/stand-in"] } };
}

export const busyboxImage = "docker.io/library/busybox:1.36";

const busyboxApplets = "sh sleep nc httpd wget cat echo ls ps kill mkdir touch grep date true false netstat ip".split(
  " ",
);

/** Writes images as one OCI layout in a tar archive (opencontainers/image-spec, image-layout.md), for `ctr import`. */
export function writeImages(archive: string, images: readonly Image[]): void {
  const blobs = new Map<string, Buffer>();
  const add = (mediaType: string, content: Buffer): Descriptor => {
    const hash = createHash("sha256").update(content).digest("hex");
    blobs.set(`blobs/sha256/${hash}`, content);
    return { mediaType, digest: `sha256:${hash}`, size: content.length };
  };
  const manifests = images.flatMap(({ names, files, config }) => {
    const layer = add("application/vnd.oci.image.layer.v1.tar", tarArchive(files));
    const rootfs = { type: "layers", diff_ids: [layer.digest] };
    const description = json({ architecture: "amd64", os: "linux", config, rootfs });
    const manifest = { schemaVersion: 2, config: add("application/vnd.oci.image.config.v1+json", description) };
    const whole = add("application/vnd.oci.image.manifest.v1+json", json({ ...manifest, layers: [layer] }));
    // The annotation by which containerd names what it imports (containerd images/annotations.go).
    return names.map((name) => ({ ...whole, annotations: { "io.containerd.image.name": name } }));
  });
  const files = [
    { path: "oci-layout", content: json({ imageLayoutVersion: "1.0.0" }) },
    { path: "index.json", content: json({ schemaVersion: 2, manifests }) },
    ...[...blobs].map(([path, content]) => ({ path, content })),
  ];
  writeFileSync(archive, tarArchive(files));
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
