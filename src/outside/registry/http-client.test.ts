import type { RequestListener, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { httpServer } from "../../../test/builders/http-server.ts";
import { version } from "../../version.ts";
import { httpClient } from "./http-client.ts";
import type { HttpAnswer, HttpClient, HttpClientOptions } from "./http-client.ts";

/** A client that does not wait, and the waits it would have made in milliseconds. */
function client(options: Partial<HttpClientOptions> = {}): { send: HttpClient["send"]; waits: number[] } {
  const waits: number[] = [];
  const { send } = httpClient({
    sleep: (milliseconds) => Promise.resolve(waits.push(milliseconds)),
    now: () => Date.parse("2026-01-01T00:00:00Z"),
    random: () => 0,
    ...options,
  });
  return { send, waits };
}

/** Answers one after the other, the last one again and again. */
function inTurn(...answers: ((response: ServerResponse) => void)[]): RequestListener {
  let turn = 0;
  return (_, response) => answers[Math.min(turn++, answers.length - 1)]?.(response);
}

const ok = (response: ServerResponse): void => void response.end("fine");
const status =
  (code: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse): void =>
    void response.writeHead(code, headers).end();

function told(answer: HttpAnswer): string {
  return answer.kind === "failure" ? `failure: ${answer.text}` : `${answer.status} ${answer.body.toString()}`;
}

test("a plain answer, asked for with this program's name", async () => {
  await using server = await httpServer((_, response) => response.end("fine"));
  expect(told(await client().send({ url: server.url }))).toBe("200 fine");
  expect(server.headers[0]?.["user-agent"]).toBe(`holdfast/${version}`);
});

test("a compressed answer is unpacked", async () => {
  await using server = await httpServer((_, response) =>
    response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("packed")),
  );
  expect(told(await client().send({ url: server.url }))).toBe("200 packed");
});

describe("tries again", () => {
  test.each([429, 502, 503, 504])("after status %i", async (code) => {
    await using server = await httpServer(inTurn(status(code), ok));
    const { send, waits } = client();
    expect([told(await send({ url: server.url })), waits]).toEqual(["200 fine", [500]]);
  });

  test.each([
    ["7", 7000],
    ["3600", 30_000],
    ["Thu, 01 Jan 2026 00:00:09 GMT", 9000],
    ["Wed, 31 Dec 2025 00:00:00 GMT", 0],
    ["soon", 500],
    ["-5", 500],
  ])("after what Retry-After %j says", async (after, wait) => {
    await using server = await httpServer(inTurn(status(429, { "retry-after": after }), ok));
    const { send, waits } = client();
    expect([told(await send({ url: server.url })), waits]).toEqual(["200 fine", [wait]]);
  });

  test("four times in all, at growing distances", async () => {
    await using server = await httpServer(inTurn(status(503)));
    const { send, waits } = client();
    expect(told(await send({ url: server.url }))).toBe("503 ");
    expect([server.seen.length, waits]).toEqual([4, [500, 1000, 2000]]);
  });

  test("after a cut connection", async () => {
    let turn = 0;
    await using server = await httpServer((request, response) =>
      turn++ === 0 ? request.socket.resetAndDestroy() : response.end("fine"),
    );
    expect(told(await client().send({ url: server.url }))).toBe("200 fine");
  });

  test.each([400, 401, 403, 404, 500])("but not after status %i", async (code) => {
    await using server = await httpServer(inTurn(status(code)));
    await client().send({ url: server.url });
    expect(server.seen).toHaveLength(1);
  });
});

