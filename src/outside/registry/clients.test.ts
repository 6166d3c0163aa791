import { createHash } from "node:crypto";
import type { RequestListener } from "node:http";
import { describe, expect, test } from "vitest";
import { httpServer } from "../../../test/builders/http-server.ts";
import type { HttpServer } from "../../../test/builders/http-server.ts";
import type { OnlineClients, Served } from "../../audit/online.ts";
import { isKnown } from "../../model/told.ts";
import { ChartRepositories } from "./chart-repository.ts";
import { registryClients } from "./clients.ts";
import { httpClient } from "./http-client.ts";

function clients(login?: { host: string; username: string; password: string }): OnlineClients {
  const http = httpClient({ sleep: () => Promise.resolve(), random: () => 0 });
  return registryClients({ http, credentials: new Map(login === undefined ? [] : [[login.host, login]]) });
}

/** The known value, or why it is unknown. */
function told<T>({ told: answer }: Served<T>): T | string {
  return isKnown(answer) ? answer.known : `unknown (${answer.unknown.code}): ${answer.unknown.text}`;
}

const sum = "ab".repeat(32);
const index = `apiVersion: v1
entries:
  csi:
  - name: csi
    version: 1.1.0
    digest: ${sum}
  - name: csi
    version: 1.0.0
`;

describe("a chart repository", () => {
  const at = (repository: string, chart = "csi") => ({ kind: "repository", repository, chart }) as const;

  test.each(["", "/", "/stable", "/stable/", "/stable?key=secret"])(
    "at %j has its index beside it; the index is fetched once",
    async (path) => {
      await using server = await httpServer((_, response) => response.end(index));
      const { charts } = clients();
      const [first, second] = await Promise.all([
        charts.versions(at(server.url + path)),
        charts.versions(at(server.url + path, "other")),
      ]);
      const folder = path.replace(/\/?(?:\?.*)?$/, "");
      expect(first.url).toBe(`${server.url}${folder}/index.yaml`);
      expect(first.told).toHaveProperty("known.length", 2);
      expect(told(second)).toBe("unknown (not-served): the index was read, but the chart is not in it");
      expect(server.seen).toEqual([`GET ${folder}/index.yaml${path.includes("?") ? "?key=secret" : ""} -`]);
    },
  );

  test("gives the archive's digest for a version", async () => {
    await using server = await httpServer((_, response) => response.end(index));
    const { charts } = clients();
    const digests = [];
    for (const version of ["1.1.0", "v1.1.0", "1.0.0", "3.0.0"])
      digests.push(told(await charts.digest(at(server.url), version)));
    expect(digests).toEqual([
      `sha256:${sum}`,
      `sha256:${sum}`,
      "unknown (not-served): the index gives no digest for the version",
      "unknown (not-served): the index does not list the version",
    ]);
  });

  test("is asked again when others had to make room for it", async () => {
    await using server = await httpServer((_, response) => response.end(index));
    const repositories = new ChartRepositories(httpClient(), 2.5 * index.length);
    for (const folder of ["a", "b", "a", "c", "b", "a"]) await repositories.versions(`${server.url}/${folder}`, "csi");
    expect(server.seen.map((seen) => seen.charAt(5))).toEqual(["a", "b", "c", "a"]);
  });

  test.each<[string, RequestListener, string]>([
    ["404", (_, response) => response.writeHead(404).end(), "the repository answers 404"],
    ["401", (_, response) => response.writeHead(401).end(), "the repository answers 401"],
    ["a page", (_, response) => response.end("<html></html>"), "the index was read, but it is no index of charts"],
    ["bytes", (_, response) => response.end(Buffer.from([0xff, 0xfe])), "the index is not valid UTF-8"],
    [
      "broken YAML",
      (_, response) => response.end(index.replace("1.1.0", "[")),
      "the index was read, but the chart's entry is not valid YAML",
    ],
    [
      "a part",
      (_, response) => response.writeHead(200, { "content-length": "9999" }).write(index, () => response.destroy()),
      "the connection was cut",
    ],
  ])("that answers with %s is unknown, and asked once only", async (_, answer, text) => {
    await using server = await httpServer(answer);
    const { charts } = clients();
    await charts.versions(at(server.url));
    const asked = server.seen.length;
    expect(told(await charts.versions(at(server.url)))).toBe(`unknown (not-served): ${text}`);
    expect(server.seen).toHaveLength(asked);
  });

  test("a login in the URL is used and never shown", async () => {
    await using server = await httpServer((_, response) => response.writeHead(403).end());
    const served = await clients().charts.versions(at(server.url.replace("//", "//me:secret@")));
    expect(server.seen).toEqual([`GET /index.yaml Basic ${Buffer.from("me:secret").toString("base64")}`]);
    expect(JSON.stringify(served)).not.toContain("secret");
  });

  test.each([
    [
      { kind: "repository", repository: null, chart: "stable/csi" },
      "the chart's repository is not written: it is an alias of the machine that applies",
    ],
    [{ kind: "repository", repository: "stable", chart: "csi" }, "the repository is not a URL"],
    [{ kind: "repository", repository: "file:///etc", chart: "csi" }, "neither http nor https"],
    [{ kind: "local", path: "./csi" }, "the chart is in the repository"],
    [{ kind: "archive", url: "https://x.example/a.tgz" }, "a chart archive is not downloaded to look at it"],
    [{ kind: "oci", reference: "oci://X Y", tag: null, digest: null }, "the reference is not one of a registry"],
  ] as const)("%j is not asked", async (source, text) => {
    expect(told(await clients().charts.versions(source))).toBe(`unknown (not-served): ${text}`);
  });
});

