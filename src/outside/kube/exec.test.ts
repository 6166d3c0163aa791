import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { describe, expect, test } from "vitest";
import { authority } from "../../../test/builders/certificates.ts";
import { connectProxy, socksProxy } from "../../../test/builders/connect-proxy.ts";
import { end, execServer, say, type Conversation } from "../../../test/builders/exec-server.ts";
import { httpServer } from "../../../test/builders/http-server.ts";
import { folderOf, kubeAt, kubeconfig, kubeFrom, status, stepsOf } from "../../../test/builders/kube.ts";
import type { ExecOptions, KubeSource } from "../../model/kube-source.ts";

const reader = { namespace: "kube-system", name: "reader" };
const program = { container: "main", command: ["cat", "-", "a b"] };

function run(source: KubeSource, options: Partial<ExecOptions> = {}): Promise<string[]> {
  return stepsOf(source.exec(reader, { ...program, ...options }));
}

/** All steps, from a server that talks so. */
async function said(talk: Conversation, options: Partial<ExecOptions> = {}): Promise<string[]> {
  await using server = await execServer(talk);
  return await run((await kubeAt(server.url)).source, options);
}

test("asks for the program, its output, and the newest protocol that the other side speaks", async () => {
  await using server = await execServer((socket) => end(socket, 0));
  await run((await kubeAt(server.url)).source);
  await run((await kubeAt(server.url)).source, { input: Readable.from([Buffer.from("x")]) });
  const asked = "GET /api/v1/namespaces/kube-system/pods/reader/exec?container=main&command=cat&command=-&command=a+b";
  expect(server.seen).toEqual([`${asked}&stdout=true&stderr=true -`, `${asked}&stdin=true&stdout=true&stderr=true -`]);
  expect(server.headers[0]?.["sec-websocket-protocol"]).toBe("v5.channel.k8s.io,v4.channel.k8s.io");
});

test.each(["v5.channel.k8s.io", "v4.channel.k8s.io"])(
  "%s: gives input, and takes output and exit code",
  async (protocol) => {
    const talk: Conversation = (socket) => {
      say(socket, 1, "");
      socket.on("message", (message: Buffer) => {
        say(socket, 1, `took ${JSON.stringify(message.toString("latin1"))}`);
        say(socket, 2, "and complained");
        end(socket, 3);
      });
    };
    await using server = await execServer(talk, { protocol });
    const { source } = await kubeAt(server.url);
    expect(await run(source, { input: Readable.from([Buffer.from("what?\n")]) })).toEqual([
      String.raw`stdout "took \"\\u0000what?\\n\""`,
      'stderr "and complained"',
      "ended known 3",
    ]);
  },
);

test("keeps standard input open until the program has ended", async () => {
  const heard: string[] = [];
  await said(
    async (socket) => {
      socket.on("message", (message: Buffer) => heard.push(message.toString("hex")));
      await sleep(20);
      end(socket, 0);
    },
    { input: Readable.from([]) },
  );
  expect(heard).toEqual([]);
});

test("gives much output whole, however slowly it is taken", async () => {
  const chunk = Buffer.alloc(32 * 1024, "x");
  await using server = await execServer((socket) => {
    for (let sent = 0; sent < 400; sent++) say(socket, 1, chunk);
    end(socket, 0);
  });
  let bytes = 0;
  for await (const step of (await kubeAt(server.url)).source.exec(reader, program)) {
    if (step.step === "output") bytes += step.bytes.length;
    await sleep(0);
  }
  expect(bytes).toBe(400 * chunk.length);
});

const couldNot = 'the program could not be run: error executing command: "cat": executable file not found in $PATH';
const failure = { status: "Failure", reason: "InternalError", code: 500, message: couldNot.slice(30) };

