import { writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { authority } from "../../../test/builders/certificates.ts";
import { httpServer, type HttpServer } from "../../../test/builders/http-server.ts";
import { folderOf } from "../../../test/builders/kube.ts";
import { metricsPage, podsPage } from "../../../test/builders/kubelet-pages.ts";
import type { ProcessId } from "../../model/node-actor.ts";
import { isKnown, known, unknown, type Told } from "../../model/told.ts";
import { directly, type DirectKubelet } from "./direct.ts";
import { kubeletWord } from "./word.ts";

const ca = authority();
const [own, signed, elsewhere] = [
  authority("w1").issue("w1", { altNames: ["w1"] }),
  // 0.0.0.0 leads to this machine too, and is not loopback.
  ca.issue("w1", { altNames: ["0.0.0.0"] }),
  ca.issue("w2", { altNames: ["10.0.0.2"] }),
];
const kubelet: ProcessId = { pid: 812, startTicks: 4711 };

/** A kubelet that answers `page`, with a certificate that it has signed itself. */
function kubeletWith(page: RequestListener, identity = own): Promise<HttpServer> {
  return httpServer(page, { cert: identity.certificate, key: identity.key });
}

const pages: RequestListener = ({ url }, response) =>
  void response.end(url === "/pods" ? podsPage({ a: "uid-of-a" }) : metricsPage());

async function word(server: HttpServer, options: Partial<DirectKubelet> = {}): Promise<string> {
  const serviceAccount = folderOf({ token: "s3cret\n", "ca.crt": ca.certificate });
  const port = Number(new URL(server.url).port);
  const ask = directly({ port, listener: () => Promise.resolve(known(kubelet)), serviceAccount, ...options });
  const told = await kubeletWord(ask, "w1", AbortSignal.timeout(20_000));
  if (isKnown(told)) return `pods ${told.known.pods.join(" ")}`;
  const { code, text, supply } = told.unknown;
  return `${code}: ${text}${supply === undefined ? "" : ` (${supply})`}`.replace(serviceAccount, "FOLDER");
}

test("the kubelet of this node is asked with the service account's token", async () => {
  await using server = await kubeletWith(pages);
  expect([await word(server), server.seen]).toEqual([
    "pods uid-of-a",
    ["GET /pods Bearer s3cret", "GET /metrics Bearer s3cret"],
  ]);
});

describe("the token is sent to nobody else", () => {
  const notTold = unknown({ code: "not-permitted", text: "who listens could not be told", at: [] });
  test.each<[string, Told<ProcessId>[], string]>([
    ["who listens is not told", [notTold], "not-permitted: /pods of the kubelet: who listens could not be told"],
    [
      "who listens is not told once the connection is open",
      [known(kubelet), notTold],
      "not-permitted: /pods of the kubelet: who listens could not be told",
    ],
    [
      "another process listens by then",
      [known(kubelet), known({ ...kubelet, pid: 900 })],
      "changed-meanwhile: /pods of the kubelet: another process came to listen at its address",
    ],
    [
      "another process has its pid by then",
      [known(kubelet), known({ ...kubelet, startTicks: 9000 })],
      "changed-meanwhile: /pods of the kubelet: another process came to listen at its address",
    ],
  ])("where %s", async (_, listeners, expected) => {
    await using server = await kubeletWith(pages);
    const left = [...listeners];
    const listener = (): Promise<Told<ProcessId>> => Promise.resolve(left.shift() ?? notTold);
    expect([await word(server, { listener }), server.seen, left]).toEqual([expected, [], []]);
  });

  test("no connection is opened before it is told who listens", async () => {
    await using server = await kubeletWith(pages);
    const connections: string[] = [];
    server.server.on("connection", () => connections.push("connected"));
    const listener = (): Promise<Told<ProcessId>> => {
      connections.push("asked");
      return Promise.resolve(known(kubelet));
    };
    await word(server, { listener });
    expect(connections).toEqual(["asked", "connected", "asked", "asked", "connected", "asked"]);
  });
});

describe("at another address than loopback", () => {
  const listener = (): never => {
    throw new Error("not asked");
  };
  test.each<[string, typeof own, string]>([
    ["the cluster's CA vouches for it", signed, "pods uid-of-a"],
    [
      "nobody who is trusted does",
      own,
      "not-reached: /pods of the kubelet: the server's certificate is signed by nobody who is trusted here",
    ],
    [
      "the certificate is for another address",
      elsewhere,
      "not-reached: /pods of the kubelet: the server's certificate is for another name",
    ],
  ])("where %s", async (_, identity, expected) => {
    await using server = await kubeletWith(pages, identity);
    expect(await word(server, { address: "0.0.0.0", listener })).toBe(expected);
    expect(server.seen.length).toBe(identity === signed ? 2 : 0);
  });
});

describe("nothing is told", () => {
  const refused =
    (status: number): RequestListener =>
    (_, response) =>
      void response.writeHead(status).end("Forbidden (user=x, verb=get, resource=nodes)\n");
  const onMetrics =
    (page: RequestListener): RequestListener =>
    (request, response) =>
      (request.url === "/pods" ? pages : page)(request, response);
  test.each<[string, RequestListener, string]>([
    [
      "without the right to /pods",
      refused(403),
      'not-permitted: /pods of the kubelet: it does not permit it (403) (grant an RBAC rule {apiGroups: [""], resources: [nodes/pods], verbs: [get]}; a kubelet before 1.33 knows only nodes/proxy, which runs programs in every pod: do not grant that)',
    ],
    [
      "without the right to /metrics",
      onMetrics(refused(403)),
      'not-permitted: /metrics of the kubelet: it does not permit it (403) (grant an RBAC rule {apiGroups: [""], resources: [nodes/metrics], verbs: [get]})',
    ],
    [
      "where the token is not accepted",
      refused(401),
      "not-permitted: /pods of the kubelet: it does not accept the service account's token (401) (let the kubelet ask the API server about tokens: authentication.webhook.enabled in its configuration)",
    ],
    ["where it fails", refused(500), "not-served: /pods of the kubelet: it answered with status 500"],
    ["where it has no such page", refused(404), "not-understood: /pods of the kubelet: it answered with status 404"],
    [
      "where it leads elsewhere",
      (_, response) => void response.writeHead(302, { location: "https://10.0.0.9/" }).end(),
      "not-understood: /pods of the kubelet: it answered with status 302",
    ],
    [
      "of a page in HTML",
      (_, response) => void response.end("<html>"),
      "not-understood: /pods of the kubelet: the answer is no list of pods",
    ],
    [
      "of an answer that is cut",
      (_, response) => {
        response.writeHead(200, { "content-length": "900" }).write("{");
        setTimeout(() => response.socket?.destroy(), 50);
      },
      "incomplete: /pods of the kubelet: the connection was cut",
    ],
    [
      "of an answer that is too large",
      (_, response) => void response.end("x".repeat(200_000)),
      "incomplete: /pods of the kubelet: the answer is over the cap of 100000 bytes",
    ],
    [
      "of what is no text",
      (_, response) => void response.end(Buffer.from([0x7b, 0xff])),
      "not-understood: /pods of the kubelet: the answer is not valid UTF-8",
    ],
    ["of no answer", () => {}, "timed-out: /pods of the kubelet: no whole answer within 1 s"],
  ])("%s", async (_, page, expected) => {
    await using server = await kubeletWith(page);
    expect(await word(server, { limit: 100_000, deadline: 1000 })).toBe(expected);
  });

  test("where no TLS is spoken", async () => {
    await using server = await httpServer(pages);
    expect(await word(server)).toBe("not-understood: /pods of the kubelet: the answer is not TLS");
    expect(server.seen).toEqual([]);
  });

  test("where nothing comes of TLS", async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = silent.address();
    const url = `https://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
    const told = await word({ url } as HttpServer, { deadline: 300 });
    silent.close();
    expect(told).toBe("timed-out: /pods of the kubelet: TLS was not open within 0.3 s");
  });

  test.each<[string, string, string]>([
    ["is empty", "\n", "it is empty"],
    ["holds more than a token", "a\r\nhost: b", "it is no token"],
  ])("where the token's file %s", async (_, token, why) => {
    await using server = await kubeletWith(pages);
    const serviceAccount = folderOf({ token });
    writeFileSync(join(serviceAccount, "token"), token);
    expect((await word(server, { serviceAccount })).replace(serviceAccount, "FOLDER")).toBe(
      `not-permitted: /pods of the kubelet: FOLDER/token of the pod's service account could not be read: ${why} (look whether the pod still has its service account mounted)`,
    );
    expect(server.seen).toEqual([]);
  });

  test("where nobody listens", async () => {
    const server = await kubeletWith(pages);
    await server[Symbol.asyncDispose]();
    expect(await word(server)).toBe("not-reached: /pods of the kubelet: the connection was refused");
  });

  test("where the address is a name", async () => {
    await using server = await kubeletWith(pages);
    expect(await word(server, { address: "localhost" })).toBe(
      "not-reached: /pods of the kubelet: its address is no IP address",
    );
  });

  test("once it is given up", async () => {
    await using server = await kubeletWith(() => {});
    const port = Number(new URL(server.url).port);
    const serviceAccount = folderOf({ token: "s3cret" });
    const ask = directly({ port, serviceAccount, listener: () => Promise.resolve(known(kubelet)) });
    expect(await ask("pods", AbortSignal.timeout(200))).toEqual(
      unknown({ code: "timed-out", text: "it was given up before the kubelet had answered", at: [] }),
    );
  });
});
