import type { RequestListener } from "node:http";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { snapshotReport } from "../../src/report/snapshot-report.ts";
import { holdfast } from "../builders/command.ts";
import { httpServer } from "../builders/http-server.ts";
import { kubeconfig, pod, status } from "../builders/kube.ts";
import { listingApiserver, type ServedKind } from "../builders/listing-apiserver.ts";

/** An API server with two pods, and no nodes. */
function apiserver(items: Partial<Record<"pods" | "nodes", ServedKind["items"]>> = {}): RequestListener {
  const core = { group: "", version: "v1" } as const;
  return listingApiserver([
    { ...core, resource: "pods", kind: "Pod", namespaced: true, items: items.pods ?? [pod("one"), pod("two")] },
    { ...core, resource: "nodes", kind: "Node", namespaced: false, items: items.nodes ?? [] },
  ]);
}

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-snapshot-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Exit code, output and errors, with what differs from run to run replaced; and what lies where the file was to be. */
async function snapshot(server: string, options: readonly string[] = [], file = "F"): Promise<string> {
  const folder = scratch();
  writeFileSync(join(folder, "kubeconfig"), kubeconfig(server));
  const {
    status: code,
    stdout,
    stderr,
  } = await holdfast(["snapshot", "--kubeconfig", "kubeconfig", "--no-openapi", "-o", file, ...options], {
    cwd: folder,
  });
  const left = readdirSync(folder).filter((name) => name !== "kubeconfig");
  return [`exit ${code}`, stdout.trimEnd(), stderr.trimEnd(), `left: ${left.join(", ")}`]
    .filter((line) => line !== "")
    .join("\n")
    .replaceAll(server, "SERVER")
    .replaceAll(/\d{4}-\d\d-\d\d /g, "")
    .replaceAll(/\d\d:\d\d:\d\dZ/g, "TIME")
    .replaceAll(/\d+ bytes/g, "N bytes")
    .replaceAll(/sha256 \w+/g, "sha256 X")
    .replace(/not served: [^]*?\n\n/, "not served: …\n\n");
}

test("a cluster, and what of it is not served", async () => {
  await using server = await httpServer(apiserver());
  expect(await snapshot(server.url, ["--strict"])).toMatchInlineSnapshot(`
    "exit 0
    Snapshot of a cluster of 0 nodes, begun at TIME. All that was asked is in it.

      cluster  holds        read at
    ✔ pods     2 objects    TIME
    ✔ its API  4 documents
      none of: nodes
      not served: …

      file  format 1.1, written by holdfast 0.1.0; API SERVER; 75 lines, N bytes
        unpacked, sha256 X…
    left: F"
  `);
});

test("a kind that may not be listed is unknown, and with --strict the exit code says so", async () => {
  const refusal = status(403, "Forbidden", 'nodes is forbidden: User "me" cannot list resource "nodes"');
  await using server = await httpServer(apiserver({ nodes: refusal }));
  expect(await snapshot(server.url, ["--strict"])).toMatchInlineSnapshot(`
    "exit 3
    Snapshot of a cluster, begun at TIME. 1 part of it could not be told in full.

      cluster  holds        read at
    ✔ pods     2 objects    TIME
    ? nodes    ?
        the API server does not permit it (403: nodes is forbidden: User "me" cannot list resource
          "nodes"); grant an RBAC rule {apiGroups: [""], resources: [nodes], verbs: [list]}
    ✔ its API  4 documents
      not served: …

      file  format 1.1, written by holdfast 0.1.0; API SERVER; 74 lines, N bytes
        unpacked, sha256 X…
    left: F"
  `);
});

test("credentials that are not taken", async () => {
  await using server = await httpServer((_, response) => status(401, "Unauthorized", "Unauthorized")(response));
  expect(await snapshot(server.url)).toMatchInlineSnapshot(`
    "exit 2
    holdfast: KUBE008: SERVER: the API server does not accept the credentials (401), 2 times; log in to the cluster again, or mend the user that the kubeconfig's context names. See that kubectl version gets an answer with the same kubeconfig and context.
    left: "
  `);
});

