import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import type { ServerOptions } from "node:https";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { authority } from "../../../../test/builders/certificates.ts";
import { connectProxy, socksProxy } from "../../../../test/builders/connect-proxy.ts";
import { httpServer } from "../../../../test/builders/http-server.ts";
import { folderOf, json, kubeconfig, kubeFrom, pod, pods, status, told } from "../../../../test/builders/kube.ts";
import type { KubeSource } from "../../../model/kube-source.ts";
import type { KubeOptions } from "../connect.ts";

const ca = authority();
const server = ca.issue("api", { altNames: ["127.0.0.1", "api.example"] });
const tls: ServerOptions = { cert: server.certificate, key: server.key };
const caData = base64(ca.certificate);

const anotherAuthority = { "certificate-authority-data": base64(authority("another").certificate) };

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

const found: RequestListener = (_, response) => json(response, pod("a"));

async function get(source: KubeSource): Promise<string> {
  const answer = told(await source.get(pods, { namespace: "default", name: "a" }));
  return answer.startsWith("known {") ? "found" : answer;
}

interface Config {
  readonly cluster?: object;
  readonly user?: object;
  readonly files?: Readonly<Record<string, string>>;
  readonly options?: Partial<KubeOptions>;
}

/** The source of a kubeconfig that trusts the test's authority, and the folder that it is in. */
async function sourceAt(url: string, { cluster = {}, user = {}, files = {}, options = {} }: Config = {}) {
  const config = kubeconfig(url, { cluster: { "certificate-authority-data": caData, ...cluster }, user });
  const folder = folderOf({ config, ...files });
  const { PATH } = process.env;
  const { source, waits } = await kubeFrom({
    kubeconfig: join(folder, "config"),
    environment: { PATH, FOLDER: folder },
    ...options,
  });
  return { source, waits, folder };
}

const a = "GET /api/v1/namespaces/default/pods/a";
const refusing = (token: string): RequestListener => {
  const refused = status(401, "Unauthorized", "Unauthorized");
  return (request, response) => {
    if (request.headers.authorization === `Bearer ${token}`) found(request, response);
    else refused(response);
  };
};

