import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { tarArchive, type TarEntry } from "./tar.ts";

/** An image for Linux on x64. */
export interface Image {
  /** Full references with a tag; each becomes a name of the image. */
  readonly names: readonly string[];
  /** The lowest first. */
  readonly layers: readonly Layer[];
  /** `User`, `Entrypoint`, `Cmd`, `Env` of the OCI image configuration. */
  readonly config: Readonly<Record<string, string | readonly string[]>>;
  /** Written as labels of the configuration and as annotations of the manifest. */
  readonly labels?: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly created?: string;
}

/** A tar archive, as it lies in the layout. */
export interface Layer {
  readonly mediaType: string;
  readonly content: Buffer;
  /** Of what is unpacked. */
  readonly diffId: string;
}

export function plainLayer(files: readonly TarEntry[]): Layer {
  const content = tarArchive(files);
  return { mediaType: "application/vnd.oci.image.layer.v1.tar", content, diffId: digestOf(content) };
}

/** The same files give the same bytes, as long as the zlib is the same: another Node may pack them otherwise. */
export async function packedLayer(files: readonly TarEntry[]): Promise<Layer> {
  const { content, diffId } = plainLayer(files);
  const packed = await promisify(gzip)(content, { level: 9 });
  return { mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", content: packed, diffId };
}

/**
 * Writes images as one OCI layout in a tar archive (opencontainers/image-spec 1.1, image-layout.md), for `ctr import`,
 * `podman load` and `skopeo`. Gives the digests of their manifests.
 */
export function writeImages(archive: string, images: readonly Image[]): string[] {
  const blobs = new Map<string, Buffer>();
  const add = (mediaType: string, content: Buffer): Descriptor => {
    const digest = digestOf(content);
    blobs.set(`blobs/${digest.replace(":", "/")}`, content);
    return { mediaType, digest, size: content.length };
  };
  const described = images.map(({ names, layers, config, labels, created }) => {
    const rootfs = { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) };
    const labelled = labels === undefined ? config : { ...config, Labels: labels };
    const description = json({ created, architecture: "amd64", os: "linux", config: labelled, rootfs });
    const manifest = json({
      schemaVersion: 2,
      mediaType: manifestType,
      config: add("application/vnd.oci.image.config.v1+json", description),
      layers: layers.map(({ mediaType, content }) => add(mediaType, content)),
      annotations: labels,
    });
    return { names, descriptor: add(manifestType, manifest) };
  });
  const manifests = described.flatMap(({ names, descriptor }) =>
    names.map((name) => ({ ...descriptor, annotations: naming(name) })),
  );
  const files = [
    { path: "oci-layout", content: json({ imageLayoutVersion: "1.0.0" }) },
    { path: "index.json", content: json({ schemaVersion: 2, manifests }) },
    ...[...blobs].map(([path, content]) => ({ path, content })),
  ];
  writeFileSync(archive, tarArchive(files));
  return described.map(({ descriptor }) => descriptor.digest);
}

const manifestType = "application/vnd.oci.image.manifest.v1+json";

/**
 * By what containerd names what it imports (2.4.2, core/images/annotations.go), podman as well (containers/common,
 * libimage/pull.go, nameFromAnnotations), and what skopeo finds an image by.
 */
function naming(name: string): Record<string, string> {
  const tag = name.slice(name.lastIndexOf(":") + 1);
  return { "io.containerd.image.name": name, "org.opencontainers.image.ref.name": tag };
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
