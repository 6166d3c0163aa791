import type { Socket, Transport } from "../model/ledger.ts";
import { isKnown } from "../model/told.ts";
import {
  holderIndex,
  isOrphaned,
  mappedPorts,
  processHolders,
  withUntoldForwards,
  type Holder,
  type HolderIndex,
  type MappedHolder,
} from "./holders.ts";
import type { NodeView } from "./node-view.ts";
import { podOf } from "./places.ts";
import { rivalsOf, wantedPorts, type Wanted } from "./wanted.ts";

/** Who holds one port of the node. */
export interface Holding {
  readonly port: number;
  readonly protocol: Transport;
  readonly verdict: HoldingVerdict;
  /** Those of the host's network that listen on it, or are bound to it. */
  readonly sockets: readonly Socket[];
  readonly holders: readonly Holder[];
  readonly unheld: Unheld | null;
  readonly wantedBy: readonly Wanted[];
}

/**
 * - `orphan`: by an orphan, and by nothing that has a right to it: stopping that frees it;
 * - `shared`: by an orphan and by something else, through one socket: stopping the orphan frees nothing;
 * - `unknown`: by something of which it could not be told what it is, or it could not be told by whom;
 * - `pod`, `host`: by a pod that the API knows or that is static, by a process in no pod;
 * - `foreign`: by a container that no kubelet made;
 * - `residue`: forwarded by portmap to a sandbox of which nothing lives;
 * - `kernel`: by a socket that no process here has: the kernel's own, or one of another pid namespace;
 * - `free`: nothing listens on it, and it is forwarded to nothing.
 */
type HoldingVerdict = "orphan" | "shared" | "unknown" | "foreign" | "pod" | "host" | "residue" | "kernel" | "free";

/** Sockets that no process was seen to hold, and what that means. */
interface Unheld {
  readonly sockets: readonly Socket[];
  /**
   * `closed`: all of them were gone when they were looked for once more. `unreadable`: some process could not be looked
   * into, and may hold them. `kernel`: neither, so no process that is seen here has them.
   */
  readonly why: "kernel" | "closed" | "unreadable";
}

/** Who holds `port`, one answer a protocol; `null`: every port that is held or wanted, what is to be done first. */
export function holdings(view: NodeView, port: number | null): readonly Holding[] {
  const keys = new Map<string, Draft>();
  const draft = (of: number, protocol: Transport): Draft => {
    const key = `${of}/${protocol}`;
    const there = keys.get(key) ?? { port: of, protocol, sockets: [], mapped: [], wantedBy: [] };
    keys.set(key, there);
    return there;
  };
  const isAsked = (of: number) => port === null || of === port;
  for (const socket of hostSockets(view))
    if (isAsked(socket.port)) draft(socket.port, socket.protocol).sockets.push(socket);
  for (const mapped of mappedPorts(view))
    if (isAsked(mapped.mapping.hostPort)) draft(mapped.mapping.hostPort, mapped.mapping.protocol).mapped.push(mapped);
  for (const wanted of wantedPorts(view))
    if (isAsked(wanted.port)) draft(wanted.port, wanted.protocol).wantedBy.push(wanted);
  if (port !== null && keys.size === 0) draft(port, "tcp");
  const holdersOf = holderIndex(view);
  return [...keys.values()].map((each) => holdingOf(each, holdersOf, view)).toSorted(toBeDoneFirst);
}

/** Whether nothing is hidden: what no socket and no mapping shows is not there. */
function allToldOf({ pods, sources: { kernel } }: NodeView): boolean {
  if (!isKnown(kernel)) return false;
  return kernel.known.hostSocketsRead && withUntoldForwards(pods, kernel.known.hostNetwork).length === 0;
}

interface Draft {
  readonly port: number;
  readonly protocol: Transport;
  readonly sockets: Socket[];
  readonly mapped: MappedHolder[];
  readonly wantedBy: Wanted[];
}

function hostSockets({ sources }: NodeView): readonly Socket[] {
  if (!isKnown(sources.kernel)) return [];
  const { sockets, hostNetwork } = sources.kernel.known;
  return sockets.filter(({ network }) => network === hostNetwork);
}

function holdingOf({ port, protocol, sockets, mapped, wantedBy }: Draft, index: HolderIndex, view: NodeView): Holding {
  const holders = [...processHolders(sockets, index), ...mapped];
  const without = sockets.filter(({ inode }) => !index.has(inode));
  const unheld = without.length === 0 ? null : { sockets: without, why: whyUnheld(without, view) };
  const draft = {
    port,
    protocol,
    sockets,
    holders,
    unheld,
    wantedBy: withRivals(port, protocol, wantedBy, holders, view),
  };
  return { ...draft, verdict: verdictOf(draft, view) };
}

/** What says for itself that it wants the port, and what of the holders' own workloads does not run beside them. */
function withRivals(
  port: number,
  protocol: Transport,
  wantedBy: readonly Wanted[],
  holders: readonly Holder[],
  view: NodeView,
): readonly Wanted[] {
  const said = new Set(wantedBy.map(({ container }) => container));
  const rivals = holders.flatMap(({ pod, ...holder }) => {
    if (pod === null || holder.by !== "process" || !isKnown(holder.view.place)) return [];
    const { container: id } = holder.view.place.known;
    const container = pod.containers.find((each) => each.id === id);
    return container === undefined ? [] : rivalsOf(pod, container.name, { port, protocol }, view);
  });
  const others = rivals.filter(({ container }) => !said.has(container));
  return [...wantedBy, ...new Map(others.map((each) => [each.container, each])).values()];
}

function whyUnheld(sockets: readonly Socket[], { sources }: NodeView): Unheld["why"] {
  if (sockets.every(({ closed }) => closed)) return "closed";
  return isKnown(sources.kernel) && sources.kernel.known.unreadable === 0 ? "kernel" : "unreadable";
}

function verdictOf({ protocol, holders, unheld, wantedBy }: Omit<Holding, "verdict">, view: NodeView): HoldingVerdict {
  if (holders.some(({ blamed }) => blamed)) return "orphan";
  if (holders.some(({ pod }) => pod !== null && isOrphaned(pod))) return "shared";
  if (unheld !== null && unheld.why === "unreadable") return "unknown";
  if (holders.some(isUnknown)) return "unknown";
  if (holders.some(({ pod }) => pod?.standing === "foreign")) return "foreign";
  if (holders.some(({ pod }) => pod !== null && pod.standing !== "dead")) return "pod";
  if (holders.some(({ pod }) => pod === null)) return "host";
  if (holders.length > 0) return "residue";
  if (unheld !== null && unheld.why === "kernel") return "kernel";
  // Nothing listens, and yet it could not be had: a connection going out, or a socket that is bound and does not listen.
  if (wantedBy.some(({ said }) => said !== null)) return "unknown";
  return protocol !== "sctp" && allToldOf(view) ? "free" : "unknown";
}

function isUnknown(holder: Holder): boolean {
  if (holder.pod !== null) return typeof holder.pod.standing !== "string";
  return holder.by === "process" && !isKnown(holder.view.place) && podOf(holder.view) === null;
}

function toBeDoneFirst(a: Holding, b: Holding): number {
  return rank(a) - rank(b) || a.port - b.port || protocols.indexOf(a.protocol) - protocols.indexOf(b.protocol);
}

function rank({ verdict, wantedBy }: Holding): number {
  if (verdict === "orphan") return 0;
  if (wantedBy.length > 0) return 1;
  return verdict === "shared" || verdict === "unknown" ? 2 : 3;
}

const protocols: readonly Transport[] = ["tcp", "udp", "sctp"];