const manifest = JSON.stringify({ schemaVersion: 2 });
const manifestDigest = `sha256:${createHash("sha256").update(manifest).digest("hex")}`;

/** Answers as a registry with the repository org/app, for those who may. */
function registry(
  mayRead: (authorization: string | undefined) => boolean,
  challenge: () => string,
  tags: readonly string[] = ["1.0.0", "1.1.0_b"],
): RequestListener {
  return (request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://x");
    if (!mayRead(request.headers.authorization)) response.writeHead(401, { "www-authenticate": challenge() }).end();
    else if (pathname === "/v2/org/app/tags/list") response.end(JSON.stringify({ name: "org/app", tags }));
    else if (pathname === "/v2/org/app/manifests/1.0.0")
      response.writeHead(200, { "docker-content-digest": manifestDigest }).end(manifest);
    else response.writeHead(404).end();
  };
}

describe("a registry", () => {
  const open = registry(
    () => true,
    () => "",
  );

  test("lists tags; a chart's versions have + for _", async () => {
    await using server = await httpServer(open);
    const { images, charts } = clients();
    expect(told(await images.tags(`${server.host}/org/app:1.0.0`))).toEqual(["1.0.0", "1.1.0_b"]);
    const versions = await charts.versions({
      kind: "oci",
      reference: `oci://${server.host}/org/app`,
      tag: null,
      digest: null,
    });
    expect(versions).toMatchObject({
      url: `${server.url}/v2/org/app/tags/list`,
      told: { known: [{ version: "1.0.0" }, { version: "1.1.0+b" }] },
    });
    expect(server.seen).toEqual(["GET /v2/org/app/tags/list?n=1000 -"]);
  });

  test("gives the digest of a tag", async () => {
    await using server = await httpServer(open);
    const { images, charts } = clients();
    expect([
      told(await images.digest(`${server.host}/org/app:1.0.0`)),
      told(await images.digest(`${server.host}/org/app`)),
      told(
        await charts.digest(
          { kind: "oci", reference: `oci://${server.host}/org/app`, tag: null, digest: null },
          "1.1.0+b",
        ),
      ),
    ]).toEqual([
      manifestDigest,
      "unknown (not-served): the registry has no such repository or tag (404)",
      "unknown (not-served): the registry has no such repository or tag (404)",
    ]);
    expect(server.seen.map((seen) => seen.split(" ", 2).join(" "))).toEqual([
      "HEAD /v2/org/app/manifests/1.0.0",
      "HEAD /v2/org/app/manifests/latest",
      "HEAD /v2/org/app/manifests/1.1.0_b",
    ]);
  });

  test.each(["", "sha256:12", "md5:x"])("that says the digest %j has it computed from the manifest", async (said) => {
    await using server = await httpServer((_, response) =>
      response.writeHead(200, { "docker-content-digest": said }).end(manifest),
    );
    expect(told(await clients().images.digest(`${server.host}/org/app`))).toBe(manifestDigest);
  });

  test("with pages is read to the end", async () => {
    await using server = await httpServer((request, response) => {
      const last = new URL(request.url ?? "", "http://x").searchParams.get("last");
      if (last === null) response.setHeader("link", '</v2/org/app/tags/list?n=1000&last=b>; rel="next"');
      response.end(JSON.stringify({ tags: last === null ? ["a", "b"] : ["c"] }));
    });
    expect(told(await clients().images.tags(`${server.host}/org/app`))).toEqual(["a", "b", "c"]);
  });

  test.each([
    ["leads elsewhere", '<http://127.0.0.2/x>; rel="next"'],
    ["leads to itself", '</v2/org/app/tags/list?n=1000>; rel="next"'],
    ["is not readable", "next"],
  ])("whose next page %s is unknown, not half known", async (_, link) => {
    await using server = await httpServer((_request, response) =>
      response.writeHead(200, { link }).end('{"tags":["a"]}'),
    );
    expect(told(await clients().images.tags(`${server.host}/org/app`))).toBe(
      "unknown (not-served): the next page of the registry's tags is not followed",
    );
  });

  test.each(["", "{", "[]", "{}", '{"tags":1}', '{"tags":[1]}', '{"tags":["a b"]}', '{"tags":["\\u001b[31m"]}'])(
    "that lists %j is unknown",
    async (body) => {
      await using server = await httpServer((_, response) => response.end(body));
      expect(told(await clients().images.tags(`${server.host}/org/app`))).toBe(
        "unknown (not-served): the registry's list of tags is not readable",
      );
    },
  );

  test("without tags has none", async () => {
    await using server = await httpServer((_, response) => response.end('{"name":"org/app","tags":null}'));
    expect(told(await clients().images.tags(`${server.host}/org/app`))).toEqual([]);
  });

  test("with too many tags is unknown, not cut", async () => {
    const tags = JSON.stringify({ tags: Array.from({ length: 200_001 }, (_, number) => `v${number}`) });
    await using server = await httpServer((_, response) => response.end(tags));
    expect(told(await clients().images.tags(`${server.host}/org/app`))).toBe(
      "unknown (not-served): the registry lists over 200000 tags",
    );
  });

  test("that fails later on a page is unknown", async () => {
    await using server = await httpServer((request, response) =>
      request.url?.includes("last") === true
        ? response.writeHead(500).end()
        : response.writeHead(200, { link: '</v2/org/app/tags/list?last=a>; rel="next"' }).end('{"tags":["a"]}'),
    );
    expect(told(await clients().images.tags(`${server.host}/org/app`))).toBe(
      "unknown (not-served): the registry answers 500",
    );
  });
});

