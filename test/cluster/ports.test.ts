import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished } from "vitest";
import { nodeNamed, type Bed, type Node } from "../testbed/bed.ts";
import { checkout } from "../testbed/checkout.ts";
import { kubectl } from "../testbed/clients.ts";
import { busyboxImage } from "../testbed/images.ts";
import { execCommand } from "../testbed/nodes.ts";
import { hasBed, test } from "../testbed/suite/cluster-test.ts";
import { kubeletConfig, nodeOf, portsOf } from "../testbed/suite/holdfast.ts";
import { podField, startPod } from "../testbed/suite/pod.ts";
import { until } from "../testbed/until.ts";

describe.skipIf(!hasBed)("holdfast ports, on a node where all is well", () => {
  test("tells apart addresses, protocols, and what a port is held by", async ({ bed, namespace }) => {
    const node = nodeNamed(bed, "w1");
    const onWorker = { node: "w1" };
    const onHost = { ...onWorker, hostNetwork: true };
    await startPod(bed, namespace, { ...onHost, name: "many", command: listening(many), hostPaths: nodeFolders });
    const beside = ["httpd", "-f", "-p", `${node.address}:21001`];
    await startPod(bed, namespace, { ...onHost, name: "beside", command: beside });
    const mapped = ["httpd", "-f", "-p", "8080"];
    await startPod(bed, namespace, { ...onWorker, name: "mapped", command: mapped, ports: mappedPorts });
    await startOnNode(bed, node, listening([{ port: 21009, host: "127.0.0.1" }]));
    await expect
      .poll(() => rowsOf(bed, node), patience)
      .toEqual([
        "21001/tcp | 10.231.0.11 127.0.0.1 | pod | process beside running, process many running",
        "21002/tcp | 0.0.0.0 | pod | process many running",
        "21003/tcp | :: | pod | process many running",
        "21004/tcp | ::1 | pod | process many running",
        "21005/tcp | :: | pod | process many running",
        "21006/udp | 0.0.0.0 | pod | process many running",
        "21007/udp | ::1 | pod | process many running",
        "21008/tcp |  | pod | portmap mapped running",
        "21008/udp |  | pod | portmap mapped running",
        "21009/tcp | 127.0.0.1 | host | process no pod",
      ]);
    const uid = await podField(bed, namespace, "many", "{.metadata.uid}");
    const { ports } = await portsOf(bed, node, ["21006", kubeletConfig]);
    expect(ports.flatMap(({ holders }) => holders.map(({ pod }) => pod?.uid))).toEqual([uid]);
  });

  test("knows a static pod, which the API has only a mirror of", async ({ bed }) => {
    const node = nodeNamed(bed, "w2");
    // What earlier tests left there: records that the kubelet has not collected yet.
    const living = async () => (await podsTold(bed, node)).filter((row) => !row.endsWith(" dead: "));
    await expect.poll(living, patience).toEqual([]);
    const before = await podsTold(bed, node);
    const manifest = join(node.root, "etc/kubernetes/manifests/static-web.json");
    const containers = [{ name: "main", image: busyboxImage, command: ["httpd", "-f", "-p", "127.0.0.1:21010"] }];
    const spec = { hostNetwork: true, terminationGracePeriodSeconds: 1, containers };
    const mirror = "static-web-w2";
    onTestFinished(async () => {
      rmSync(manifest, { force: true });
      await kubectl(bed, ["wait", `pod/${mirror}`, "--for=delete", "--timeout=120s"]);
    });
    const metadata = { name: "static-web", namespace: "default" };
    writeFileSync(manifest, JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata, spec }));
    const holding = async (): Promise<unknown> => {
      const { ports } = await portsOf(bed, node, ["21010", kubeletConfig]);
      return ports.map(({ verdict, holders }) => [verdict, ...holders.map((each) => each.pod?.standing)]);
    };
    await expect.poll(holding, patience).toEqual([["pod", "static"]]);
    await until("the kubelet to have made its mirror", async () => {
      const saw = await kubectl(bed, ["get", "pods", "--namespace=default", "--output=name"]);
      return { done: saw.includes(mirror), saw };
    });
    const after = await podsTold(bed, node);
    // httpd takes its port without a word in the pod's spec.
    expect(after.filter((row) => !before.includes(row))).toEqual([
      expect.stringMatching(new RegExp(`^${mirror} [0-9a-f]{32} static: port-not-declared$`)),
    ]);
  });
});

