import { gzipSync } from "node:zlib";
import { tarArchive } from "../../tools/oci/tar.ts";

/** A chart's `.tgz` with nothing but its Chart.yaml; `note` makes other bytes of the same version. */
export function chartArchive(name: string, version: string, note = ""): Buffer {
  const chart = Buffer.from(`apiVersion: v2\nname: ${name}\nversion: ${version}\ndescription: "${note}"\n`);
  return gzipSync(tarArchive([{ path: `${name}/Chart.yaml`, content: chart }]));
}