test.each<[string, Conversation, string[]]>([
  [
    "the program is not there",
    (socket) => (say(socket, 3, JSON.stringify(failure)), socket.close()),
    [`ended not-served 500 InternalError: ${couldNot}`],
  ],
  [
    "closed in the middle",
    (socket) => (say(socket, 1, "half"), socket.close(1000)),
    ['stdout "half"', "ended incomplete - -: the connection ended, and nobody said how the program did"],
  ],
  [
    "cut in the middle",
    (socket) => (say(socket, 1, "half"), setTimeout(() => socket.terminate(), 50)),
    ['stdout "half"', "ended incomplete - -: the connection ended, and nobody said how the program did"],
  ],
  [
    "half an outcome",
    (socket) => (say(socket, 3, '{"status":"Suc'), socket.close()),
    ["ended not-understood - -: what came as the program's outcome is no Status"],
  ],
  [
    "an outcome in two parts",
    (socket) => (say(socket, 3, '{"status":"Suc'), say(socket, 3, 'cess"}'), socket.close()),
    ["ended known 0"],
  ],
  [
    "a failure without its exit code",
    (socket) => (say(socket, 3, '{"status":"Failure","reason":"NonZeroExitCode"}'), socket.close()),
    ["ended not-understood - -: what came as the program's outcome is no Status"],
  ],
  [
    "text",
    (socket) => socket.send("\u0001hello"),
    ["ended not-understood - -: what came over the WebSocket belongs to no channel"],
  ],
  [
    "channels that nobody knows",
    (socket) => (say(socket, 4, "resize"), say(socket, 255, "\u0001"), end(socket, 0)),
    ["ended known 0"],
  ],
  [
    "what is no frame of a WebSocket",
    (_, request) => request.socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff])),
    ["ended not-understood - -: what came is not what a WebSocket carries"],
  ],
])("%s", async (_, talk, expected) => {
  expect(await said(talk)).toEqual(expected);
});

