import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { lookUp } from "../../src/audit/online.ts";
import type { OnlineClients, Served } from "../../src/audit/online.ts";
import { isKnown } from "../../src/model/told.ts";
import { registryClients } from "../../src/outside/registry/clients.ts";
import { dockerConfigCredentials } from "../../src/outside/registry/docker-config.ts";
import { chartArchive } from "../builders/chart-archive.ts";
import { httpServer } from "../builders/http-server.ts";
import { hasRegistry, ociRegistry, pushChart } from "../builders/oci-registry.ts";
import type { OciRegistry } from "../builders/oci-registry.ts";

const installed = hasRegistry();
if (!installed)
  console.log("docker-registry is not installed (scripts/install-system-packages.sh): its tests are left out");

/** A folder with csi-driver-nfs-VERSION.rN.tgz: the N-th bytes that were published under that version. */
const published = process.env["HOLDFAST_TEST_CHARTS"] === "" ? undefined : process.env["HOLDFAST_TEST_CHARTS"];

function told<T>({ told: answer }: Served<T>): T | string {
  return isKnown(answer) ? answer.known : `unknown: ${answer.unknown.text}`;
}

function source(
  registry: OciRegistry,
  chart = "charts/csi",
): { kind: "oci"; reference: string; tag: null; digest: null } {
  return { kind: "oci", reference: `oci://${registry.host}/${chart}`, tag: null, digest: null };
}

async function versions({ charts }: OnlineClients, registry: OciRegistry): Promise<string> {
  const listed = told(await charts.versions(source(registry)));
  return typeof listed === "string" ? listed : listed.map(({ version }) => version).join(" ");
}

test("docker-registry is there where the suite must be whole", () => {
  expect(installed || process.env["CI"] !== "true").toBe(true);
});

