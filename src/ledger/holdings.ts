import type { Confidence } from "../model/finding.ts";
import type { PortMapping, Socket, Transport } from "../model/ledger.ts";
import { isKnown, type Reason } from "../model/told.ts";
import type { NodeView, PodView, ProcessView } from "./node-view.ts";
import { lives, podOf } from "./places.ts";
import { successorsOf, wantedPorts, type Wanted } from "./wanted.ts";

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
 * - `free`: nothing listens on it.
 */
type HoldingVerdict = "orphan" | "shared" | "unknown" | "foreign" | "pod" | "host" | "residue" | "kernel" | "free";

export type Holder = ProcessHolder | MappedHolder;

interface ProcessHolder {
  readonly by: "process";
  readonly view: ProcessView;
  /** `null`: it is in no pod, or that could not be told. */
  readonly pod: PodView | null;
  /** Of those on the port, the ones that it has open. */
  readonly sockets: readonly Socket[];
  /** It is an orphan's, and nothing else holds one of these sockets. */
  readonly blamed: boolean;
  readonly confidence: Confidence;
}

/** CNI's portmap forwards the port to a pod: nothing listens on the host. */
interface MappedHolder {
  readonly by: "portmap";
  readonly pod: PodView;
  /** `null`: the API declares it, and the sandbox was not asked. */
  readonly sandbox: string | null;
  readonly mapping: PortMapping;
  readonly blamed: boolean;
  readonly confidence: Confidence;
}

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

export function isOrphaned({ standing }: PodView): boolean {
  return standing === "orphan" || standing === "replaced";
}

/** Why the sockets of the node could not be told; `null`: they were. */
function socketsUntold({ sources }: NodeView): Reason | null {
  if (!isKnown(sources.kernel)) return sources.kernel.unknown;
  if (sources.kernel.known.hostSocketsRead) return null;
  return { code: "incomplete", text: "the sockets of the host's network could not be read", at: [] };
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

interface ByInode {
  readonly view: ProcessView;
  readonly pod: PodView | null;
}

function holderIndex({ pods, others }: NodeView): ReadonlyMap<number, readonly ByInode[]> {
  const index = new Map<number, ByInode[]>();
  const add = (view: ProcessView, pod: PodView | null) => {
    for (const inode of view.process.sockets) {
      const there = index.get(inode);
      if (there === undefined) index.set(inode, [{ view, pod }]);
      else there.push({ view, pod });
    }
  };
  for (const pod of pods) for (const view of pod.processes) add(view, pod);
  for (const view of others) add(view, null);
  return index;
}

function holdingOf(
  { port, protocol, sockets, mapped, wantedBy }: Draft,
  index: ReadonlyMap<number, readonly ByInode[]>,
  view: NodeView,
): Holding {
  const holders = [...processHolders(sockets, index), ...mapped];
  const without = sockets.filter(({ inode }) => !index.has(inode));
  const unheld = without.length === 0 ? null : { sockets: without, why: whyUnheld(without, view) };
  const draft = {
    port,
    protocol,
    sockets,
    holders,
    unheld,
    wantedBy: withSuccessors(port, protocol, wantedBy, holders, view),
  };
  return { ...draft, verdict: verdictOf(draft, view) };
}

function processHolders(
  sockets: readonly Socket[],
  index: ReadonlyMap<number, readonly ByInode[]>,
): readonly ProcessHolder[] {
  const held = new Map<ProcessView, { readonly pod: PodView | null; readonly sockets: Socket[] }>();
  for (const socket of sockets) {
    for (const { view, pod } of index.get(socket.inode) ?? []) {
      const there = held.get(view) ?? { pod, sockets: [] };
      there.sockets.push(socket);
      held.set(view, there);
    }
  }
  const onlyOrphans = (socket: Socket) =>
    index.get(socket.inode)?.every(({ pod }) => pod !== null && isOrphaned(pod)) === true;
  return [...held].map(([view, { pod, sockets: own }]) => ({
    by: "process",
    view,
    pod,
    sockets: own,
    blamed: pod !== null && isOrphaned(pod) && own.some(onlyOrphans),
    confidence: "observed",
  }));
}

/**
 * Host ports of pods that have a network of their own. The kubelet passes every port of a container to the sandbox, those
 * without a host port as well, and those of pods with host network too [kubernetes v1.36.3, pkg/kubelet/kuberuntime/
 * kuberuntime_sandbox.go, generatePodSandboxConfig]: neither is forwarded. Where no sandbox was asked, what the API
 * declares is taken.
 */
function mappedPorts({ pods }: NodeView): readonly MappedHolder[] {
  return pods.flatMap((pod) => {
    const told = pod.sandboxes.flatMap(({ sandbox, detail }) =>
      detail !== null && isKnown(detail) && detail.known.portMappings !== null
        ? [{ sandbox, mappings: detail.known.portMappings, hostNetwork: detail.known.hostNetwork }]
        : [],
    );
    const blamed = isOrphaned(pod);
    if (told.length > 0)
      return told.flatMap(({ sandbox, mappings, hostNetwork }) => {
        if (hostNetwork ?? pod.api?.hostNetwork ?? false) return [];
        const confidence = sandbox.state === "ready" && hostNetwork !== null ? "observed" : "inferred";
        return mappings
          .filter(({ hostPort }) => hostPort > 0)
          .map((mapping): MappedHolder => ({ by: "portmap", pod, sandbox: sandbox.id, mapping, blamed, confidence }));
      });
    const { api } = pod;
    if (api === null || api.hostNetwork || !pod.processes.some(lives)) return [];
    return api.containers
      .flatMap(({ ports }) => ports)
      .filter(({ hostPort }) => hostPort > 0)
      .map((mapping): MappedHolder => ({ by: "portmap", pod, sandbox: null, mapping, blamed, confidence: "inferred" }));
  });
}

function withSuccessors(
  port: number,
  protocol: Transport,
  wantedBy: readonly Wanted[],
  holders: readonly Holder[],
  view: NodeView,
): readonly Wanted[] {
  const said = new Set(wantedBy.map(({ container }) => container));
  const successors = holders.flatMap(({ blamed, pod, ...holder }) => {
    if (!blamed || pod === null || holder.by !== "process" || !isKnown(holder.view.place)) return [];
    const { container: id } = holder.view.place.known;
    const container = pod.containers.find((each) => each.id === id);
    return container === undefined ? [] : successorsOf(pod, container.name, { port, protocol }, view);
  });
  const others = successors.filter(({ container }) => !said.has(container));
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
  return protocol === "sctp" || socketsUntold(view) !== null ? "unknown" : "free";
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
