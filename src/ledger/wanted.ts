import type { Confidence } from "../model/finding.ts";
import type { ApiContainer, Socket, Transport } from "../model/ledger.ts";
import { collides, type Collides } from "./address.ts";
import type { NodeView, PodView } from "./node-view.ts";
import { mayBeMadeBy } from "./workload.ts";

/** A container on this node that does not run, and wants a port. */
export interface Wanted {
  readonly port: number;
  readonly protocol: Transport;
  readonly pod: PodView;
  readonly container: ApiContainer;
  /** By its own message that the address is in use; it declares the host port; or it is of the holder's workload. */
  readonly how: "message" | "declared" | "rival";
  /** Where it wants to listen; `""`: everywhere, or it does not say. */
  readonly address: string;
  /** What it said, from the line of its message; `null`: nothing about an address. Hostile. */
  readonly said: string | null;
  readonly confidence: Confidence;
}

/**
 * What wants a port here and does not run: a container whose last message says that its address is in use, or that
 * declares a host port. Pods on other nodes want nothing here.
 */
export function wantedPorts(view: NodeView): readonly Wanted[] {
  return podsToRun(view).flatMap((pod) =>
    (pod.api?.containers ?? [])
      .filter((container) => container.state !== "running" || !container.ready)
      .flatMap((container) => wantsOf(pod, container)),
  );
}

/**
 * What the container of a pod that holds a port leaves no room for, though it says nothing: the container of the same name
 * in another pod of the same workload on this host's network, which does not run. Most programs say only in their log
 * that a port is in use, and many ports are declared nowhere.
 */
export function rivalsOf(
  { uid, namespace, name }: PodView,
  container: string,
  { port, protocol }: Pick<Wanted, "port" | "protocol">,
  view: NodeView,
): readonly Wanted[] {
  return podsToRun(view)
    .filter(({ api }) => api?.hostNetwork === true && api.namespace === namespace)
    .filter((pod) => pod.uid !== uid && mayBeMadeBy(pod.api?.owner ?? "", name ?? ""))
    .flatMap((pod) => {
      const same = pod.api?.containers.find((each) => each.name === container && each.state !== "running");
      const told = { port, protocol, pod, how: "rival", address: "", said: null, confidence: "inferred" } as const;
      return same === undefined ? [] : [{ ...told, container: same }];
    });
}

/** What the API has on this node and wants to run there. */
function podsToRun({ node, pods }: NodeView): readonly PodView[] {
  return pods.filter(({ api }) => api?.node === node && api.phase !== "Succeeded" && api.phase !== "Failed");
}

/** Whether what is wanted cannot be had while these sockets are there; `null`: there is none. */
export function inTheWay({ address }: Wanted, sockets: readonly Socket[]): Collides | null {
  const each = new Set(sockets.map((socket) => collides(address, socket.address)));
  return (["yes", "maybe", "no"] as const).find((answer) => each.has(answer)) ?? null;
}

function wantsOf(pod: PodView, container: ApiContainer): readonly Wanted[] {
  const said = addressInUse(container.message ?? "");
  const declared = container.ports.filter(({ hostPort }) => hostPort > 0);
  const byMessage = said.map(({ port, address, text }): Wanted => {
    const protocol = declared.find(({ hostPort }) => hostPort === port)?.protocol ?? transportOf(text);
    return { port, protocol, pod, container, how: "message", address, said: text, confidence: "observed" };
  });
  const toldOf = new Set(byMessage.map(({ port, protocol }) => `${port}/${protocol}`));
  const byPort = declared
    // One that runs and is not ready yet may well hold what it declares.
    .filter(({ hostPort, protocol }) => container.state !== "running" && !toldOf.has(`${hostPort}/${protocol}`))
    .map(({ hostPort, hostIp, protocol }): Wanted => {
      return {
        port: hostPort,
        protocol,
        pod,
        container,
        how: "declared",
        address: hostIp,
        said: null,
        confidence: "inferred",
      };
    });
  return [...byMessage, ...byPort];
}

interface InUse {
  readonly port: number;
  readonly address: string;
  readonly text: string;
}

/** A message is at most 12 KiB [kubernetes v1.36.3, pkg/kubelet/container/runtime.go, MaxPodTerminationMessageLogLength]. */
const mostCharacters = 16_384;
const mostLines = 200;

/**
 * The addresses that a message says are in use. Go, nginx and most others write the address before these words, Node and
 * Ruby after them. One without a port is of no use.
 */
export function addressInUse(message: string): readonly InUse[] {
  const lines = message.slice(-mostCharacters).split("\n").slice(-mostLines);
  const found = lines.flatMap((line) => {
    const at = line.search(/address already in use/i);
    if (at < 0) return [];
    const before = [...line.slice(Math.max(0, at - 200), at).matchAll(endpoint)].at(-1);
    const [named] = before === undefined ? line.slice(at, at + 200).matchAll(endpoint) : [before];
    const port = Number(named?.groups?.["port"]);
    if (named === undefined || !(port > 0 && port < 65_536)) return [];
    return [{ port, address: addressOf(named.groups?.["address"] ?? ""), text: line.trim() }];
  });
  return [...new Map(found.map((each) => [`${each.address} ${each.port}`, each])).values()];
}

const endpoint = /(?<address>\d{1,3}(?:\.\d{1,3}){3}|\[[0-9A-Fa-f:.]{0,45}\]|::|localhost|\*)?:(?<port>\d{1,5})(?!\d)/g;

function addressOf(text: string): string {
  return text.replace(/^\[|\]$/g, "").replace(/^\*$/, "");
}

function transportOf(text: string): Transport {
  return /\budp[46]?\b/i.test(text) ? "udp" : "tcp";
}
