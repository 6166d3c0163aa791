import type { ApiPod, CgroupLine, Container, Process, Sandbox, Socket } from "../../src/model/ledger.ts";
import type { WorkingPods } from "../../src/model/node-word.ts";
import type { SweepEvent } from "../../src/sweep/events.ts";

/**
 * A simulated node and the API server that it belongs to: what is really so. What is told of it is in answers.ts, what
 * happens to it in events.ts. Times are milliseconds of the simulation.
 */
export interface World {
  now: number;
  /** Of the readings: one counter for all. */
  sequence: number;
  /** Of uids, ids, pids and inodes. */
  made: number;
  readonly pods: SimPod[];
  readonly api: SimApi;
  readonly runtime: SimRuntime;
  readonly kernel: SimKernel;
  readonly kubelet: SimKubelet;
  readonly rebooter: SimRebooter;
  readonly person: SimPerson;
  readonly journal: SweepEvent[];
  /** Writing into the journal fails, and may have written all the same. */
  journalFails: boolean;
}

/** What is really so of one uid. */
export interface SimPod {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly kind: "api" | "static" | "foreign";
  /** Its folders, one a hierarchy, without its containers. */
  readonly folders: readonly CgroupLine[];
  readonly sandboxes: SimSandbox[];
  /** As it was made with, in seconds. */
  readonly grace: number;
  /** What its runtime does when it is to stop it. */
  stops: "ends" | "refuses" | "lies" | "silent";
  /** What the kernel does with a kill of its cgroup. */
  kills: "ends" | "refuses" | "uninterruptible";
  /** Its record cannot be removed. */
  recordStuck: boolean;
  /** Something of another pod lives on it. */
  serves: boolean;
  /** Of the sockets that it listens on, or did. */
  readonly inodes: number[];
}

export interface SimSandbox {
  record: Sandbox;
  /** CRI lists it. */
  listed: boolean;
  readonly containers: { record: Container; listed: boolean; readonly lines: readonly CgroupLine[] }[];
}

interface SimApi {
  /** What it held from when on. The last is what it holds. */
  readonly history: ApiState[];
  mode: ApiMode;
  clusterUid: string;
  nodeBootId: string | null;
  nodeMachineId: string;
  /** What the sweep wrote is gone: the database was restored while it ran. */
  ownWriteLost: boolean;
  wrote: boolean;
  restoredAt: number | null;
}

export interface ApiState {
  readonly from: number;
  readonly revision: number;
  readonly pods: readonly ApiPod[];
}

/** How the API server answers. */
export type ApiMode =
  | { readonly is: "true" }
  | { readonly is: "error" }
  /** Lists are empty, and so says each GET. */
  | { readonly is: "empty" }
  /** Lists and GETs are as of some seconds ago. */
  | { readonly is: "late"; readonly by: number }
  /** Lists come from a cache that hangs; GETs are answered from storage. */
  | { readonly is: "hanging"; readonly since: number }
  /** Lists lack one pod; GETs are answered from storage. */
  | { readonly is: "lacking"; readonly uid: string }
  | { readonly is: "other-cluster" };

interface SimRuntime {
  answers: boolean;
  startedAt: number;
  /** Stop and Remove may lose the record of what lives. */
  loses: boolean;
}

interface SimKernel {
  bootId: string;
  machineId: string;
  readonly processes: SimProcess[];
  readonly sockets: Socket[];
  answers: boolean;
  unreadable: number;
  socketsUnread: boolean;
}

export interface SimProcess {
  process: Process;
  readonly uid: string;
  readonly container: string;
}

interface SimKubelet {
  startedAt: number;
  /** Kubelets at the runtime's socket. */
  number: number;
  answers: boolean;
  /** It ends what it has no pod for. */
  ends: boolean;
  /** A restart starts another; else the one from before goes on, or the other one is soon gone. */
  restarts: "new" | "old" | "none";
  /** When it was restarted last by the sweep; within an hour it is not again. */
  restartedAt: number | null;
  /** Its restart ends what is left over. */
  restartHelps: boolean;
  /** Uids that it has though the API does not have them. */
  keeps: readonly string[];
  /** What has to run here and would not be taken again; `null`: that could not be told. */
  rejects: readonly string[] | null;
}

interface SimRebooter {
  is: "none" | "idle" | "busy" | "deaf" | "silent";
  /** A reboot of this node was asked for. */
  asked: boolean;
}

