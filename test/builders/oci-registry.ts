import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A running `docker-registry` (Debian's package) with an empty store. */
export interface OciRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly host: string;
}

export function hasRegistry(): boolean {
  return spawnSync("docker-registry", ["--version"]).status === 0;
}

/**
 * Starts one on a free port; `await using` stops it. `auth` is the `auth` section of its configuration as
 * YAML in one line; `htpasswd` becomes the file that `HTPASSWD` in it stands for.
 */
export async function ociRegistry({
  auth,
  htpasswd = "",
}: { auth?: string; htpasswd?: string } = {}): Promise<OciRegistry> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-registry-"));
  const host = `127.0.0.1:${await freePort()}`;
  const login = join(folder, "htpasswd");
  const config = join(folder, "config.yml");
  writeFileSync(login, htpasswd);
  writeFileSync(
    config,
    [
      "version: 0.1",
      "log: {level: error, accesslog: {disabled: true}}",
      `storage: {filesystem: {rootdirectory: ${JSON.stringify(join(folder, "store"))}}}`,
      `http: {addr: "${host}"}`,
      ...(auth === undefined ? [] : [`auth: ${auth.replace("HTPASSWD", JSON.stringify(login))}`]),
    ].join("\n"),
  );
  const registry = spawn("docker-registry", ["serve", config], { stdio: "ignore" });
  const stop = async (): Promise<void> => {
    if (registry.exitCode === null && registry.kill()) await once(registry, "exit");
    rmSync(folder, { recursive: true });
  };
  try {
    await answers(`http://${host}/v2/`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { host, [Symbol.asyncDispose]: stop };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (typeof address !== "object" || address === null) throw new Error("no free port");
  return address.port;
}

async function answers(url: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const response = await fetch(url).catch(() => null);
    if (response !== null) return;
    await sleep(100);
  }
  throw new Error("docker-registry does not answer");
}

/** Pushes a chart archive under some tags, as `helm push` does; gives the manifest's digest. */
export async function pushChart(
  registry: OciRegistry,
  repository: string,
  archive: Buffer,
  { tags, authorization }: { tags: readonly string[]; authorization?: string },
): Promise<string> {
  const base = `http://${registry.host}/v2/${repository}`;
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
  const config = Buffer.from(JSON.stringify({ name: repository.split("/").at(-1), version: tags[0] }));
  for (const blob of [config, archive]) await pushBlob(base, blob, headers);
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: descriptor("application/vnd.cncf.helm.config.v1+json", config),
    layers: [descriptor("application/vnd.cncf.helm.chart.content.v1.tar+gzip", archive)],
  });
  const type = { "content-type": "application/vnd.oci.image.manifest.v1+json" };
  const pending = tags.values();
  const push = async (): Promise<void> => {
    for (const tag of pending) {
      await accepted(`${base}/manifests/${tag}`, { method: "PUT", headers: { ...headers, ...type }, body: manifest });
    }
  };
  await Promise.all(Array.from({ length: 8 }, push));
  return digestOf(Buffer.from(manifest));
}

async function pushBlob(base: string, blob: Buffer, headers: Record<string, string>): Promise<void> {
  const upload = await accepted(`${base}/blobs/uploads/`, { method: "POST", headers });
  const place = new URL(upload.headers.get("location") ?? "", base);
  place.searchParams.set("digest", digestOf(blob));
  const type = { "content-type": "application/octet-stream" };
  await accepted(place.href, { method: "PUT", headers: { ...headers, ...type }, body: new Uint8Array(blob) });
}

async function accepted(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${init.method} ${url}: ${response.status} ${await response.text()}`);
  await response.arrayBuffer();
  return response;
}

function descriptor(mediaType: string, content: Buffer): object {
  return { mediaType, digest: digestOf(content), size: content.length };
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