/** Pods are Ready before their programs have bound anything. */
const patience = { timeout: 120_000, interval: 1_000 };

/** The pods of a node, a line each: name, uid, what it is, and in what the ledgers differ. */
async function podsTold(bed: Bed, node: Node): Promise<string[]> {
  const { pods } = await nodeOf(bed, node, [kubeletConfig]);
  return pods.map(
    ({ name, uid, standing, disagreements }) =>
      `${name} ${uid} ${standing}: ${disagreements.map(({ kind }) => kind).join(" ")}`,
  );
}

/** The test's ports, a line each: addresses, verdict, and how and by whom it is held. */
async function rowsOf(bed: Bed, node: Node): Promise<string[]> {
  const { ports } = await portsOf(bed, node, [kubeletConfig]);
  const rows = ports
    .filter(({ port }) => port >= 21001 && port <= 21009)
    .map(({ port, protocol, verdict, sockets, holders }) => {
      const addresses = sockets.map(({ address }) => address).toSorted();
      const by = holders.map((each) => [each.by, each.pod?.name ?? "no pod", each.pod?.standing].join(" ").trimEnd());
      return [`${port}/${protocol}`, addresses.join(" "), verdict, by.toSorted().join(", ")].join(" | ");
    });
  return rows.toSorted();
}

interface Bound {
  readonly port: number;
  readonly host: string;
  readonly udp?: boolean;
  /** Of `::`: no IPv4. */
  readonly ipv6Only?: boolean;
}

const many: readonly Bound[] = [
  { port: 21001, host: "127.0.0.1" },
  { port: 21002, host: "0.0.0.0" },
  { port: 21003, host: "::" },
  { port: 21004, host: "::1" },
  { port: 21005, host: "::", ipv6Only: true },
  { port: 21006, host: "0.0.0.0", udp: true },
  { port: 21007, host: "::1", udp: true },
];

const mappedPorts = [
  { containerPort: 8080, hostPort: 21008, protocol: "TCP" },
  { containerPort: 8080, hostPort: 21008, protocol: "UDP" },
] as const;

/** What Node needs to run in a busybox: the program, and the libraries of the machine. */
const nodeFolders = ["/usr", "/lib", "/lib64", checkout];

/** A command that binds all of these and says `bound`. */
function listening(bounds: readonly Bound[]): string[] {
  const program = `
    const { createServer } = require("node:net");
    const { createSocket } = require("node:dgram");
    const bind = ({ udp, port, host, ipv6Only }) => new Promise((done) =>
      udp
        ? createSocket(host.includes(":") ? "udp6" : "udp4").bind(port, host, done)
        : createServer().listen({ port, host, ipv6Only }, done));
    Promise.all(${JSON.stringify(bounds)}.map(bind)).then(() => console.log("bound"));`;
  return [join(checkout, "node_modules/.bin/node"), "--eval", program];
}

/** Runs a program of Node on a node, in no pod, until the test ends; returns once it has said something. */
async function startOnNode(
  bed: Bed,
  node: Node,
  [program = "", option = "", text = ""]: readonly string[],
): Promise<void> {
  // nsenter is its parent and a signal to that does not reach it: it ends with its standard input.
  const ending = `process.stdin.resume().on("end", () => process.exit());${text}`;
  const [nsenter = "", ...args] = execCommand(bed, node, [program, option, ending]);
  const child = spawn(nsenter, args, { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(async () => {
    const closed = once(child, "close");
    child.stdin.end();
    await closed;
  });
  await once(child.stdout, "data");
}
