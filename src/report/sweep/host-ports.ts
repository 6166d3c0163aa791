import { isKnown } from "../../model/told.ts";
import type { Leftover } from "../../sweep/judge.ts";
import type { Scan } from "../../sweep/scan.ts";

interface Port {
  readonly port: number;
  readonly protocol: string;
}

/** Ports that a leftover keeps from others, lowest first, and how many more there are than were asked for. */
export interface HostPorts {
  readonly ports: readonly Port[];
  readonly leftOut: number;
}

/**
 * Ports of the node itself on which a leftover listens, each once, and at most so many: how many there are is for whoever wrote the
 * pod to say. A port in a network of the pod's own is in nobody's way, and a socket that has a peer waits for nobody.
 */
export function hostPorts({ pod, verdict }: Leftover, { kernel }: Scan, most: number): HostPorts {
  if (!isKnown(kernel)) return { ports: [], leftOut: 0 };
  const { hostNetwork } = kernel.known;
  const own = pod.processes.flatMap(({ sockets }) => sockets);
  const seen = new Set(own.map(({ inode }) => inode));
  // Of what it had before, another process may have by now what its own have not.
  const earlier = verdict.is === "candidate" ? verdict.target.listeners.filter(({ inode }) => !seen.has(inode)) : [];
  const listening = [...own.filter(({ connected }) => !connected), ...earlier];
  const ports = new Map<string, Port>();
  for (const { network, port, protocol } of listening)
    if (network === hostNetwork) ports.set(portText({ port, protocol }), { port, protocol });
  const sorted = [...ports.values()].toSorted(
    (one, other) => one.port - other.port || (one.protocol < other.protocol ? -1 : 1),
  );
  return { ports: sorted.slice(0, most), leftOut: Math.max(0, sorted.length - most) };
}

/** `8080/tcp`. */
export function portText({ port, protocol }: Port): string {
  return `${port}/${protocol}`;
}
