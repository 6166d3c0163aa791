import { expect, test } from "vitest";
import { leftoversIn } from "../../src/commands/sweep/sweep-snapshot.ts";
import type { Socket } from "../../src/model/ledger.ts";
import { isKnown } from "../../src/model/told.ts";
import { hostPorts, portText } from "../../src/report/sweep/host-ports.ts";
import { unattended } from "../../src/sweep/policy.ts";

const socket: Omit<Socket, "network"> = {
  protocol: "tcp",
  family: 4,
  address: "0.0.0.0",
  port: 8080,
  connected: false,
  inode: 71,
  closed: false,
};

interface Facts extends Partial<Socket> {
  /** It is in a network of the pod's own. */
  readonly inPod?: boolean;
}

test.each<[string, readonly Facts[], readonly string[], number]>([
  ["a listener of the node", [{}], ["8080/tcp"], 0],
  ["one on each address", [{}, { inode: 72, family: 6, address: "::" }], ["8080/tcp"], 0],
  ["one in the pod's own network", [{ inPod: true }], [], 0],
  [
    "a UDP socket that has a peer",
    [
      { protocol: "udp", connected: true },
      { protocol: "udp", port: 53 },
    ],
    ["53/udp"],
    0,
  ],
  [
    "more than are asked for: the lowest",
    [70, 60, 50, 40, 30].map((port) => ({ port, inode: port })),
    ["30/tcp", "40/tcp", "50/tcp"],
    2,
  ],
])("ports that a leftover keeps: %s", async (_, facts, ports, leftOut) => {
  const policyFor = (node: string) => ({ ...unattended, node });
  const { scan, judgement } = await leftoversIn("examples/incident/orphaned.snapshot", "cp", policyFor);
  const [leftover] = judgement.leftovers;
  const [first] = leftover?.pod.processes ?? [];
  if (leftover === undefined || first === undefined || !isKnown(scan.kernel)) throw new Error("the incident has one");
  const { hostNetwork } = scan.kernel.known;
  const sockets = facts.map(({ inPod, ...each }) => ({
    ...socket,
    network: inPod === true ? hostNetwork + 1 : hostNetwork,
    ...each,
  }));
  const changed = { ...leftover, pod: { ...leftover.pod, processes: [{ ...first, sockets }] } };
  const told = hostPorts(changed, scan, 3);
  expect([told.ports.map(portText), told.leftOut]).toEqual([ports, leftOut]);
});