describe("who asks", () => {
  test.each<[string, object, string]>([
    ["nobody", {}, "-"],
    ["a token", { token: "s3cret" }, "Bearer s3cret"],
    ["a token with a line break", { token: "s3cret\n" }, "Bearer s3cret"],
    ["a user with a password", { username: "me", password: "pa:ss" }, `Basic ${base64("me:pa:ss")}`],
    ["a token in a file beside the kubeconfig", { tokenFile: "token" }, "Bearer from-file"],
    ["a token in a file before one in the kubeconfig", { token: "s3cret", tokenFile: "token" }, "Bearer from-file"],
    [
      "an id-token that is still good",
      { "auth-provider": { name: "oidc", config: { "id-token": idTokenUntil(1_800_000_000) } } },
      `Bearer ${idTokenUntil(1_800_000_000)}`,
    ],
  ])("%s", async (_, user, authorization) => {
    await using api = await httpServer(found, tls);
    const { source } = await sourceAt(api.url, { user, files: { token: "from-file\n" } });
    expect([await get(source), api.seen]).toEqual(["found", [`${a} ${authorization}`]]);
  });

  test("somebody else, with groups and more", async () => {
    await using api = await httpServer(found, tls);
    const user = { as: "jo", "as-uid": "7", "as-groups": ["dev", "ops"], "as-user-extra": { "example.com/x": ["y"] } };
    const { source } = await sourceAt(api.url, { user });
    await get(source);
    const headers = Object.entries(api.headers[0] ?? {}).filter(([key]) => key.startsWith("impersonate-"));
    expect(Object.fromEntries(headers)).toEqual({
      "impersonate-user": "jo",
      "impersonate-uid": "7",
      "impersonate-group": "dev, ops",
      "impersonate-extra-example.com%2fx": "y",
    });
  });

  test.each(["files", "data"])("a client certificate, from %s", async (from) => {
    const subject = (socket: TLSSocket): string => socket.getPeerCertificate().subject.CN as string;
    const names: string[] = [];
    await using api = await httpServer(
      (request, response) => {
        names.push(subject(request.socket as TLSSocket));
        found(request, response);
      },
      { ...tls, ca: ca.certificate, requestCert: true },
    );
    const alice = ca.issue("alice");
    const bob = ca.issue("bob");
    const files = { "client.crt": alice.certificate, "client.key": alice.key };
    const named = { "client-certificate": "client.crt", "client-key": "client.key" };
    const data = { "client-certificate-data": base64(bob.certificate), "client-key-data": base64(bob.key) };
    const user = from === "files" ? named : { ...named, ...data };
    const { source } = await sourceAt(api.url, { user, files });
    expect([await get(source), names]).toEqual(["found", [from === "files" ? "alice" : "bob"]]);
  });

  test("whom a 401 makes it look up anew, once and at once", async () => {
    await using api = await httpServer(refusing("new"), tls);
    const { source, waits, folder } = await sourceAt(api.url, {
      user: { tokenFile: "token" },
      files: { token: "old" },
    });
    expect(await get(source)).toMatch(/^not-permitted 401 Unauthorized: .*, 2 times/);
    writeFileSync(join(folder, "token"), "new");
    expect([await get(source), waits]).toEqual(["found", []]);
    expect(api.seen.map((line) => line.slice(a.length))).toEqual([
      " Bearer old",
      " Bearer old",
      " Bearer old",
      " Bearer new",
    ]);
  });

  test("whom a login has written anew meanwhile, but never another cluster", async () => {
    await using api = await httpServer(refusing("new"), tls);
    await using other = await httpServer(found, tls);
    const { source, folder } = await sourceAt(api.url, { user: { token: "old" } });
    const written = kubeconfig(other.url, {
      cluster: { "certificate-authority-data": caData },
      user: { token: "new" },
    });
    writeFileSync(join(folder, "config"), written);
    expect([await get(source), other.seen]).toEqual(["found", []]);
  });

  test("a token file that was replaced is read again after a minute", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    await using api = await httpServer(found, tls);
    const { source, folder } = await sourceAt(api.url, { user: { tokenFile: "token" }, files: { token: "old" } });
    await get(source);
    writeFileSync(join(folder, "token"), "new");
    vi.setSystemTime(Date.now() + 59_000);
    await get(source);
    vi.setSystemTime(Date.now() + 2_000);
    await get(source);
    expect(api.seen).toEqual([`${a} Bearer old`, `${a} Bearer old`, `${a} Bearer new`]);
  });
});

