import type { ApiLedger, ApiPod, KernelLedger, PodAnswer, Reading, RuntimeLedger } from "../../src/model/ledger.ts";
import type { Killing } from "../../src/model/node-word.ts";
import { known, unknown, type Told, type Unknown } from "../../src/model/told.ts";
import type { Request, RequestKind } from "../../src/sweep/requests.ts";
import { isAct, performAct } from "./acts.ts";
import {
  bootTime,
  heldAt,
  hostNetwork,
  kubeletHas,
  node,
  ticksPerSecond,
  timeOf,
  type ApiState,
  type World,
} from "./world.ts";

/** What the world answers to a request; what is asked to be done is done, or said to be done. */
export function answer(world: World, request: Request): unknown {
  return isAct(request) ? performAct(world, request) : tell(world, request);
}

/** Whether the API server is the one that answers it. */
function isOfApi(kind: RequestKind): boolean {
  return (
    kind === "readmission" ||
    kind === "rebooter" ||
    kind === "pods" ||
    kind === "pod" ||
    kind === "cluster" ||
    kind === "pause" ||
    kind === "lease"
  );
}

const silent: Unknown = unknown({ code: "not-reached", text: "no answer", at: [] });
const nothing = known(undefined);
const someCause = { kind: "not-told", confidence: "inferred", text: "nothing says why", persists: null, fix: null };

/** One long list of what can be asked. */
function tell(world: World, request: Request): unknown {
  if (isOfApi(request.kind) && world.api.mode.is === "error") return silent;
  switch (request.kind) {
    case "time":
      return world.now;
    case "wait":
      world.now += request.milliseconds;
      return undefined;
    case "runtime":
      return runtimeOf(world);
    case "details":
      return new Map(request.ids.map((id) => [id, known(detail)]));
    case "kernel":
      return kernelOf(world, new Set(request.pids));
    case "pods":
      return known(listOf(world));
    case "pod":
      return known(getOf(world, request.namespace, request.name));
    case "cluster":
      return clusterOf(world);
    case "machine":
      return known({ bootId: world.kernel.bootId, machineId: world.kernel.machineId, at: timeOf(world.now) });
    case "kubelet":
      return world.kubelet.answers ? known(kubeletHas(world)) : silent;
    case "peers":
      return peersOf(world);
    case "serving":
      return known(world.pods.some(({ uid, serves }) => uid === request.uid && serves) ? [fuse] : []);
    case "cause":
      return someCause;
    case "readmission":
      return world.kubelet.rejects === null ? silent : known(world.kubelet.rejects);
    case "rebooter":
      return rebooters[world.rebooter.is];
    case "pause":
      return known(world.person.paused);
    case "lock":
      return known(world.person.locked ? "pid 99" : null);
    case "killings":
      return known(killingsOf(world, request.uid));
    case "lease":
      return leaseOf(world, request.want);
    case "consent":
      return world.person.consents;
    case "record":
      world.journal.push(request.event);
      return world.journalFails ? silent : nothing;
    default:
      throw new Error(`a cycle does not ask for ${request.kind}`);
  }
}

const deaf = { code: "not-reached", text: "kured has no pod here", at: [] };
const rebooters = {
  none: known(null),
  idle: known({ at: [], deaf: null }),
  busy: known({ at: ["w1"], deaf: null }),
  deaf: known({ at: [], deaf }),
  silent,
};
const fuse = { pid: 1, by: "fuse", text: "holds /dev/fuse open" };
const detail = {
  pid: 1,
  cgroupParent: null,
  hostNetwork: true,
  portMappings: [],
  runtimeType: "io.containerd.runc.v2",
};

function reading(world: World): Reading {
  const began = world.sequence;
  world.sequence += 2;
  return { began, ended: began + 1, at: timeOf(world.now) };
}

function runtimeOf(world: World): Told<RuntimeLedger> {
  if (!world.runtime.answers) return silent;
  const sandboxes = world.pods.flatMap((pod) => pod.sandboxes);
  return known({
    reading: reading(world),
    runtime: { name: "containerd", version: "2.1.4" },
    endpoint: "/run/containerd/containerd.sock",
    sandboxes: sandboxes.filter(({ listed }) => listed).map(({ record }) => record),
    containers: sandboxes.flatMap(({ containers }) =>
      containers.filter(({ listed }) => listed).map(({ record }) => record),
    ),
    containersOf: "all",
    tasks: noTasks,
  });
}

const noTasks = known([]);

