import type { ApiPod, CgroupLine, Process, Sandbox } from "../../src/model/ledger.ts";
import {
  hostNetwork,
  nanosecondsOf,
  node,
  ticksOf,
  timeOf,
  type SimPod,
  type SimProcess,
  type SimSandbox,
  type World,
} from "./world.ts";

/** How this node's cgroups look: their hierarchies, and whose form the kubelet and the runtime use. */
export interface CgroupForm {
  readonly hierarchies: "v1" | "v2" | "hybrid";
  /** `mismatch`: the kubelet uses systemd, and the runtime does not. */
  readonly driver: "systemd" | "cgroupfs" | "mismatch";
}

/** A node whose API server holds nothing yet. Everything answers, and nobody is in the way. */
export function emptyWorld(): World {
  return {
    now: 0,
    sequence: 0,
    made: 0,
    pods: [],
    api: {
      history: [{ from: Number.NEGATIVE_INFINITY, revision: 1000, pods: [] }],
      mode: { is: "true" },
      clusterUid: uidOf(0xc1),
      nodeBootId: uidOf(0xb1),
      nodeMachineId: "a1",
      ownWriteLost: false,
      wrote: true,
      restoredAt: null,
    },
    runtime: { answers: true, startedAt: -7_200_000, loses: false },
    kernel: {
      bootId: uidOf(0xb1),
      machineId: "a1",
      processes: [],
      sockets: [],
      answers: true,
      unreadable: 0,
      socketsUnread: false,
    },
    kubelet: {
      startedAt: -7_200_000,
      number: 1,
      answers: true,
      ends: true,
      restarts: "new",
      restartedAt: null,
      restartHelps: true,
      keeps: [],
      rejects: [],
    },
    rebooter: { is: "idle", asked: false },
    person: { paused: false, lease: null, locked: false, consents: true },
    journal: [],
    journalFails: false,
  };
}

export interface PodWish {
  readonly kind?: SimPod["kind"];
  readonly name?: string;
  readonly namespace?: string;
  readonly form?: CgroupForm;
  readonly grace?: number;
  /** How long it runs already, in seconds. */
  readonly age?: number;
  readonly containers?: number;
  readonly listens?: boolean;
  readonly sandbox?: Partial<Sandbox>;
  /** The API does not hold it. */
  readonly orphan?: boolean;
}

/** Makes a pod that runs, and gives it. */
export function makePod(world: World, wish: PodWish = {}): SimPod {
  const { kind = "api", form = { hierarchies: "v2", driver: "cgroupfs" }, grace = 30, age = 7000 } = wish;
  world.made++;
  const uid = kind === "static" ? world.made.toString(16).padStart(32, "5") : uidOf(world.made);
  const pod: SimPod = {
    uid,
    namespace: wish.namespace ?? "apps",
    name: wish.name ?? `pod-${world.made}`,
    kind,
    folders: foldersOf(form, uid),
    sandboxes: [],
    grace,
    stops: "ends",
    kills: "ends",
    recordStuck: false,
    serves: false,
    inodes: [],
  };
  world.pods.push(pod);
  startPod(world, pod, { ...wish, form, age });
  if (kind === "api" && wish.orphan !== true) {
    const state = world.api.history.at(-1);
    world.api.history.push({
      from: world.now - age * 1000 - 1000,
      revision: (state?.revision ?? 1000) + 1,
      pods: [...(state?.pods ?? []), apiPodOf(pod)],
    });
  }
  return pod;
}

/** Gives a pod a sandbox with its pause process, and containers with a process each. */
export function startPod(
  world: World,
  pod: SimPod,
  { form, age = 0, containers = 1, listens, sandbox }: PodWish,
): void {
  const made = world.now - age * 1000;
  const id = idOf(world);
  const isForeign = pod.kind === "foreign";
  const its: SimSandbox = {
    record: {
      id,
      state: "ready",
      createdAt: nanosecondsOf(made),
      namespace: pod.namespace,
      name: pod.name,
      uid: pod.uid,
      attempt: pod.sandboxes.length,
      labelUid: isForeign ? null : pod.uid,
      configSource: isForeign ? null : pod.kind === "static" ? "file" : "api",
      configHash: pod.kind === "static" ? pod.uid : null,
      runtimeHandler: "",
      ...sandbox,
    },
    listed: true,
    containers: [],
  };
  pod.sandboxes.push(its);
  startProcess(world, pod, { container: id, lines: linesOf(pod, id, form), name: "pause", at: made });
  for (let index = 0; index < containers; index++) {
    const container = idOf(world);
    const lines = linesOf(pod, container, form);
    its.containers.push({
      record: {
        id: container,
        sandboxId: id,
        name: `c${index}`,
        state: "running",
        createdAt: nanosecondsOf(made),
        attempt: 0,
        image: "registry.example/image:1",
        labelUid: its.record.labelUid,
        graceSeconds: pod.grace,
      },
      listed: true,
      lines,
    });
    startProcess(world, pod, { container, lines, name: "main", at: made, listens: listens === true && index === 0 });
  }
}

