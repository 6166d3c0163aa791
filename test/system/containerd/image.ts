import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What sandboxes and containers of the tests are made from: Debian's static busybox, asleep. */
export const image = "holdfast.test/busybox:1";

/** Writes it as an OCI layout in a tar archive (opencontainers/image-spec, image-layout.md); gives its path. */
export function writeImage(folder: string): string {
  const layout = join(folder, "layout");
  const root = join(folder, "root");
  mkdirSync(join(layout, "blobs/sha256"), { recursive: true });
  mkdirSync(join(root, "bin"), { recursive: true });
  cpSync("/bin/busybox", join(root, "bin/busybox"));
  const blob = (mediaType: string, content: Buffer): object => {
    const hash = createHash("sha256").update(content).digest("hex");
    writeFileSync(join(layout, "blobs/sha256", hash), content);
    return { mediaType, digest: `sha256:${hash}`, size: content.length };
  };
  const layer = tar(root);
  const files = blob("application/vnd.oci.image.layer.v1.tar", layer);
  const config = blob(
    "application/vnd.oci.image.config.v1+json",
    json({
      architecture: "amd64",
      os: "linux",
      config: { Entrypoint: ["/bin/busybox", "sleep", "3600"] },
      rootfs: { type: "layers", diff_ids: [`sha256:${createHash("sha256").update(layer).digest("hex")}`] },
    }),
  );
  const manifest = blob(
    "application/vnd.oci.image.manifest.v1+json",
    json({ schemaVersion: 2, config, layers: [files] }),
  );
  // The annotation by which containerd names what it imports (containerd images/annotations.go).
  const named = { ...manifest, annotations: { "io.containerd.image.name": image } };
  writeFileSync(join(layout, "index.json"), json({ schemaVersion: 2, manifests: [named] }));
  writeFileSync(join(layout, "oci-layout"), json({ imageLayoutVersion: "1.0.0" }));
  const archive = join(folder, "image.tar");
  writeFileSync(archive, tar(layout));
  return archive;
}

function tar(folder: string): Buffer {
  return execFileSync("tar", ["--create", "--directory", folder, "."], { maxBuffer: 64 * 1024 * 1024 });
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
