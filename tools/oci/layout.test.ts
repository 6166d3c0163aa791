import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { packedLayer, plainLayer, writeImages, type Image } from "./layout.ts";
import { tarArchive } from "./tar.ts";

test("each image is found by its names, and has its layers, configuration and labels", async () => {
  const folder = temporaryFolder();
  const [digest] = writeImages(join(folder, "a.tar"), [await example()]);
  const { index, read } = unpacked(folder, "a.tar");
  expect(index.manifests.map(({ digest: of, annotations }) => [of, annotations])).toEqual([
    [digest, naming("registry.example/app:1.2", "1.2")],
    [digest, naming("registry.example/app:latest", "latest")],
  ]);
  const manifest = manifestSchema.parse(JSON.parse(read(digest).toString()));
  expect(manifest.annotations).toEqual({ "org.opencontainers.image.version": "1.2" });
  const [lower, upper] = manifest.layers.map((layer) => ({ ...layer, content: read(layer.digest) }));
  expect(lower?.mediaType).toBe("application/vnd.oci.image.layer.v1.tar");
  expect(upper?.mediaType).toBe("application/vnd.oci.image.layer.v1.tar+gzip");
  const diffIds = [lower?.content ?? Buffer.alloc(0), gunzipSync(upper?.content ?? "")].map(digestOf);
  expect(diffIds).toEqual([digestOf(tarArchive([one])), digestOf(tarArchive([two]))]);
  expect(JSON.parse(read(manifest.config.digest).toString())).toEqual({
    created: "2026-01-02T03:04:05Z",
    architecture: "amd64",
    os: "linux",
    config: { User: "65532:65532", Entrypoint: ["/run"], Labels: { "org.opencontainers.image.version": "1.2" } },
    rootfs: { type: "layers", diff_ids: diffIds },
  });
});

test("the same image gives the same archive; another layer another digest", async () => {
  const folder = temporaryFolder();
  const [first] = writeImages(join(folder, "a.tar"), [await example()]);
  const [again] = writeImages(join(folder, "b.tar"), [await example()]);
  expect(again).toBe(first);
  expect(readFileSync(join(folder, "b.tar")).equals(readFileSync(join(folder, "a.tar")))).toBe(true);
  const [other] = writeImages(join(folder, "c.tar"), [{ ...(await example()), layers: [plainLayer([two])] }]);
  expect(other).not.toBe(first);
});

const one = { path: "one", content: Buffer.from("1") };
const two = { path: "two", content: Buffer.from("2") };

async function example(): Promise<Image> {
  return {
    names: ["registry.example/app:1.2", "registry.example/app:latest"],
    layers: [plainLayer([one]), await packedLayer([two])],
    config: { User: "65532:65532", Entrypoint: ["/run"] },
    labels: { "org.opencontainers.image.version": "1.2" },
    created: "2026-01-02T03:04:05Z",
  };
}

function naming(name: string, tag: string): object {
  return { "io.containerd.image.name": name, "org.opencontainers.image.ref.name": tag };
}

const descriptor = z.object({ mediaType: z.string(), digest: z.string(), size: z.number() });

const indexSchema = z.object({
  manifests: z.array(descriptor.extend({ annotations: z.record(z.string(), z.string()) })),
});

const manifestSchema = z.object({
  config: descriptor,
  layers: z.array(descriptor),
  annotations: z.record(z.string(), z.string()),
});

/** What `tar` takes out of an archive; every blob has to be what its name says. */
function unpacked(
  folder: string,
  archive: string,
): { index: z.infer<typeof indexSchema>; read: (digest: string | undefined) => Buffer } {
  const layout = join(folder, "layout");
  mkdirSync(layout);
  execFileSync("tar", ["--extract", `--file=${join(folder, archive)}`, `--directory=${layout}`]);
  expect(readFileSync(join(layout, "oci-layout"), "utf8")).toBe('{"imageLayoutVersion":"1.0.0"}');
  const blobs = join(layout, "blobs/sha256");
  for (const name of readdirSync(blobs)) expect(digestOf(readFileSync(join(blobs, name)))).toBe(`sha256:${name}`);
  return {
    index: indexSchema.parse(JSON.parse(readFileSync(join(layout, "index.json"), "utf8"))),
    read: (digest = "") => readFileSync(join(layout, "blobs", digest.replace(":", "/"))),
  };
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-oci-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}