interface ProcessWish {
  readonly container: string;
  readonly lines: readonly CgroupLine[];
  readonly name: string;
  readonly at: number;
  readonly listens?: boolean;
  readonly pid?: number;
}

export function startProcess(world: World, pod: SimPod, wish: ProcessWish): SimProcess {
  world.made++;
  const { made, kernel } = world;
  const sockets: number[] = [];
  if (wish.listens === true) {
    const inode = 100_000 + made;
    sockets.push(inode);
    pod.inodes.push(inode);
    kernel.sockets.push({
      protocol: "tcp",
      family: 4,
      address: "0.0.0.0",
      port: 8000 + (made % 1000),
      connected: false,
      inode,
      network: hostNetwork,
      closed: false,
    });
  }
  const process: Process = {
    pid: wish.pid ?? 1000 + made,
    startTicks: ticksOf(wish.at),
    name: wish.name,
    parent: 1,
    state: "S",
    thread: null,
    network: hostNetwork,
    cgroup: wish.lines,
    sockets,
  };
  const started = { process, uid: pod.uid, container: wish.container };
  kernel.processes.push(started);
  return started;
}

export function apiPodOf(pod: SimPod): ApiPod {
  const isMirror = pod.kind === "static";
  return {
    namespace: pod.namespace,
    name: pod.name,
    uid: isMirror ? pod.uid.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5") : pod.uid,
    resourceVersion: "1",
    node,
    phase: "Running",
    hostNetwork: true,
    deletion: null,
    configHash: isMirror ? pod.uid : null,
    configMirror: isMirror ? pod.uid : null,
    owner: "DaemonSet/any",
    containers: [],
  };
}

/** The same pod, Terminating since now. */
export function terminating(world: World, pod: ApiPod, graceSeconds: number): ApiPod {
  return { ...pod, deletion: { at: timeOf(world.now + graceSeconds * 1000), graceSeconds } };
}

function uidOf(number: number): string {
  return `00000000-0000-4000-8000-${number.toString(16).padStart(12, "0")}`;
}

function idOf(world: World): string {
  world.made++;
  return world.made.toString(16).padStart(64, "d");
}

/** Lines that were made before, in another history too: what was understood of them is kept with the array. */
const madeLines = new Map<string, readonly CgroupLine[]>();

function shared(lines: readonly CgroupLine[]): readonly CgroupLine[] {
  const key = lines.map(({ hierarchy, path }) => `${hierarchy}:${path}`).join("\n");
  const before = madeLines.get(key);
  if (before === undefined) madeLines.set(key, lines);
  return before ?? lines;
}

/** The pod's own folder: the kubelet's form. */
function foldersOf({ hierarchies, driver }: CgroupForm, uid: string): readonly CgroupLine[] {
  const written = uid.replaceAll("-", "_");
  const path =
    driver === "cgroupfs"
      ? `/kubepods/burstable/pod${uid}`
      : `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${written}.slice`;
  const old = [
    { hierarchy: 4, controllers: "memory", path },
    { hierarchy: 1, controllers: "name=systemd", path },
  ];
  const unified = { hierarchy: 0, controllers: "", path };
  if (hierarchies === "v2") return shared([unified]);
  return shared(hierarchies === "v1" ? old : [...old, unified]);
}

/** Those of one of its containers: the runtime's form. */
function linesOf(pod: SimPod, id: string, form: CgroupForm | undefined): readonly CgroupLine[] {
  const lines = pod.folders.map((line) => {
    if (form?.driver === "mismatch") {
      const slice = line.path.split("/").at(-1) ?? "";
      return { ...line, path: `/system.slice/containerd.service/${slice}:cri-containerd:${id}` };
    }
    return {
      ...line,
      path: form?.driver === "systemd" ? `${line.path}/cri-containerd-${id}.scope` : `${line.path}/${id}`,
    };
  });
  return shared(lines);
}
