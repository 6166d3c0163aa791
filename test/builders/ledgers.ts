import { createHash } from "node:crypto";
import type {
  ApiContainer,
  ApiLedger,
  ApiPod,
  Container,
  KernelLedger,
  NodeObservation,
  PodKnowledge,
  Process,
  RuntimeLedger,
  Sandbox,
  SandboxDetail,
  Socket,
} from "../../src/model/ledger.ts";
import { known, unknown, type Reason, type Told } from "../../src/model/told.ts";

/** What a test says of one container: the ledgers are made from it so that they agree. */
export interface ContainerFacts {
  readonly name?: string;
  /** Processes by name, each with what it listens on: `127.0.0.1:29653`, `[::]:53/udp`. */
  readonly processes?: readonly ProcessFacts[];
  readonly api?: Partial<ApiContainer>;
  readonly runtime?: Partial<Container>;
}

export interface ProcessFacts {
  readonly pid: number;
  readonly name?: string;
  readonly listens?: readonly string[];
  /** Inodes of sockets that another process made. */
  readonly inherits?: readonly number[];
  readonly process?: Partial<Process>;
  readonly socket?: Partial<Socket>;
}

/** What a test says of one pod. What it leaves out is healthy: in both lists, ready, one container, one process. */
export interface PodFacts {
  /** `namespace/name`. */
  readonly name: string;
  readonly uid?: string;
  /** Which lists of the API have it. Default: both. */
  readonly listed?: "both" | "before" | "after" | "none";
  readonly api?: Partial<ApiPod>;
  readonly sandbox?: Partial<Sandbox> | null;
  readonly detail?: Told<SandboxDetail>;
  /** Default: one with one process. */
  readonly containers?: readonly ContainerFacts[];
}

export interface NodeFacts {
  readonly pods: readonly PodFacts[];
  /** Processes in no pod. */
  readonly host?: readonly ProcessFacts[];
  /** Sockets that no process holds. */
  readonly sockets?: readonly Partial<Socket>[];
  readonly before?: Partial<ApiLedger>;
  readonly after?: Partial<ApiLedger>;
  readonly runtime?: Partial<RuntimeLedger>;
  readonly kernel?: Partial<KernelLedger>;
  readonly asked?: PodKnowledge["asked"];
}

export interface Ledgers {
  readonly knowledge: PodKnowledge;
  readonly observation: NodeObservation;
}

export const hostNetwork = 4_026_531_840;
const bootTime = Date.parse("2026-05-17T07:00:00Z") / 1000;

/** 64 hexadecimal digits that follow from the text. */
export function idOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A uid as an API server gives it, that follows from the text. */
export function uidOf(text: string): string {
  return idOf(text).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}

/** Clock ticks after boot of a time of that day, at 100 ticks a second. */
export function ticksAt(time: string): number {
  return (Date.parse(`2026-05-17T${time}Z`) / 1000 - bootTime) * 100;
}

/** The ledgers of the node `cp`, read at 09:00:40 between two lists of its pods. */
export function ledgersOf(facts: NodeFacts): Ledgers {
  const pods = facts.pods.map(fill);
  const processes = [
    ...pods.flatMap((pod) => pod.containers.flatMap((each) => processesOf(pod, each))),
    ...(facts.host ?? []).map((each) => processOf(each, "/system.slice/host.service", hostNetwork)),
  ];
  const list = (which: "before" | "after", time: string, sequence: number, change: Partial<ApiLedger> = {}) =>
    known<ApiLedger>({
      reading: { began: sequence, ended: sequence + 1, at: `2026-05-17T09:00:${time}Z` },
      node: "cp",
      resourceVersion: which === "before" ? "1182700" : "1182733",
      servedAt: change.reading?.at ?? `2026-05-17T09:00:${time}Z`,
      pods: pods.filter(({ listed }) => listed === "both" || listed === which).map(({ api }) => api),
      unparsed: [],
      ...change,
    });
  return {
    knowledge: {
      before: list("before", "39.500", 1, facts.before),
      after: list("after", "41.000", 7, facts.after),
      asked: facts.asked ?? new Map(),
    },
    observation: {
      node: "cp",
      runtime: known({
        reading: { began: 3, ended: 4, at: "2026-05-17T09:00:40.000Z" },
        runtime: { name: "containerd", version: "2.1.4" },
        endpoint: "/run/containerd/containerd.sock",
        sandboxes: pods.flatMap(({ sandbox }) => sandbox ?? []),
        containers: pods.flatMap((pod) => pod.containers.flatMap(({ runtime }) => runtime ?? [])),
        containersOf: "all",
        tasks: known([]),
        ...facts.runtime,
      }),
      kernel: known({
        reading: { began: 5, ended: 6, at: "2026-05-17T09:00:40.500Z" },
        bootId: "5f0c6f1e-2d5b-4a57-8f4e-6a1f3c1b7d10",
        bootTime,
        ticksPerSecond: 100,
        cgroups: "v2",
        hostNetwork,
        processes: processes.map(({ process }) => process),
        sockets: [...processes.flatMap(({ sockets }) => sockets), ...(facts.sockets ?? []).map(socketOf)],
        seen: processes.length,
        vanished: 0,
        unreadable: 0,
        unreadNetworks: [],
        ...facts.kernel,
      }),
      details: new Map(
        pods.flatMap(({ sandbox, detail }) => (sandbox === null || detail === undefined ? [] : [[sandbox.id, detail]])),
      ),
    },
  };
}

