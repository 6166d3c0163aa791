import { readFileSync } from "node:fs";
import { join } from "node:path";
import { plainLayer, writeImages } from "../../../tools/oci/layout.ts";

/** What sandboxes and containers of the tests are made from: Debian's static busybox, asleep. */
export const image = "holdfast.test/busybox:1";

/** Writes it as an OCI layout in a tar archive; gives its path. */
export function writeImage(folder: string): string {
  const archive = join(folder, "image.tar");
  const busybox = { path: "bin/busybox", content: readFileSync("/bin/busybox"), mode: 0o755 };
  const config = { Entrypoint: ["/bin/busybox", "sleep", "3600"] };
  writeImages(archive, [{ names: [image], layers: [plainLayer([busybox])], config }]);
  return archive;
}