interface SimPerson {
  paused: boolean;
  /** Who has the lease, and until when. */
  lease: { readonly by: "us" | "w2"; readonly until: number } | null;
  /** Another program on the node has its lock. */
  locked: boolean;
  consents: boolean;
}

export const node = "cp";
export const hostNetwork = 4_026_531_840;
const epoch = Date.parse("2026-05-17T08:00:00Z");
/** It booted a day before the simulation begins. */
export const bootTime = epoch / 1000 - 86_400;
export const ticksPerSecond = 100;

/** The minute that was written last, and how: a history asks for the time again and again. */
let minute = Number.NaN;
let written = "";

/** What the clock on the wall shows. */
export function timeOf(at: number): string {
  const now = Math.trunc(epoch + at);
  const milliseconds = ((now % 60_000) + 60_000) % 60_000;
  if (now - milliseconds !== minute) {
    minute = now - milliseconds;
    written = new Date(minute).toISOString().slice(0, -"00.000Z".length);
  }
  const text = String(100_000 + milliseconds);
  return `${written}${text.slice(1, 3)}.${text.slice(3)}Z`;
}

export function atOf(time: string): number {
  return Date.parse(time) - epoch;
}

export function ticksOf(at: number): number {
  return Math.round((86_400 + at / 1000) * ticksPerSecond);
}

export function nanosecondsOf(at: number): string {
  return `${epoch + Math.round(at)}000000`;
}

/** What the API server holds now. */
export function held(world: World): readonly ApiPod[] {
  return world.api.history.at(-1)?.pods ?? [];
}

/** What it held at a time. */
export function heldAt({ api: { history } }: World, at: number): ApiState {
  for (let index = history.length - 1; index >= 0; index--) {
    const state = history[index];
    if (state !== undefined && (state.from <= at || index === 0)) return state;
  }
  throw new Error("the API has no history");
}

/** Changes what the API server holds. */
export function hold(world: World, pods: readonly ApiPod[], by = 1): void {
  const revision = (world.api.history.at(-1)?.revision ?? 1000) + by;
  world.api.history.push({ from: world.now, revision, pods });
}

export function holdsUid(world: World, uid: string): boolean {
  return held(world).some((pod) => pod.uid === uid);
}

export function podOfUid(world: World, uid: string): SimPod | undefined {
  return world.pods.find((pod) => pod.uid === uid);
}

/** It lives: not a zombie without threads. */
export function isAlive({ process: { state, thread } }: SimProcess): boolean {
  return thread !== null || state !== "Z";
}

export function livingOf({ kernel }: World, uid: string): readonly SimProcess[] {
  return kernel.processes.filter((each) => each.uid === uid && isAlive(each));
}

/** Ends processes; sockets that nobody has open any more are closed. */
export function end({ kernel }: World, ended: readonly SimProcess[]): void {
  if (ended.length === 0) return;
  const gone = new Set(ended);
  keepOnly(kernel.processes, (each) => !gone.has(each));
  const open = new Set(kernel.processes.flatMap(({ process }) => process.sockets));
  keepOnly(kernel.sockets, ({ inode }) => open.has(inode));
}

export function keepOnly<T>(all: T[], keeps: (each: T) => boolean): void {
  let kept = 0;
  for (const each of all) if (keeps(each)) all[kept++] = each;
  all.length = kept;
}

/** The uids that the kubelet has, and how many pods it is ending. */
export function kubeletHas(world: World): {
  readonly pods: readonly string[];
  readonly working: readonly WorkingPods[];
} {
  const inApi = held(world);
  const uids = new Set(inApi.map(({ uid }) => uid));
  const live = world.pods.filter(({ kind, sandboxes }) => kind === "api" && sandboxes.some(isReady));
  const isUp = world.now - world.kubelet.startedAt > 20_000;
  const orphans = world.kubelet.ends && isUp ? live.filter(({ uid }) => !uids.has(uid)).length : 0;
  const desired = world.kubelet.ends ? inApi.filter(({ deletion }) => deletion !== null).length : 0;
  return {
    pods: [
      ...uids,
      ...world.kubelet.keeps,
      ...world.pods.filter(({ kind }) => kind === "static").map(({ uid }) => uid),
    ],
    working: [
      { lifecycle: "sync", config: "desired", static: false, count: uids.size },
      { lifecycle: "terminating", config: "orphan", static: false, count: orphans },
      { lifecycle: "terminating", config: "desired", static: false, count: desired },
    ],
  };
}

function isReady({ record, listed }: SimSandbox): boolean {
  return listed && record.state === "ready";
}