describe("a part is never an answer", () => {
  test("fewer bytes than announced", async () => {
    await using server = await httpServer((_, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("only this", () => response.destroy());
    });
    const { send, waits } = client();
    expect(told(await send({ url: server.url }))).toBe("failure: the connection was cut");
    expect(waits).toHaveLength(3);
  });

  test("chunks without an end", async () => {
    await using server = await httpServer(
      (_, response) => void response.write("only this", () => setTimeout(() => response.destroy(), 5)),
    );
    expect(told(await client().send({ url: server.url }))).toBe("failure: the connection was cut");
  });

  test("gzip without its end, though the transfer was whole", async () => {
    const packed = gzipSync("a".repeat(100_000));
    await using server = await httpServer((_, response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(packed.subarray(0, packed.length - 20)),
    );
    expect(told(await client().send({ url: server.url }))).toBe("failure: the answer was cut off");
  });

  test("gzip that is none", async () => {
    await using server = await httpServer((_, response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end("plain"),
    );
    expect(told(await client().send({ url: server.url }))).toBe("failure: the answer's compression is broken");
  });

  test("an answer whose end is the end of the connection", async () => {
    await using server = await httpServer((request) => request.socket.end("HTTP/1.1 200 OK\r\n\r\nonly this"));
    expect(told(await client().send({ url: server.url }))).toBe(
      "failure: the answer gives no length, so a cut off one could not be told",
    );
  });

  test("what is not HTTP", async () => {
    await using server = await httpServer((request) => request.socket.end("SSH-2.0-x\r\n"));
    expect(told(await client().send({ url: server.url }))).toBe("failure: the answer is not HTTP");
  });
});

describe("bounds", () => {
  test("a body over the cap, announced", async () => {
    await using server = await httpServer((_, response) => response.end("a".repeat(2000)));
    expect(told(await client().send({ url: server.url, limit: 1000 }))).toBe(
      "failure: the answer is over the cap of 1000 bytes",
    );
  });

  test("a body over the cap, in chunks", async () => {
    await using server = await httpServer((_, response) => {
      const more = (): void => void (response.destroyed || response.write("a".repeat(10_000), more));
      more();
    });
    expect(told(await client().send({ url: server.url, limit: 100_000 }))).toBe(
      "failure: the answer is over the cap of 100000 bytes",
    );
  });

  test("a gzip bomb: the unpacked size counts", async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    await using server = await httpServer((_, response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(bomb),
    );
    expect(bomb.length).toBeLessThan(100_000);
    expect(told(await client().send({ url: server.url, limit: 1024 * 1024 }))).toBe(
      "failure: the answer is over the cap of 1048576 bytes",
    );
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ["before the head", () => undefined],
    ["within the body", (response: ServerResponse) => void response.write("a")],
  ])("a server that falls silent %s; after the second time it is not asked again", async (_, answer) => {
    await using server = await httpServer((_request, response) => answer(response));
    const { send } = client({ deadline: 500 });
    const answers = [await send({ url: server.url }), await send({ url: server.url }), await send({ url: server.url })];
    expect(answers.map(told)).toEqual([
      "failure: no whole answer within 0.5 s",
      "failure: no whole answer within 0.5 s",
      "failure: the server was silent twice and is not asked again",
    ]);
    expect(server.seen).toHaveLength(2);
  });

  test("a name that is not answered", async () => {
    const { send } = client({ deadline: 20, addressesOf: () => new Promise(() => undefined) });
    expect(told(await send({ url: "http://charts.example" }))).toBe(
      "failure: the host's name could not be looked up in time",
    );
  });

  test("nobody listens", async () => {
    await using server = await httpServer(inTurn(ok));
    await server[Symbol.asyncDispose]();
    expect(told(await client().send({ url: server.url }))).toBe("failure: the connection was refused");
  });
});

describe("redirects", () => {
  test("are followed, and authorization stays on its origin", async () => {
    await using other = await httpServer((_, response) => response.end("there"));
    await using server = await httpServer((request, response) =>
      request.url === "/a"
        ? status(302, { location: "/b" })(response)
        : status(307, { location: `${other.url}/c` })(response),
    );
    const answer = await client().send({ url: `${server.url}/a`, authorization: "Bearer secret" });
    expect(told(answer)).toBe("200 there");
    expect([server.seen, other.seen]).toEqual([["GET /a Bearer secret", "GET /b Bearer secret"], ["GET /c -"]]);
  });

  test("another name for the same server is another origin", async () => {
    await using server = await httpServer((request, response) =>
      request.url === "/a"
        ? status(302, { location: `http://localhost:${new URL(server.url).port}/b` })(response)
        : response.end("there"),
    );
    await client({ addressesOf: () => Promise.resolve([{ address: "127.0.0.1", family: 4 }]) }).send({
      url: `${server.url}/a`,
      authorization: "Bearer secret",
    });
    expect(server.seen).toEqual(["GET /a Bearer secret", "GET /b -"]);
  });

  test("authorization does not come back after a detour", async () => {
    await using other = await httpServer((_, response) => status(302, { location: `${server.url}/back` })(response));
    await using server = await httpServer((request, response) =>
      request.url === "/a" ? status(302, { location: other.url })(response) : response.end("back"),
    );
    await client().send({ url: `${server.url}/a`, authorization: "Bearer secret" });
    expect(server.seen).toEqual(["GET /a Bearer secret", "GET /back -"]);
  });

  test("a user in the URL is authorization for its origin, one in a redirect is not", async () => {
    await using server = await httpServer((request, response) =>
      request.url === "/a"
        ? status(302, { location: `http://eve:x@${new URL(server.url).host}/b` })(response)
        : response.end("there"),
    );
    const answer = await client().send({ url: `${server.url.replace("//", "//me:p%40ss@")}/a` });
    const login = `Basic ${Buffer.from("me:p@ss").toString("base64")}`;
    expect(server.seen).toEqual([`GET /a ${login}`, `GET /b ${login}`]);
    expect(JSON.stringify(answer)).not.toContain("p@ss");
  });

  test("five at most", async () => {
    await using server = await httpServer((_, response) => status(302, { location: "/again" })(response));
    expect(told(await client().send({ url: server.url }))).toBe("failure: more than 5 redirects");
    expect(server.seen).toHaveLength(6);
  });

  test.each([
    ["file:///etc/passwd", "neither http nor https"],
    ["ftp://127.0.0.1/", "neither http nor https"],
    ["http://169.254.169.254/latest/meta-data/", "link-local addresses are not asked"],
    ["http://[fe80::1]/", "link-local addresses are not asked"],
    ["http://[::ffff:169.254.169.254]/", "link-local addresses are not asked"],
    ["http://[", "a redirect to what is not a URL"],
  ])("not to %s", async (location, text) => {
    await using server = await httpServer((_, response) => status(302, { location })(response));
    expect(told(await client().send({ url: server.url }))).toBe(`failure: ${text}`);
  });

  test.each([
    "http://10.0.0.1/",
    "http://192.168.1.1/",
    "http://127.0.0.2/",
    "http://[::1]/",
    "http://0x7f.2/",
    "http://internal.example/",
    "http://[64:ff9b::a00:1]/",
  ])("not from a public server to %s", async (location) => {
    await using server = await httpServer((_, response) => status(302, { location })(response));
    const { port } = new URL(server.url);
    const addresses = new Map([
      ["public.example", "127.0.0.1"],
      ["internal.example", "10.0.0.1"],
    ]);
    const { send } = client({
      addressesOf: (host) => Promise.resolve([{ address: addresses.get(host) ?? "", family: 4 }]),
      isPublic: (address) => address === "127.0.0.1",
    });
    expect(told(await send({ url: `http://public.example:${port}/` }))).toBe(
      "failure: a redirect from a public server to an internal address is not followed",
    );
  });

  test("from an internal server to another one: both are the company's", async () => {
    await using other = await httpServer((_, response) => response.end("there"));
    await using server = await httpServer((_, response) => status(302, { location: other.url })(response));
    expect(told(await client().send({ url: server.url }))).toBe("200 there");
  });

  test("not from https to http", async () => {
    await using server = await httpServer((_, response) => response.end("there"));
    expect(told(await client().send({ url: server.url, namedBy: "https://registry.example/" }))).toBe(
      "failure: a redirect from https to http is not followed",
    );
    expect(server.seen).toEqual([]);
  });
});

test.each(["", "charts.example", "gopher://x/", "javascript:alert(1)", "http://"])("%j is not asked", async (url) => {
  expect((await client().send({ url })).kind).toBe("failure");
});

test("a header that would split the request is refused", async () => {
  await using server = await httpServer((_, response) => response.end("fine"));
  expect(told(await client().send({ url: server.url, authorization: "Bearer a\r\nx: y" }))).toBe(
    "failure: the request failed (ERR_INVALID_CHAR)",
  );
});