test("what is no API server", async () => {
  await using server = await httpServer(
    (_, response) => void response.writeHead(200, { "content-type": "text/html" }).end("<html>"),
  );
  expect(await snapshot(server.url)).toMatchInlineSnapshot(`
    "exit 2
    holdfast: KUBE008: SERVER: the answer to /api is no discovery document. See that kubectl version gets an answer with the same kubeconfig and context.
    left: "
  `);
});

test("nobody who answers", async () => {
  expect(await snapshot("http://127.0.0.1:1")).toMatchInlineSnapshot(`
    "exit 2
    holdfast: KUBE008: SERVER: the connection was refused. See that kubectl version gets an answer with the same kubeconfig and context.
    left: "
  `);
});

const nodeOf = (name: string) => ({ metadata: { name, uid: `uid-of-${name}`, resourceVersion: "3" }, status: {} });

test("a node that the cluster does not have is a mistake, and nothing is made or written", async () => {
  await using server = await httpServer(apiserver({ nodes: [nodeOf("cp"), nodeOf("w1")] }));
  expect(await snapshot(server.url, ["--nodes", "cp,nope,w1,w9", "--image", "holdfast:1"])).toMatchInlineSnapshot(`
    "exit 2
    holdfast: NODE004: the cluster has no node nope, w9 (SERVER). Name nodes as kubectl get nodes prints them, and the right cluster: --kubeconfig, --context.
    left: "
  `);
});

test("where nodes may not be asked for, a name is left to who reads it", async () => {
  await using server = await httpServer(apiserver({ nodes: status(403, "Forbidden", "no") }));
  const said = await snapshot(server.url, ["--nodes", "cp", "--image", "holdfast:1"]);
  expect(said).toMatch(/^exit 0\nSnapshot of a cluster/);
  // For both of what a node has, once.
  expect(said.match(/the nodes of the API server could not be listed/g)).toHaveLength(1);
});

test("a disk without room leaves nothing", async () => {
  await using server = await httpServer(apiserver());
  expect(await snapshot(server.url, [], "/dev/full")).toMatchInlineSnapshot(`
    "exit 2
    holdfast: WRITE001: /dev/full could not be written (no space left). Name a file that this user can write, or give the disk room.
    left: "
  `);
});

test("what a snapshot holds, as JSON", async () => {
  const refusal = status(403, "Forbidden", 'nodes is forbidden: User "me" cannot list resource "nodes"');
  await using server = await httpServer(apiserver({ nodes: refusal }));
  const folder = scratch();
  writeFileSync(join(folder, "kubeconfig"), kubeconfig(server.url));
  await holdfast(["snapshot", "--kubeconfig", "kubeconfig", "--no-openapi", "-o", "F"], { cwd: folder });
  const { stdout } = await holdfast(["snapshot", "show", "F", "-o", "json"], { cwd: folder });
  const report = snapshotReport.parse(JSON.parse(stdout));
  expect(report).toMatchObject({
    version: 1,
    server: server.url,
    whole: false,
    nodes: [],
    cluster: {
      kinds: [
        { group: "", resource: "pods", pass: 1, whole: true, counts: { object: 2 }, missing: [] },
        {
          group: "",
          resource: "nodes",
          pass: 1,
          whole: false,
          counts: null,
          missing: [{ code: "not-permitted", times: 1 }],
        },
      ],
      documents: { whole: true, counts: { document: 4 } },
    },
  });
});

test.each<[readonly string[], string]>([
  [[], "USAGE001: say where to write it: -o FILE, or -o - for standard output"],
  [["-o", "F", "--node", "cp"], "USAGE001: --node is about one node: it needs --local, on the node itself"],
  [
    ["-o", "F", "--nodes", "all"],
    "NODE002: nodes of the cluster are read through a pod on each, and no image is named for that. Name one that has this version of holdfast: --image IMAGE.",
  ],
  [["-o", "F", "--cri-socket", "/s"], "USAGE001: --cri-socket is about one node: it needs --local, on the node itself"],
])("%j", async (args, error) => {
  const { status: code, stderr } = await holdfast(["snapshot", ...args]);
  expect([code, stderr.split("\n")[0]]).toEqual([2, `holdfast: ${error}`]);
});