describe.skipIf(!installed)("a real registry", () => {
  test("lists a chart's versions, gives digests, and says what would move", async () => {
    await using registry = await ociRegistry();
    const clients = registryClients();
    const digest = await pushChart(registry, "charts/csi", chartArchive("csi", "1.2.0"), { tags: ["1.2.0", "1.2"] });
    await pushChart(registry, "charts/csi", chartArchive("csi", "1.10.0"), { tags: ["1.10.0"] });
    await pushChart(registry, "charts/csi", chartArchive("csi", "2.0.0-rc.1+b"), { tags: ["2.0.0-rc.1_b"] });
    expect((await versions(clients, registry)).split(" ").toSorted()).toEqual([
      "1.10.0",
      "1.2",
      "1.2.0",
      "2.0.0-rc.1+b",
    ]);
    expect(told(await clients.charts.digest(source(registry), "1.2.0"))).toBe(digest);
    const asked = { kind: "chart", source: source(registry), devel: false } as const;
    const found = await lookUp(
      [
        { subject: "floating", mover: "terraform", what: { ...asked, constraint: null } },
        { subject: "ranged", mover: "terraform", what: { ...asked, constraint: "~1.2.0" } },
        { subject: "devel", mover: "terraform", what: { ...asked, constraint: null, devel: true } },
        { subject: "pinned", mover: "chart-republish", what: { ...asked, constraint: "1.2.0" } },
      ],
      clients,
      { now: () => new Date(0) },
    );
    expect([...found.values()].map(({ version }) => version)).toEqual(["1.10.0", "1.2.0", "2.0.0-rc.1+b", digest]);
  });

  test("gives another digest for other bytes under the same version", async () => {
    await using registry = await ociRegistry();
    const digests = [];
    for (const note of ["", "changed"]) {
      const pushed = await pushChart(registry, "charts/csi", chartArchive("csi", "1.0.0", note), { tags: ["1.0.0"] });
      const served = told(await registryClients().charts.digest(source(registry), "1.0.0"));
      expect(served).toBe(pushed);
      digests.push(served);
    }
    expect(new Set(digests).size).toBe(2);
  });

  test("with more tags than a page is read to the end", async () => {
    await using registry = await ociRegistry();
    const tags = Array.from({ length: 1010 }, (_, patch) => `1.0.${patch}`);
    await pushChart(registry, "charts/csi", chartArchive("csi", "1.0.0"), { tags });
    const listed = await versions(registryClients(), registry);
    expect(listed.split(" ").toSorted()).toEqual(tags.toSorted());
  });

  test("says that a repository or a tag is not there", async () => {
    await using registry = await ociRegistry();
    await pushChart(registry, "charts/csi", chartArchive("csi", "1.0.0"), { tags: ["1.0.0"] });
    const { charts, images } = registryClients();
    const missing = "unknown: the registry has no such repository or tag (404)";
    expect(told(await charts.versions(source(registry, "charts/none")))).toBe(missing);
    expect(told(await images.digest(`${registry.host}/charts/csi:2.0.0`))).toBe(missing);
  });

  test("that is not there any more", async () => {
    const registry = await ociRegistry();
    await registry[Symbol.asyncDispose]();
    expect(await versions(registryClients(), registry)).toBe("unknown: the connection was refused");
  });

  test("behind user and password", async () => {
    // "only-for-tests", hashed once: bcrypt is slow on purpose.
    const htpasswd = "holdfast:$2b$05$WvM1AJKQorcbDYhgCkPkKuY5ePoh.pxqshZDfkNNo3qdC.blSdvWi\n";
    await using registry = await ociRegistry({ auth: "{htpasswd: {realm: test, path: HTPASSWD}}", htpasswd });
    const login = Buffer.from("holdfast:only-for-tests").toString("base64");
    await pushChart(registry, "charts/csi", chartArchive("csi", "1.0.0"), {
      tags: ["1.0.0"],
      authorization: `Basic ${login}`,
    });
    const withLogin = (auth: string): OnlineClients =>
      registryClients({
        credentials: dockerConfigCredentials(JSON.stringify({ auths: { [registry.host]: { auth } } })),
      });
    expect(await versions(withLogin(login), registry)).toBe("1.0.0");
    const refused = "unknown: the registry asks for a login (401)";
    expect(await versions(withLogin(Buffer.from("holdfast:wrong").toString("base64")), registry)).toBe(refused);
    expect(await versions(registryClients(), registry)).toBe(refused);
  });

  test("behind a token service", async () => {
    await using tokens = await httpServer((_, response) => response.end('{"access_token":"anything"}'));
    await using registry = await ociRegistry({ auth: `{silly: {realm: "${tokens.url}/token", service: test}}` });
    await pushChart(registry, "charts/csi", chartArchive("csi", "1.0.0"), {
      tags: ["1.0.0"],
      authorization: "Bearer x",
    });
    expect(await versions(registryClients(), registry)).toBe("1.0.0");
    expect(tokens.seen).toEqual(["GET /token?service=test&scope=repository%3Acharts%2Fcsi%3Apull -"]);
  });

  // Real archives, where HOLDFAST_TEST_CHARTS names a folder of them; the charts above are made for the tests.
  test.each(published === undefined ? [] : [published])("serves what was published again, from %s", async (folder) => {
    await using registry = await ociRegistry();
    const digests = new Map<string, Set<string>>();
    for (const file of readdirSync(folder)
      .filter((name) => name.endsWith(".tgz"))
      .toSorted()) {
      const version = /^csi-driver-nfs-(.*)\.r\d+\.tgz$/.exec(file)?.[1] ?? "";
      await pushChart(registry, "charts/csi", readFileSync(join(folder, file)), { tags: [version] });
      const digest = told(await registryClients().charts.digest(source(registry), version));
      digests.set(version, (digests.get(version) ?? new Set()).add(digest));
    }
    expect([...digests].map(([version, different]) => `${version} ${different.size}`)).toEqual([
      "4.13.0 2",
      "4.13.1 3",
      "4.13.2 2",
    ]);
  });
});
