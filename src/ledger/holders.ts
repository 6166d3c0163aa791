import type { Confidence } from "../model/finding.ts";
import type { NamespaceId, PortMapping, Socket } from "../model/ledger.ts";
import { isKnown } from "../model/told.ts";
import type { NodeView, PodView, ProcessView, SandboxView } from "./node-view.ts";
import { lives } from "./places.ts";

/** Something that holds a port of the node. */
export type Holder = ProcessHolder | MappedHolder;

export interface ProcessHolder {
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
export interface MappedHolder {
  readonly by: "portmap";
  readonly pod: PodView;
  /** `null`: the API declares it, and the sandbox was not asked. */
  readonly sandbox: string | null;
  readonly mapping: PortMapping;
  readonly blamed: boolean;
  readonly confidence: Confidence;
}

/** Whether it is an orphan, by whichever name. */
export function isOrphaned({ standing }: PodView): boolean {
  return standing === "orphan" || standing === "replaced";
}

interface ByInode {
  readonly view: ProcessView;
  readonly pod: PodView | null;
}

/** Who has a socket open, by its inode. */
export type HolderIndex = ReadonlyMap<number, readonly ByInode[]>;

export function holderIndex({ pods, others }: NodeView): HolderIndex {
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

/** The processes that have one of these sockets open. */
export function processHolders(sockets: readonly Socket[], index: HolderIndex): readonly ProcessHolder[] {
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
 * The pods of which it could not be told whether host ports are forwarded to them: they live here on a network of their
 * own, the API does not have them, and no sandbox of theirs told its mappings. Any port that nobody listens on may be one.
 */
export function withUntoldForwards(
  pods: readonly Pick<PodView, "api" | "sandboxes" | "processes">[],
  hostNetwork: NamespaceId,
): readonly unknown[] {
  return pods.filter(
    ({ api, sandboxes, processes }) =>
      api === null &&
      processes.some(lives) &&
      !processes.some(({ process }) => process.network === hostNetwork) &&
      !sandboxes.some(toldForwards),
  );
}

function toldForwards({ detail }: SandboxView): boolean {
  return (
    detail !== null && isKnown(detail) && (detail.known.portMappings !== null || detail.known.hostNetwork === true)
  );
}

/**
 * Host ports of pods that have a network of their own. The kubelet passes every port of a container to the sandbox, those
 * without a host port as well, and those of pods with host network too [kubernetes v1.36.3, pkg/kubelet/kuberuntime/
 * kuberuntime_sandbox.go, generatePodSandboxConfig]: neither is forwarded. Where no sandbox was asked, what the API
 * declares is taken.
 */
export function mappedPorts({ pods }: NodeView): readonly MappedHolder[] {
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