/** A process in no pod's cgroup is told where it has a socket, or its pid was asked for. */
function kernelOf(world: World, pids: ReadonlySet<number>): Told<KernelLedger> {
  const { kernel } = world;
  if (!kernel.answers) return silent;
  const processes = kernel.processes
    .map(({ process }) => process)
    .filter(
      ({ pid, sockets, cgroup }) =>
        pids.has(pid) || sockets.length > 0 || cgroup.some(({ path }) => path.includes("kubepods")),
    );
  return known({
    reading: reading(world),
    bootId: kernel.bootId,
    bootTime,
    ticksPerSecond,
    cgroups: "v2",
    hostNetwork,
    // What could not be looked into is missing.
    processes: kernel.unreadable > 0 ? processes.slice(0, -kernel.unreadable) : processes,
    sockets: kernel.socketsUnread ? [] : [...kernel.sockets],
    seen: processes.length,
    vanished: 0,
    unreadable: kernel.unreadable,
    unreadNetworks: kernel.socketsUnread ? [hostNetwork] : [],
  });
}

function listOf(world: World): ApiLedger {
  const { revision, pods } = asListed(world);
  const read = reading(world);
  return { reading: read, node, resourceVersion: String(revision), servedAt: timeOf(world.now), pods, unparsed: [] };
}

function asListed(world: World): Omit<ApiState, "from"> {
  const { mode } = world.api;
  const { revision, pods } = heldAt(world, world.now);
  switch (mode.is) {
    case "true":
    case "error":
      return { revision, pods };
    case "empty":
      return { revision, pods: [] };
    case "late":
      return heldAt(world, world.now - mode.by);
    case "hanging":
      return heldAt(world, mode.since);
    case "lacking":
      return { revision, pods: pods.filter(({ uid }) => uid !== mode.uid) };
    case "other-cluster":
      return { revision: revision + 500, pods: [strange] };
  }
}

/** A pod that another cluster has on its node of the same name. */
const strange: ApiPod = {
  namespace: "kube-system",
  name: "kube-proxy-zzzzz",
  uid: "ffffffff-0000-4000-8000-000000000001",
  resourceVersion: "1",
  node,
  phase: "Running",
  hostNetwork: true,
  deletion: null,
  configHash: null,
  configMirror: null,
  owner: null,
  containers: [],
};

function getOf(world: World, namespace: string, name: string): PodAnswer {
  const { mode } = world.api;
  const at = mode.is === "late" ? world.now - mode.by : world.now;
  const isNone = mode.is === "empty" || mode.is === "other-cluster";
  const pod = isNone
    ? undefined
    : heldAt(world, at).pods.find((each) => each.name === name && each.namespace === namespace);
  return { reading: reading(world), pod: pod ?? null };
}

function clusterOf({ api }: World): unknown {
  if (api.mode.is === "other-cluster")
    return known({ clusterUid: "another", node: null, ownWrite: api.wrote ? "lost" : "none" });
  const { clusterUid, nodeBootId, nodeMachineId } = api;
  return known({
    clusterUid,
    node: nodeBootId === null ? null : { uid: "n1", bootId: nodeBootId, machineId: nodeMachineId },
    ownWrite: api.wrote ? (api.ownWriteLost ? "lost" : "there") : "none",
  });
}

function peersOf({ now, kubelet, runtime }: World): unknown {
  const peer = (pid: number, name: string, startedAt: number) => ({
    pid,
    startTicks: pid,
    name,
    ageSeconds: (now - startedAt) / 1000,
  });
  const kubelets = Array.from({ length: kubelet.number }, (_, index) => peer(20 + index, "kubelet", kubelet.startedAt));
  return known({ runtime: peer(10, "containerd", runtime.startedAt), clients: kubelets, kubelets });
}

/** Since the API server last held a pod its kubelet ends it, and says so of each container. */
function killingsOf({ api: { history }, pods }: World, uid: string): readonly Killing[] {
  const last = history.findLastIndex((state) => state.pods.some((pod) => pod.uid === uid));
  const gone = last < 0 ? undefined : history[last + 1];
  const pod = pods.find((each) => each.uid === uid);
  if (gone === undefined || pod === undefined) return [];
  const at = timeOf(gone.from);
  return pod.sandboxes.flatMap(({ containers }) =>
    containers.map(({ record }) => ({ container: record.name, first: at, last: at })),
  );
}

function leaseOf(world: World, want: "take" | "give-back"): Told<string | null> {
  const { person, now } = world;
  const isOthers = person.lease !== null && person.lease.by !== "us" && person.lease.until > now;
  if (isOthers) return known("w2");
  person.lease = want === "take" ? { by: "us", until: Number.POSITIVE_INFINITY } : null;
  return known(null);
}