describe("who opens no WebSocket", () => {
  test.each<[string, Parameters<typeof httpServer>[0], string]>([
    [
      "is not permitted",
      (_, response) => status(403, "Forbidden", 'User "me" cannot create resource "pods/exec"')(response),
      'ended not-permitted 403 Forbidden: the API server does not permit it (403: User "me" cannot create resource "pods/exec") (grant an RBAC rule {apiGroups: [""], resources: [pods/exec], verbs: [create]})',
    ],
    [
      "has no such pod",
      (_, response) => status(404, "NotFound", 'pods "reader" not found')(response),
      'ended not-served 404 NotFound: the API server refused with status 404: pods "reader" not found',
    ],
    [
      "does not reach the kubelet, and is asked once",
      (_, response) => status(500, "InternalError", "error dialing backend: connection refused")(response),
      "ended not-served 500 InternalError: the API server refused with status 500: error dialing backend: connection refused",
    ],
    [
      "answers with a page",
      (_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>"),
      "ended not-understood 200 -: status 200 without an API server's explanation (text/html)",
    ],
    [
      "redirects",
      (_, response) => response.writeHead(302, { location: "https://login.example/?token=s3cret" }).end(),
      "ended not-understood 302 -: it redirects (302) to https://login.example/, and a redirect is not followed",
    ],
    ["is silent", () => {}, "ended timed-out - -: no answer began in time"],
    ["cuts the connection", (request) => request.socket.destroy(), "ended incomplete - -: the connection was cut"],
    ["is not HTTP", (request) => request.socket.end("hello\r\n"), "ended not-understood - -: the answer is not HTTP"],
  ])("%s", async (_, answer, expected) => {
    await using server = await httpServer(answer);
    const { source } = await kubeAt(server.url, { limits: { tryFor: 300 } });
    expect([await run(source), server.seen.length]).toEqual([[expected], 1]);
  });

  test("speaks another protocol", async () => {
    await using server = await execServer((socket) => socket.close(), { protocol: "base64.channel.k8s.io" });
    expect(await run((await kubeAt(server.url)).source)).toEqual([
      "ended not-understood - -: the answer opens no WebSocket of a protocol that was asked for",
    ]);
  });

  test("is not there", async () => {
    const { url } = await (async () => {
      await using server = await httpServer(() => {});
      return server;
    })();
    expect(await run((await kubeAt(url)).source)).toEqual(["ended not-reached - -: the connection was refused"]);
  });
});

test.each([
  ["before it is opened", 0],
  ["while the program runs", 1],
])("is given up by its signal %s", async (_, opens) => {
  const control = new AbortController();
  const talk: Conversation = (socket) => (say(socket, 1, "running"), setTimeout(() => control.abort(), 50));
  await using server = opens === 0 ? await httpServer(() => control.abort()) : await execServer(talk);
  const { source } = await kubeAt(server.url);
  expect((await run(source, { signal: control.signal })).at(-1)).toBe(
    "ended timed-out - -: it was given up before the API server had answered",
  );
});

test("closes the connection where nobody takes the rest", async () => {
  const { promise: isClosed, resolve: closed } = Promise.withResolvers<number>();
  await using server = await execServer((socket) => {
    socket.on("close", closed);
    say(socket, 1, "first");
  });
  for await (const _ of (await kubeAt(server.url)).source.exec(reader, program)) break;
  // What a WebSocket that was cut off is closed with [RFC 6455, 7.1.5].
  expect(await isClosed).toBe(1006);
});

test("no name that leads elsewhere", async () => {
  const { source } = await kubeAt("http://127.0.0.1:1");
  expect(await stepsOf(source.exec({ namespace: "a", name: "../b" }, program))).toEqual([
    "ended not-understood - -: what was asked for is no name of a pod",
  ]);
});

describe("with the credentials and over the way of every other request", () => {
  const ca = authority();
  const own = ca.issue("api", { altNames: ["127.0.0.1"] });
  const tls = { cert: own.certificate, key: own.key, ca: ca.certificate, requestCert: true, rejectUnauthorized: false };
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const alice = ca.issue("alice");
  const certificate = {
    "client-certificate-data": base64(alice.certificate),
    "client-key-data": base64(alice.key),
  };

  async function asked(cluster: object, user: object, url: string): Promise<string[]> {
    const config = kubeconfig(url, {
      cluster: { "certificate-authority-data": base64(ca.certificate), ...cluster },
      user,
    });
    const file = join(folderOf({ config }), "config");
    return run((await kubeFrom({ kubeconfig: file, environment: {} })).source);
  }

  const whoIs: Conversation = (socket, request) => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate();
    say(socket, 1, `${String(subject?.CN)} ${request.headers.authorization ?? "-"}`);
    end(socket, 0);
  };

  test.each<[string, object, string]>([
    ["a client certificate", certificate, "alice -"],
    ["a token", { token: "s3cret" }, "undefined Bearer s3cret"],
    ["a password", { username: "me", password: "pass" }, `undefined Basic ${base64("me:pass")}`],
  ])("%s", async (_, user, expected) => {
    await using server = await execServer(whoIs, { tls });
    expect(await asked({}, user, server.url)).toEqual([`stdout ${JSON.stringify(expected)}`, "ended known 0"]);
  });

  test.each(["http", "socks5"])("a %s proxy", async (scheme) => {
    await using proxy = await (scheme === "http" ? connectProxy() : socksProxy());
    await using server = await execServer(whoIs, { tls });
    const cluster = { "proxy-url": `${scheme}://${proxy.host}` };
    expect(await asked(cluster, certificate, server.url)).toEqual(['stdout "alice -"', "ended known 0"]);
    expect(proxy.seen).toEqual([`${server.host} -`]);
  });

  test("an authority that did not sign its certificate", async () => {
    await using server = await execServer(whoIs, { tls });
    const another = { "certificate-authority-data": base64(authority("another").certificate) };
    expect([await asked(another, { token: "s3cret" }, server.url), server.seen]).toEqual([
      ["ended not-reached - -: the server's certificate is signed by nobody who is trusted here"],
      [],
    ]);
  });
});