describe("a credential plugin", () => {
  const version = "client.authentication.k8s.io/v1";
  const printed = (credential: object): string =>
    JSON.stringify({ kind: "ExecCredential", apiVersion: version, status: credential });
  const plugin = (command: string, rest: object = {}) => ({ exec: { apiVersion: version, command, ...rest } });
  const script = (...lines: string[]): string => ["#!/bin/sh", ...lines, ""].join("\n");
  const printing = (credential: object): string => script(`echo x >> "$FOLDER/runs"`, `echo '${printed(credential)}'`);
  const runs = (folder: string): number => readFileSync(join(folder, "runs"), "utf8").length / 2;

  test("gives a token, and is asked once for as long as it is good", async () => {
    await using api = await httpServer(found, tls);
    const files = { plugin: printing({ token: "s3cret" }) };
    const { source, folder } = await sourceAt(api.url, { user: plugin("./plugin"), files });
    expect([await get(source), await get(source), runs(folder)]).toEqual(["found", "found", 1]);
    expect(api.seen).toEqual([`${a} Bearer s3cret`, `${a} Bearer s3cret`]);
  });

  test("is asked once by requests that are made at once", async () => {
    await using api = await httpServer(found, tls);
    const files = { plugin: printing({ token: "s3cret" }) };
    const { source, folder } = await sourceAt(api.url, { user: plugin("./plugin"), files });
    expect(await Promise.all([get(source), get(source), get(source)])).toEqual(["found", "found", "found"]);
    expect(runs(folder)).toBe(1);
  });

  test("is asked again where its token has expired", async () => {
    await using api = await httpServer(found, tls);
    const files = { plugin: printing({ token: "s3cret", expirationTimestamp: "2025-12-31T23:59:59Z" }) };
    const { source, folder } = await sourceAt(api.url, { user: plugin("./plugin"), files });
    expect([await get(source), await get(source), runs(folder)]).toEqual(["found", "found", 2]);
  });

  test("is asked again where its token is refused, once", async () => {
    await using api = await httpServer(refusing("another"), tls);
    const files = { plugin: printing({ token: "s3cret" }) };
    const { source, folder } = await sourceAt(api.url, { user: plugin("./plugin"), files });
    expect([(await get(source)).slice(0, 17), runs(folder)]).toEqual(["not-permitted 401", 2]);
  });

  test("is asked again once for all requests that were refused together", async () => {
    await using api = await httpServer(refusing("new"), tls);
    const files = {
      plugin: script('echo x >> "$FOLDER/runs"', 'cat "$FOLDER/credential"'),
      credential: printed({ token: "old" }),
    };
    const { source, folder } = await sourceAt(api.url, { user: plugin("./plugin"), files });
    await get(source);
    writeFileSync(join(folder, "credential"), printed({ token: "new" }));
    expect(await Promise.all([get(source), get(source), get(source)])).toEqual(["found", "found", "found"]);
    expect(runs(folder)).toBe(3);
  });

  test("gives a certificate", async () => {
    const alice = ca.issue("alice");
    const credential = printed({ clientCertificateData: alice.certificate, clientKeyData: alice.key });
    await using api = await httpServer(found, {
      ...tls,
      ca: ca.certificate,
      requestCert: true,
      rejectUnauthorized: true,
    });
    const files = { plugin: script('cat "$FOLDER/credential"'), credential };
    const { source } = await sourceAt(api.url, { user: plugin("./plugin"), files });
    expect(await get(source)).toBe("found");
  });

  test("is told about the cluster, and gets what the kubeconfig gives it", async () => {
    await using api = await httpServer(found, tls);
    const files = {
      plugin: script(
        'echo "$KUBERNETES_EXEC_INFO" > "$FOLDER/info"',
        'echo "$1 $GIVEN" > "$FOLDER/given"',
        `echo '${printed({ token: "t" })}'`,
      ),
    };
    const user = plugin("./plugin", {
      args: ["get token"],
      env: [{ name: "GIVEN", value: "value" }],
      provideClusterInfo: true,
    });
    const extension = { name: "client.authentication.k8s.io/exec", extension: { audience: "x" } };
    const { source, folder } = await sourceAt(api.url, { user, files, cluster: { extensions: [extension] } });
    await get(source);
    expect(readFileSync(join(folder, "given"), "utf8")).toBe("get token value\n");
    expect(JSON.parse(readFileSync(join(folder, "info"), "utf8"))).toEqual({
      kind: "ExecCredential",
      apiVersion: version,
      spec: {
        interactive: false,
        cluster: { server: api.url, "certificate-authority-data": caData, config: { audience: "x" } },
      },
    });
  });

  const see = "(kubectl get --raw /version, with the same kubeconfig and context, shows what the plugin says)";
  test.each<[string, object, string]>([
    ["is not there", plugin("no-such-plugin"), `the credential plugin "no-such-plugin" was not found ${see}`],
    [
      "may not be run",
      plugin("./config.txt"),
      `the credential plugin "./config.txt" could not be started (EACCES) ${see}`,
    ],
    ["fails", plugin("./fails"), `the credential plugin "./fails" ended with code 3 ${see}`],
    [
      "prints something else",
      plugin("./prints"),
      `the credential plugin "./prints" printed no ExecCredential of ${version} ${see}`,
    ],
    [
      "prints nothing of use",
      plugin("./empty"),
      `the credential plugin "./empty" gave neither a token nor a certificate with its key ${see}`,
    ],
    [
      "prints without end",
      plugin("./floods"),
      `the credential plugin "./floods" printed more than 1048576 bytes ${see}`,
    ],
    [
      "is of an API that is gone",
      { exec: { apiVersion: "client.authentication.k8s.io/v1alpha1", command: "./prints" } },
      'the credential plugin "./prints" is for no apiVersion that is known (use client.authentication.k8s.io/v1 or client.authentication.k8s.io/v1beta1)',
    ],
  ])("that %s is named, without what it prints", async (_, user, expected) => {
    await using api = await httpServer(found, tls);
    const files = {
      fails: script("echo s3cret-output", "echo s3cret-error >&2", "exit 3"),
      prints: script('echo "{\\"token\\": \\"s3cret-output\\"}"'),
      empty: script(`echo '${printed({})}'`),
      floods: script("exec yes s3cret-output"),
    };
    const { source, folder } = await sourceAt(api.url, { user, files });
    writeFileSync(join(folder, "config.txt"), "", { mode: 0o600 });
    const answer = await get(source);
    expect(answer).toBe(`not-permitted - -: ${expected}`);
    expect([answer.includes("s3cret"), api.seen]).toEqual([false, []]);
  });

  test("that hangs is ended with all that it started, when the call is given up", async () => {
    await using api = await httpServer(found, tls);
    const files = { hangs: script('sleep 60 & echo $! > "$FOLDER/child"', 'mv "$FOLDER/child" "$FOLDER/pid"', "wait") };
    const { source, folder } = await sourceAt(api.url, { user: plugin("./hangs"), files });
    const giveUp = new AbortController();
    const answer = source.get(pods, { namespace: "default", name: "a" }, { signal: giveUp.signal });
    await waitFor(() => existsSync(join(folder, "pid")));
    giveUp.abort();
    expect(told(await answer)).toBe("timed-out - -: it was given up before the API server had answered");
    await waitFor(() => !isAlive(Number(readFileSync(join(folder, "pid"), "utf8"))));
  });
});

