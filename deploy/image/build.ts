import { join } from "node:path";
import { packedLayer, writeImages, type Layer } from "../../tools/oci/layout.ts";
import { descriptionOf, type Revision } from "./description.ts";
import type { ImageLayer } from "./layers.ts";
import { checkLibraries } from "./libraries.ts";
import { unpackLayers } from "./unpack.ts";

/** What was written. */
export interface Built {
  /** Of the manifest. */
  readonly digest: string;
  readonly layers: readonly Size[];
}

/** In bytes. */
interface Size {
  readonly name: string;
  readonly contents: string;
  /** As it is moved and kept in a registry. */
  readonly packed: number;
  /** The sum of its files. */
  readonly unpacked: number;
}

/** Writes the image as an OCI layout in a tar archive. The same layers and revision give the same digest. */
export async function buildImage(
  archive: string,
  layers: readonly ImageLayer[],
  names: readonly string[],
  revision: Revision | null,
): Promise<Built> {
  const packed = await Promise.all(layers.map(({ files }) => packedLayer(files)));
  const [digest = ""] = writeImages(archive, [{ names, layers: packed, ...descriptionOf(revision) }]);
  return { digest, layers: layers.map((layer, at) => sizeOf(layer, packed[at])) };
}

function sizeOf({ name, contents, files }: ImageLayer, layer: Layer | undefined): Size {
  const unpacked = files.reduce((sum, file) => sum + ("content" in file ? file.content.length : 0), 0);
  return { name, contents, packed: layer?.content.length ?? 0, unpacked };
}

/** Writes the layers into folders of their names, and checks that their programs have all their libraries. */
export function unpackChecked(layers: readonly ImageLayer[], to: string): void {
  unpackLayers(layers, to);
  checkLibraries(join(to, "base"), [join(to, "node/usr/local/bin/node"), join(to, "base/usr/bin/nsenter")]);
}
