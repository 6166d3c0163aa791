import { writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { join } from "node:path";
import { expect, test } from "vitest";
import { authority } from "../../../test/builders/certificates.ts";
import { httpServer } from "../../../test/builders/http-server.ts";
import { folderOf, json, kubeFrom, pod, pods, status, told } from "../../../test/builders/kube.ts";
import { connectKube } from "./connect.ts";

const ca = authority();
const api = ca.issue("api", { altNames: ["127.0.0.1", "::1"] });
const tls = { cert: api.certificate, key: api.key };
const a = { namespace: "default", name: "a" };
const path = "GET /api/v1/namespaces/default/pods/a";
const mounted = { token: "s3cret\n", "ca.crt": ca.certificate };

function environmentOf(url: string): Record<string, string> {
  const { hostname, port } = new URL(url);
  return { KUBERNETES_SERVICE_HOST: hostname.replace(/[[\]]/g, ""), KUBERNETES_SERVICE_PORT: port };
}

test("the pod's service account asks, where no kubeconfig is there", async () => {
  await using server = await httpServer((_, response) => json(response, pod("a")), tls);
  const { source } = await kubeFrom({ serviceAccount: folderOf(mounted), environment: environmentOf(server.url) });
  expect(told(await source.get(pods, a)).slice(0, 7)).toBe("known {");
  expect([source.server, server.seen]).toEqual([server.url, [`${path} Bearer s3cret`]]);
});

test("at an IPv6 address", async () => {
  const server = createServer(tls, (_, response) => json(response, pod("a")));
  await new Promise<void>((resolve) => server.listen(0, "::1", resolve));
  try {
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const environment = { KUBERNETES_SERVICE_HOST: "::1", KUBERNETES_SERVICE_PORT: String(port) };
    const { source } = await kubeFrom({ from: "in-cluster", serviceAccount: folderOf(mounted), environment });
    expect([source.server, told(await source.get(pods, a)).slice(0, 7)]).toEqual([`https://[::1]:${port}`, "known {"]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test("its token is read again after a minute, and at once where it is refused", async () => {
  let good = "Bearer one";
  await using server = await httpServer((request, response) => {
    if (request.headers.authorization === good) json(response, pod("a"));
    else status(401, "Unauthorized", "Unauthorized")(response);
  }, tls);
  const serviceAccount = folderOf({ ...mounted, token: "one" });
  let now = 0;
  const waiting = { now: () => now, random: () => 0, sleep: () => Promise.resolve() };
  const environment = environmentOf(server.url);
  const { source } = await kubeFrom({ from: "in-cluster", serviceAccount, environment, waiting });
  await source.get(pods, a);
  writeFileSync(join(serviceAccount, "token"), "two");
  now += 59_000;
  await source.get(pods, a);
  now += 1_000;
  good = "Bearer two";
  await source.get(pods, a);
  writeFileSync(join(serviceAccount, "token"), "three");
  good = "Bearer three";
  await source.get(pods, a);
  const tokens = server.seen.map((line) => line.slice(path.length + " Bearer ".length));
  expect(tokens).toEqual(["one", "one", "two", "two", "three"]);
});

test("a service account that goes away is told", async () => {
  await using server = await httpServer((_, response) => status(401, "Unauthorized", "Unauthorized")(response), tls);
  const serviceAccount = folderOf(mounted);
  const { source } = await kubeFrom({ from: "in-cluster", serviceAccount, environment: environmentOf(server.url) });
  writeFileSync(join(serviceAccount, "token"), "");
  expect(told(await source.get(pods, a)).replace(serviceAccount, "FOLDER")).toBe(
    "not-permitted - -: FOLDER/token of the pod's service account could not be read: it is empty, 2 times (look whether the pod still has its service account mounted)",
  );
});

test.each<[string, Record<string, string>, Record<string, string>, string]>([
  [
    "no token",
    { "ca.crt": ca.certificate },
    { KUBERNETES_SERVICE_HOST: "10.0.0.1", KUBERNETES_SERVICE_PORT: "443" },
    "KUBE005: FOLDER/token of the pod's service account could not be read: no such file",
  ],
  [
    "a CA that is none",
    { ...mounted, "ca.crt": "x" },
    { KUBERNETES_SERVICE_HOST: "10.0.0.1", KUBERNETES_SERVICE_PORT: "443" },
    "KUBE005: FOLDER/ca.crt of the pod's service account could not be read: it is no certificate in PEM",
  ],
  [
    "no address",
    mounted,
    {},
    "KUBE007: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT give no address of an API server",
  ],
])("not with %s", async (_, files, environment, expected) => {
  const serviceAccount = folderOf(files);
  const connected = await connectKube({ from: "in-cluster", serviceAccount, environment });
  const { code, what } = "failure" in connected ? connected.failure : { code: "", what: "" };
  expect(`${code}: ${what}`.replace(serviceAccount, "FOLDER")).toBe(expected);
});