describe("a registry that asks for a login", () => {
  /** A token service that gives the token only to those it knows. */
  function tokens(mayHave: (authorization: string | undefined) => boolean): RequestListener {
    return (request, response) =>
      mayHave(request.headers.authorization) ? response.end('{"token":"t0k"}') : response.writeHead(403).end();
  }
  const hasToken = (authorization: string | undefined): boolean => authorization === "Bearer t0k";
  const bearer = (service: HttpServer): string => `Bearer realm="${service.url}/token",service="the registry"`;

  test("gives a token to anybody; it is used again", async () => {
    await using service = await httpServer(tokens(() => true));
    await using server = await httpServer(registry(hasToken, () => bearer(service)));
    const { images } = clients();
    expect(told(await images.tags(`${server.host}/org/app`))).toEqual(["1.0.0", "1.1.0_b"]);
    expect(told(await images.digest(`${server.host}/org/app:1.0.0`))).toBe(manifestDigest);
    expect(service.seen).toEqual(["GET /token?service=the+registry&scope=repository%3Aorg%2Fapp%3Apull -"]);
    expect(server.seen.map((seen) => seen.split(" ").slice(2).join(" "))).toEqual(["-", "Bearer t0k", "Bearer t0k"]);
  });

  test("gives a token for the login of that registry alone", async () => {
    const login = `Basic ${Buffer.from("me:secret").toString("base64")}`;
    await using service = await httpServer(tokens((authorization) => authorization === login));
    await using server = await httpServer(registry(hasToken, () => bearer(service)));
    const own = { host: server.host, username: "me", password: "secret" };
    expect(told(await clients(own).images.tags(`${server.host}/org/app`))).toEqual(["1.0.0", "1.1.0_b"]);
    expect(server.seen.join()).not.toContain("Basic");
    const without = await clients({ ...own, host: "other.example" }).images.tags(`${server.host}/org/app`);
    expect(told(without)).toBe("unknown (not-served): the registry's token service answers 403");
    expect(service.seen.at(-1)).toMatch(/ -$/);
  });

  test("by user and password", async () => {
    const login = `Basic ${Buffer.from("me:secret").toString("base64")}`;
    await using server = await httpServer(
      registry(
        (authorization) => authorization === login,
        () => 'Basic realm="x"',
      ),
    );
    expect(
      told(
        await clients({ host: server.host, username: "me", password: "secret" }).images.tags(`${server.host}/org/app`),
      ),
    ).toEqual(["1.0.0", "1.1.0_b"]);
    expect(
      told(
        await clients({ host: server.host, username: "me", password: "wrong" }).images.tags(`${server.host}/org/app`),
      ),
    ).toBe("unknown (not-served): the registry asks for a login (401)");
    expect(told(await clients().images.tags(`${server.host}/org/app`))).toBe(
      "unknown (not-served): the registry asks for a login (401)",
    );
  });

  test.each<[string, RequestListener, string]>([
    ["no token", (_, response) => response.end("{}"), "gives no token"],
    [
      "a token that would split the request",
      (_, response) => response.end('{"token":"a\\r\\nx: y"}'),
      "gives no token",
    ],
    ["what is not JSON", (_, response) => response.end("<html>"), "gives no token"],
    [
      "a redirect without end",
      (_, response) => response.writeHead(302, { location: "/" }).end(),
      ": more than 5 redirects",
    ],
  ])("whose token service gives %s is unknown", async (_, answer, text) => {
    await using service = await httpServer(answer);
    await using server = await httpServer(registry(hasToken, () => bearer(service)));
    expect(told(await clients().images.tags(`${server.host}/org/app`))).toBe(
      `unknown (not-served): the registry's token service${text.startsWith(":") ? text : ` ${text}`}`,
    );
  });

  test.each([
    ['Bearer realm="token"', "the registry names a token service that is not a URL"],
    ['Bearer realm="http://169.254.169.254/token"', "the registry's token service: link-local addresses are not asked"],
    ["Negotiate", "the registry asks for a login (401)"],
  ])("by %j is unknown", async (challenge, text) => {
    await using server = await httpServer(
      registry(
        () => false,
        () => challenge,
      ),
    );
    expect(told(await clients().images.tags(`${server.host}/org/app`))).toBe(`unknown (not-served): ${text}`);
  });

  test("with an internal token service, though it is public itself, is unknown", async () => {
    await using server = await httpServer(registry(hasToken, () => 'Bearer realm="http://127.0.0.2/token"'));
    const http = httpClient({ isPublic: (address) => address === "127.0.0.1" });
    expect(told(await registryClients({ http }).images.tags(`${server.host}/org/app`))).toBe(
      "unknown (not-served): the registry's token service: a redirect from a public server to an internal address is not followed",
    );
  });

  test("blobs and tags served by another host never see the token", async () => {
    await using other = await httpServer((_, response) => response.end('{"tags":["a"]}'));
    await using service = await httpServer(tokens(() => true));
    await using server = await httpServer((request, response) =>
      hasToken(request.headers.authorization)
        ? response.writeHead(307, { location: `${other.url}/tags` }).end()
        : response.writeHead(401, { "www-authenticate": bearer(service) }).end(),
    );
    expect(told(await clients().images.tags(`${server.host}/org/app`))).toEqual(["a"]);
    expect(other.seen).toEqual(["GET /tags -"]);
  });
});
