import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { controlPlane, namespaceNodesOf, vmNodesOf, type Bed, type NamespaceNode, type Node } from "./bed.ts";
import { record } from "./journal.ts";
import { run } from "./run.ts";

/**
 * Gives each node a network namespace: a bridge in the control plane's, an address each on it, and routes to each
 * other's pods. A whole machine has a network of its own: on the bridge there is a tap for it. Nothing of it is in the
 * network of the machine that the bed runs on.
 */
export async function makeNetworks(bed: Bed): Promise<void> {
  const hub = controlPlane(bed);
  const workers = namespaceNodesOf(bed).slice(1);
  for (const node of [hub, ...workers]) await makeNamespace(bed, node);
  await ip(hub, [
    "link set lo up",
    "link add br0 type bridge",
    `addr add ${hub.address}/24 dev br0`,
    "link set br0 up",
    // The apiserver looks for its own address by the default route.
    "route add default dev br0",
    ...workers.flatMap((node) => [
      `link add ${node.name} type veth peer name eth0 netns ${node.network}`,
      `link set ${node.name} master br0 up`,
      `route add ${node.podSubnet} via ${node.address}`,
    ]),
    ...vmNodesOf(bed).flatMap((node) => [
      `tuntap add dev ${node.name} mode tap`,
      `link set ${node.name} master br0 up`,
      `route add ${node.podSubnet} via ${node.address}`,
    ]),
  ]);
  for (const node of workers) await ip(node, nodeAddressing(node, hub));
  for (const node of [hub, ...workers]) {
    for (const rule of apiAddressRules(bed)) await run(inNetwork(node, rule));
  }
}

/** Commands of `ip` that give a node behind the bridge its place in the bed's network. */
export function nodeAddressing(node: Node, hub: Node): string[] {
  return [
    "link set lo up",
    `addr add ${node.address}/24 dev eth0`,
    "link set eth0 up",
    `route add default via ${hub.address}`,
  ];
}

/** The command line that runs a program in a node's network, and otherwise as a process of this machine. */
export function inNetwork(node: NamespaceNode, argv: readonly string[]): string[] {
  return ["nsenter", `--net=${node.network}`, "--", ...argv];
}

async function makeNamespace(bed: Bed, { network }: NamespaceNode): Promise<void> {
  mkdirSync(dirname(network), { recursive: true });
  record(bed.directory, { kind: "network", path: network });
  writeFileSync(network, "");
  await run(["unshare", `--net=${network}`, "true"]);
}

async function ip(node: NamespaceNode, commands: readonly string[]): Promise<void> {
  await run(inNetwork(node, ["ip", "-batch", "-"]), { input: `${commands.join("\n")}\n` });
}

/** There is no kube-proxy; the one Service that programs in pods rely on, `kubernetes`, is made by these on each node. */
export function apiAddressRules(bed: Bed): string[][] {
  return ["PREROUTING", "OUTPUT"].map((chain) => {
    const match = ["-d", "10.96.0.1/32", "-p", "tcp", "--dport", "443"];
    const rule = [...match, "-j", "DNAT", "--to-destination", `${controlPlane(bed).address}:6443`];
    return ["iptables", "-w", "-t", "nat", "-A", chain, ...rule];
  });
}