describe("how the server is reached", () => {
  test("through a proxy, with its password", async () => {
    await using proxy = await connectProxy();
    await using api = await httpServer(found, tls);
    const { source } = await sourceAt(api.url, { cluster: { "proxy-url": `http://me:pa55@${proxy.host}` } });
    expect([await get(source), await get(source)]).toEqual(["found", "found"]);
    expect(proxy.seen).toEqual([`${api.host} Basic ${base64("me:pa55")}`]);
  });

  test("through a SOCKS proxy", async () => {
    await using proxy = await socksProxy();
    await using api = await httpServer(found, tls);
    const { source } = await sourceAt(api.url, { cluster: { "proxy-url": `socks5://${proxy.host}` } });
    expect([await get(source), proxy.seen]).toEqual(["found", [`${api.host} -`]]);
  });

  test.each<[string, object, boolean]>([
    ["the environment's proxy", {}, true],
    ["the kubeconfig's own proxy before the environment's", { "proxy-url": "http://127.0.0.1:1" }, false],
  ])("through %s", async (_, cluster, isUsed) => {
    await using proxy = await connectProxy("refuses");
    const environment = { HTTPS_PROXY: `http://me:pa55@${proxy.host}` };
    const options = { environment, limits: { tries: 1 } };
    await get((await sourceAt("https://api.example:6443", { cluster, options })).source);
    expect(proxy.seen).toEqual(isUsed ? [`api.example:6443 Basic ${base64("me:pa55")}`] : []);
  });

  test.each<[string, "http" | "socks5", object, string]>([
    [
      "who signed",
      "http",
      anotherAuthority,
      "not-reached - -: the server's certificate is signed by nobody who is trusted here",
    ],
    [
      "who signed",
      "socks5",
      anotherAuthority,
      "not-reached - -: the server's certificate is signed by nobody who is trusted here",
    ],
    [
      "for whom",
      "http",
      { "tls-server-name": "other.example" },
      "not-reached - -: the server's certificate is for another name",
    ],
    [
      "for whom",
      "socks5",
      { "tls-server-name": "other.example" },
      "not-reached - -: the server's certificate is for another name",
    ],
  ])("and looks %s behind a proxy too: %s", async (_, scheme, cluster, expected) => {
    await using proxy = await (scheme === "http" ? connectProxy() : socksProxy());
    await using api = await httpServer(found, tls);
    const { source } = await sourceAt(api.url, { cluster: { "proxy-url": `${scheme}://${proxy.host}`, ...cluster } });
    expect([await get(source), proxy.seen, api.seen]).toEqual([expected, [`${api.host} -`], []]);
  });

  test.each<["refuses" | "silent", number, string]>([
    ["refuses", 30_000, "not-reached - -: the proxy did not open the connection"],
    ["silent", 300, "timed-out - -: no whole answer within 0.3 s"],
  ])("not through a proxy that %s", async (manner, tryFor, expected) => {
    await using proxy = await connectProxy(manner);
    await using api = await httpServer(found, tls);
    const { source } = await sourceAt(api.url, {
      cluster: { "proxy-url": `http://me:pa55@${proxy.host}` },
      options: { limits: { tryFor } },
    });
    expect([await get(source), api.seen]).toEqual([expected, []]);
  });

  test.each<[string, object, string]>([
    [
      "an authority that did not sign its certificate",
      anotherAuthority,
      "not-reached - -: the server's certificate is signed by nobody who is trusted here",
    ],
    [
      "no authority",
      { "certificate-authority-data": "" },
      "not-reached - -: the server's certificate is signed by nobody who is trusted here",
    ],
    ["no authority, and no check", { "certificate-authority-data": "", "insecure-skip-tls-verify": true }, "found"],
    ["a name that its certificate has", { "tls-server-name": "api.example" }, "found"],
    [
      "a name that its certificate has not",
      { "tls-server-name": "other.example" },
      "not-reached - -: the server's certificate is for another name",
    ],
  ])("with %s", async (_, cluster, expected) => {
    await using api = await httpServer(found, tls);
    const { source } = await sourceAt(api.url, { cluster, user: { token: "s3cret" } });
    expect(await get(source)).toBe(expected);
    expect(api.seen).toEqual(expected === "found" ? [`${a} Bearer s3cret`] : []);
  });

  test("what speaks no TLS", async () => {
    await using api = await httpServer(found);
    const { source } = await sourceAt(api.url.replace("http:", "https:"));
    expect(await get(source)).toBe("not-understood - -: the answer is not TLS");
  });

  test("in the clear, and then without credentials", async () => {
    await using api = await httpServer(found);
    const { source } = await sourceAt(api.url, { user: { token: "s3cret", username: "me", password: "pass" } });
    expect([await get(source), api.seen]).toEqual(["found", [`${a} -`]]);
  });

  test("below a path", async () => {
    await using api = await httpServer(found, tls);
    const { source } = await sourceAt(`${api.url}/k8s/clusters/c-1/`);
    expect([await get(source), api.seen]).toEqual([
      "found",
      ["GET /k8s/clusters/c-1/api/v1/namespaces/default/pods/a -"],
    ]);
    expect(source.server).toBe(`${api.url}/k8s/clusters/c-1`);
  });

  test("over one connection for many requests", async () => {
    const ports = new Set<number | undefined>();
    await using api = await httpServer((request, response) => {
      ports.add(request.socket.remotePort);
      found(request, response);
    }, tls);
    const { source } = await sourceAt(api.url, { user: { token: "s3cret" } });
    for (let times = 0; times < 3; times++) await get(source);
    expect(ports.size).toBe(1);
  });
});

function idTokenUntil(seconds: number): string {
  return ["e30", Buffer.from(JSON.stringify({ exp: seconds })).toString("base64url"), "c2ln"].join(".");
}

async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
