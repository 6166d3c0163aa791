import { build } from "esbuild";
import { expect, test } from "vitest";
import { onlyConfiguration } from "./official-client.ts";

async function bundled() {
  return build({
    stdin: { contents: 'export { KubeConfig } from "@kubernetes/client-node/dist/config.js";', resolveDir: "." },
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "node",
    banner: {
      js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire("file:///");',
    },
    plugins: [onlyConfiguration],
  });
}

test("what is not used of the official client stays out of the bundle", async () => {
  const { metafile } = await bundled();
  const packages = Object.keys(metafile.inputs).map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
  expect([...new Set(packages.filter((name) => name !== undefined))].toSorted()).toEqual([
    "@kubernetes/client-node",
    "agent-base",
    "debug",
    "has-flag",
    "ip-address",
    "ms",
    "rfc4648",
    "smart-buffer",
    "socks",
    "socks-proxy-agent",
    "supports-color",
  ]);
});

test("what is used of it works", async () => {
  const { outputFiles } = await bundled();
  const source = Buffer.from(outputFiles[0]?.contents ?? []).toString("base64");
  const { KubeConfig } = await import(`data:text/javascript;base64,${source}`);
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: "x", server: "https://10.0.0.1", proxyUrl: "socks5://10.0.0.2:1080" }],
    users: [{ name: "x", token: "s3cret" }],
    contexts: [{ name: "x", cluster: "x", user: "x" }],
    currentContext: "x",
  });
  const options: Record<string, object> = {};
  await config.applyToHTTPSOptions(options);
  expect([options["headers"], options["agent"]?.constructor.name]).toEqual([
    { Authorization: "Bearer s3cret" },
    "SocksProxyAgent",
  ]);
});
