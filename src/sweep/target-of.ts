import type { PodView } from "../ledger/node-view.ts";
import { lives } from "../ledger/places.ts";
import { outermostPods } from "../ledger/outermost-pods.ts";
import type { Container, KernelLedger } from "../model/ledger.ts";
import type { CgroupTarget } from "../model/node-actor.ts";
import { isKnown, unknown, type Reason, type Unknown } from "../model/told.ts";
import { graceOf } from "./grace.ts";
import type { Memory } from "./memory.ts";
import { livingOf, type Scan } from "./scan.ts";
import type { Listener, Target } from "./target.ts";

/** What of a leftover is acted on. */
export function targetOf(pod: PodView, { kernel }: Scan, { ours, graces }: Memory): Target | Unknown {
  if (!isKnown(kernel)) return kernel;
  const earlier = ours.get(pod.uid);
  const listed = graces.get(pod.uid) ?? 0;
  if (pod.containers.some((each) => graceOf(each, listed) > longestGrace)) return unknown(noGrace);
  const unread = new Set(kernel.known.unreadNetworks);
  const networks = pod.processes.filter(lives).map(({ process }) => process.network);
  if (networks.some((network) => network !== null && unread.has(network))) return unknown(noSockets);
  const cgroups = cgroupsOf(pod);
  const listeners = listenersOf(pod);
  return {
    kind: pod.standing === "overdue" ? "overdue" : "orphan",
    uid: pod.uid,
    bootId: kernel.known.bootId,
    namespace: pod.namespace,
    name: pod.name,
    sandboxes: pod.sandboxes.map(({ sandbox }) => sandbox),
    containers: pod.containers,
    stops: stopsOf(pod, listed),
    processes: livingOf(pod),
    cgroups,
    listeners: [...listeners, ...stillOpen(earlier, kernel.known, listeners)],
    ordinaryRuntime: pod.sandboxes.every(isOrdinary) || earlier?.ordinaryRuntime === true,
  };
}

const noSockets: Reason = {
  code: "incomplete",
  text: "what it listens on could not be read, so it could not be told afterwards whether it is free",
  at: [],
};

/** Only what the runtime said counts, then or earlier: anything else may keep its processes in a machine of their own. */
function isOrdinary({ detail }: PodView["sandboxes"][number]): boolean {
  return detail !== null && isKnown(detail) && detail.known.runtimeType === "io.containerd.runc.v2";
}

/** Seconds: twenty days. A longer one is no grace that anybody waits for. */
const longestGrace = 20 * 86_400;

const noGrace: Reason = {
  code: "not-understood",
  text: "one of its containers was given a grace that cannot be waited for",
  at: [],
};

function stopsOf({ containers }: PodView, listed: number): Target["stops"] {
  return containers.filter(mayLive).map((each) => ({ id: each.id, graceSeconds: graceOf(each, listed) }));
}

function mayLive({ state }: Container): boolean {
  return state !== "exited";
}

/**
 * What it was seen to listen on before, and is open still or could not be told: another process may have it by now, and then the
 * port is not free though the pod is gone. Of another boot the numbers say nothing.
 */
function stillOpen(
  earlier: Target | undefined,
  { bootId, sockets, unreadNetworks }: KernelLedger,
  now: readonly Listener[],
): readonly Listener[] {
  if (earlier === undefined || earlier.bootId !== bootId) return [];
  const own = new Set(now.map(({ inode }) => inode));
  const open = new Set(sockets.filter(({ closed }) => !closed).map(({ inode }) => inode));
  return earlier.listeners.filter(
    ({ inode, network }) => !own.has(inode) && (open.has(inode) || unreadNetworks.includes(network)),
  );
}

/** The folder of the pod itself in each hierarchy, above those of its containers. */
function cgroupsOf({ uid, processes }: PodView): CgroupTarget["cgroups"] {
  const folders = new Map<string, { hierarchy: number; path: string }>();
  for (const { process } of processes.filter(lives)) {
    for (const { hierarchy, folder, uid: its } of outermostPods(process.cgroup)) {
      if (folder !== null && its === uid) folders.set(`${hierarchy} ${folder}`, { hierarchy, path: folder });
    }
  }
  return [...folders.values()].toSorted((a, b) => a.hierarchy - b.hierarchy || (a.path < b.path ? -1 : 1));
}

function listenersOf({ processes }: PodView): readonly Listener[] {
  const listeners = new Map<number, Listener>();
  for (const { inode, protocol, address, port, network } of processes.flatMap(({ sockets }) => sockets)) {
    if (inode !== 0) listeners.set(inode, { inode, protocol, address, port, network });
  }
  return [...listeners.values()];
}