/** The same ledgers with one of them not told. */
export function without(
  { knowledge, observation }: Ledgers,
  which: "before" | "after" | "runtime" | "kernel",
  reason: Partial<Reason> = {},
): Ledgers {
  const untold = unknown({ code: "not-reached", text: `${which} was not told`, at: [], ...reason });
  const isKnowledge = which === "before" || which === "after";
  return {
    knowledge: isKnowledge ? { ...knowledge, [which]: untold } : knowledge,
    observation: isKnowledge ? observation : { ...observation, [which]: untold },
  };
}

/** What a verbose status says of a sandbox on the pod network. */
export function detailOf(change: Partial<SandboxDetail> = {}): Told<SandboxDetail> {
  return known({
    pid: 1000,
    cgroupParent: null,
    hostNetwork: false,
    portMappings: [],
    runtimeType: "io.containerd.runc.v2",
    ...change,
  });
}

interface FilledPod {
  readonly uid: string;
  readonly hostNetwork: boolean;
  readonly listed: "both" | "before" | "after" | "none";
  readonly api: ApiPod;
  readonly sandbox: Sandbox | null;
  readonly detail: Told<SandboxDetail> | undefined;
  readonly containers: readonly FilledContainer[];
}

interface FilledContainer {
  readonly id: string;
  readonly runtime: Container | null;
  readonly processes: readonly ProcessFacts[];
}

function fill(facts: PodFacts): FilledPod {
  const [namespace = "", name = ""] = facts.name.split("/");
  const uid = facts.uid ?? facts.sandbox?.uid ?? uidOf(facts.name);
  const given = facts.containers ?? [{ processes: [{ pid: pidOf(facts.name) }] }];
  const sandbox = facts.sandbox === null ? null : sandboxOf(facts.name, uid, facts.sandbox);
  return {
    uid,
    hostNetwork: facts.api?.hostNetwork ?? true,
    listed: facts.listed ?? "both",
    api: {
      namespace,
      name,
      uid,
      resourceVersion: "1182000",
      node: "cp",
      phase: "Running",
      hostNetwork: true,
      deletion: null,
      configHash: null,
      configMirror: null,
      owner: null,
      containers: given.map((each) => apiContainer(facts.name, each)),
      ...facts.api,
    },
    sandbox,
    detail: facts.detail,
    containers: given.map((each) => ({
      id: containerId(facts.name, each),
      runtime: sandbox === null ? null : runtimeContainer(facts.name, sandbox, each),
      processes: each.processes ?? [],
    })),
  };
}

function containerId(pod: string, { name = "main", runtime }: ContainerFacts): string {
  return runtime?.id ?? idOf(`${pod} ${name}`);
}

function apiContainer(pod: string, facts: ContainerFacts): ApiContainer {
  return {
    name: facts.name ?? "main",
    kind: "main",
    ports: [],
    containerId: `containerd://${containerId(pod, facts)}`,
    state: "running",
    ready: true,
    restarts: 0,
    reason: null,
    message: null,
    ...facts.api,
  };
}

function sandboxOf(pod: string, uid: string, change: Partial<Sandbox> = {}): Sandbox {
  const [namespace = "", name = ""] = pod.split("/");
  return {
    id: idOf(`sandbox ${pod}`),
    state: "ready",
    createdAt: "1779004010000000000",
    namespace,
    name,
    uid,
    attempt: 0,
    labelUid: change.uid ?? uid,
    configSource: "api",
    configHash: null,
    runtimeHandler: "",
    ...change,
  };
}

function runtimeContainer(pod: string, sandbox: Sandbox, facts: ContainerFacts): Container {
  return {
    id: containerId(pod, facts),
    sandboxId: sandbox.id,
    name: facts.name ?? "main",
    state: (facts.processes ?? []).length > 0 ? "running" : "exited",
    createdAt: "1779004011000000000",
    attempt: 0,
    image: "registry.example/image:1",
    labelUid: sandbox.labelUid,
    graceSeconds: 30,
    ...facts.runtime,
  };
}

function processesOf(pod: FilledPod, { id, processes }: FilledContainer): ReturnType<typeof processOf>[] {
  const path = `/kubepods/burstable/pod${pod.uid}/${id}`;
  const network = pod.hostNetwork ? hostNetwork : hostNetwork + 1 + pidOf(pod.uid);
  return processes.map((each) => processOf(each, path, network));
}

function processOf(
  { pid, name = "main", listens = [], inherits = [], process, socket }: ProcessFacts,
  path: string,
  network: number,
): { readonly process: Process; readonly sockets: readonly Socket[] } {
  const sockets = listens.map((text, index) =>
    socketOf({ ...endpointOf(text), inode: pid * 100 + index, network, ...socket }),
  );
  return {
    process: {
      pid,
      startTicks: ticksAt("07:46:52"),
      name,
      parent: 1,
      state: "S",
      thread: null,
      network,
      cgroup: [{ hierarchy: 0, controllers: "", path }],
      sockets: [...sockets.map(({ inode }) => inode), ...inherits],
      ...process,
    },
    sockets,
  };
}

function socketOf(change: Partial<Socket>): Socket {
  return {
    protocol: "tcp",
    family: 4,
    address: "0.0.0.0",
    port: 80,
    connected: false,
    inode: 1,
    network: hostNetwork,
    closed: false,
    ...change,
  };
}

function endpointOf(text: string): Pick<Socket, "protocol" | "family" | "address" | "port"> {
  const [, address = "", port = "", protocol = "tcp"] = /^\[?(.*?)\]?:(\d+)(?:\/(tcp|udp))?$/.exec(text) ?? [];
  return {
    protocol: protocol === "udp" ? "udp" : "tcp",
    family: address.includes(":") ? 6 : 4,
    address,
    port: Number(port),
  };
}

function pidOf(text: string): number {
  return 1000 + (Number.parseInt(idOf(text).slice(0, 6), 16) % 30_000);
}
