import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { disagreementKinds } from "../../src/ledger/disagreement.ts";
import { nodeReport } from "../../src/report/node/node-report.ts";
import { portsReport } from "../../src/report/node/ports-report.ts";
import { holdfast } from "../builders/command.ts";
import { folderOf } from "../builders/kube.ts";
import { onNode, orphan, running, type NodeFacts } from "../builders/served-node.ts";

test("ports PORT: from the socket to a pod that the API does not have", async () => {
  const { status: code, stdout, stderr } = await onNode(["ports", "29653", "--node", "cp"]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  const [first, process, pod, absent] = stdout.split("\n");
  expect(first).toBe("29653/tcp 127.0.0.1  held by an orphan");
  expect(process).toMatch(/^ {2}pid 1816 livenessprobe {2}since /);
  expect(pod).toMatch(/^ {2}container main \w{4}… {2}sandbox \w{4}… {2}pod nfs-csi\/csi-nfs-node-slq2j {2}uid \w{4}…$/);
  expect(absent).toMatch(/^ {2}that pod is not in the API \(listed at .* and .*, resourceVersion 42; asked by/);
  expect(stdout).toMatch(/\ndo {2}holdfast sweep --enforce\n/);
});

test("ports PORT: a port of a pod that the API has, and one that nobody holds", async () => {
  expect(await onNode(["ports", "10256", "--node", "cp"])).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^10256\/tcp 0\.0\.0\.0 {2}held by a pod\n/),
  });
  expect(await onNode(["ports", "80", "--node", "cp"])).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^80\/tcp {2}nobody listens on it\n/),
  });
});

test("ports: JSON fits its schema, and --fail-on never is no failure", async () => {
  const { status: code, stdout } = await onNode(["ports", "--node", "cp", "--output", "json", "--fail-on", "never"]);
  expect(code).toBe(0);
  const report = portsReport.parse(JSON.parse(stdout));
  expect(report.ports.map(({ port, verdict }) => [port, verdict])).toEqual([
    [29_653, "orphan"],
    [10_256, "pod"],
  ]);
});

test("node: the orphan first, and JSON that fits its schema", async () => {
  const text = await onNode(["node", "cp"]);
  expect(text.status).toBe(1);
  expect(text.stdout).toMatch(/^1 of 2 pods on cp is an orphan: alive here, and not in the API\.\n/);
  const { stdout } = await onNode(["node", "cp", "--output", "json"]);
  expect(nodeReport.parse(JSON.parse(stdout)).pods.map(({ name, standing }) => [name, standing])).toEqual([
    [orphan.name, "orphan"],
    [running.name, "running"],
  ]);
});

test.each<[string, NodeFacts, string]>([
  [
    "a node of another boot",
    { boot: "0c0f4c0a-6f43-4b4f-9d1a-0e0b3c2f7a11" },
    "the API server's node cp is another machine",
  ],
  ["no right to ask", { refuse: 403 }, "? not told: API"],
])("%s: nothing is called an orphan, and --strict says that it was not told", async (_, facts, said) => {
  const { status: code, stdout } = await onNode(["node", "cp", "--strict"], facts);
  expect(code).toBe(3);
  expect(stdout).toMatch(/^2 pods could not be told\.\n/);
  expect(stdout).toContain(said);
});

test("without anything to ask, what is missing is said, and the exit code is 2", async () => {
  const nowhere = folderOf({});
  const args = ["--root", nowhere, "--cri-socket", join(nowhere, "cri.sock")];
  const ports = await holdfast(["ports", "80", ...args]);
  expect(ports).toMatchObject({
    status: 2,
    stdout: expect.stringMatching(/^80\/tcp {2}who listens on 80 of .* could not be told\n/),
  });
  expect(await holdfast(["node", ...args])).toMatchObject({
    status: 2,
    stdout: expect.stringMatching(/^What runs on .* could not be told\.\n/),
  });
  expect(await holdfast(["node", ...args, "--kubeconfig", join(nowhere, "none")])).toMatchObject({
    status: 2,
    stdout: "",
    stderr: expect.stringMatching(/^holdfast: KUBE001: .*\. Without --kubeconfig and --context the node is read, /),
  });
});

test.each<[string, string[], string]>([
  [
    "no image is named for the pod that another node takes",
    ["ports", "29653", "--node", "elsewhere"],
    "NODE002: another node is read through a pod on it, and no image is named for that. Name one that has this version of holdfast: --image IMAGE. Where this machine is that node: --local.",
  ],
  [
    "no cluster is named in which a pod could be made",
    ["node", "elsewhere", "--image", "holdfast:1"],
    "KUBE007: another node is read through its cluster: no cluster is named: there is no kubeconfig, and this is no pod. Name one: --kubeconfig FILE.",
  ],
  [
    "a node is named by an option where it is an argument",
    ["node", "--node", "cp"],
    "USAGE001: option '--node <name>' argument 'cp' is invalid. The name stands by itself: holdfast node cp.\nRun holdfast node --help to see what there is.",
  ],
  [
    "this is not that pod",
    ["node-read", "--node", "cp"],
    "NODE003: this is not the pod that a node is read through, or it is about to end. On a node itself: holdfast snapshot --local -o FILE.",
  ],
  [
    "nor here",
    ["node-wait"],
    "NODE003: this is not the pod that a node is read through, or it is about to end. On a node itself: holdfast snapshot --local -o FILE.",
  ],
])("refused: %s", async (_, args, expected) => {
  expect(await holdfast(args)).toMatchObject({ status: 2, stdout: "", stderr: `holdfast: ${expected}\n` });
});

test("a pod in which nobody can meet says so at once", async () => {
  const { status, stderr } = await holdfast(["node-wait"], { env: { HOLDFAST_POD_UID: "1" } });
  const line = "holdfast: NODE003: nobody can meet in this pod (no permission). ";
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(line) });
});

test("a node of another name is this machine where it is said to be", async () => {
  const { stderr, stdout } = await holdfast(["node", "elsewhere", "--local"]);
  expect({ stderr, stdout }).toEqual({ stderr: "", stdout: expect.stringContaining("elsewhere") });
});

test("the page of node names every disagreement with its severity", () => {
  const page = readFileSync("docs/commands/node.md", "utf8");
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (high|medium|low|info) \|/gm)];
  const written = new Set(rows.map(([, kind, severity]) => `${kind} ${severity}`));
  expect(written).toEqual(new Set(disagreementKinds.map(({ kind, severity }) => `${kind} ${severity}`)));
});
