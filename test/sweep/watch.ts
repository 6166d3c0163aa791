import type { ActRequest, Request } from "../../src/sweep/requests.ts";
import type { Policy, Rung } from "../../src/sweep/policy.ts";
import type { SweepEvent } from "../../src/sweep/events.ts";
import type { ApiLedger } from "../../src/model/ledger.ts";
import { isKnown, type Told } from "../../src/model/told.ts";
import { aimedAt, isAct } from "./acts.ts";
import { atOf, isAlive, livingOf, podOfUid, type SimPod, type World } from "./world.ts";

/** Something that must never happen has happened. */
class Violation extends Error {
  readonly rule: string;

  constructor(rule: string, text: string) {
    super(`${rule}: ${text}`);
    this.rule = rule;
  }
}

/**
 * Looks at every request that a sweep makes and at what is really so at that moment, and throws where the sweep does what it
 * must never do. It shares no rule with the program: it knows what the simulated world knows.
 *
 * That a uid is not in the API is asked up to the last answer of the API before the act. What comes after that answer
 * cannot be told by anyone, and needs no telling: an API server gives no uid twice, so only a database that is restored
 * within those milliseconds could bring one back.
 */
export class Watch {
  readonly #policy: Policy;
  /** What was asked since the last rung, and what was really so then. */
  #asked: Asked = nothingAsked();
  /** The rung that was announced. */
  #rung: { readonly uid: string; readonly rung: Rung } | null = null;
  /** Whether nothing that hurts was done since it was announced. */
  #fresh = false;
  #agreed = false;
  #locked = false;
  /** By uid, since the program started: intents that began a climb. */
  readonly #climbs = new Map<string, number>();
  #climbing: string | null = null;
  #born: number;
  #newest = 0;
  /** By uid: the largest grace with which this run of the program was told of its deletion, or an earlier one wrote down. */
  readonly #graces = new Map<string, number>();
  /** By uid: inodes of the sockets that it was ever said to listen on. */
  readonly #listeners = new Map<string, ReadonlySet<number>>();
  /** Living processes in the last reading of the kernel, by uid; `null`: not told. */
  #looked: ReadonlySet<string> | null = null;

  constructor(policy: Policy, world: World) {
    this.#policy = policy;
    this.#born = world.now;
  }

  /** The program died and begins anew. */
  restarted(world: World): void {
    this.#asked = nothingAsked();
    this.#rung = null;
    this.#agreed = false;
    this.#locked = false;
    this.#climbing = null;
    this.#climbs.clear();
    this.#graces.clear();
    for (const event of world.journal) if (event.event === "graced") this.#noteGrace(event.uid, event.seconds);
    this.#newest = 0;
    this.#born = world.now;
  }

  /** Called just before the world answers. */
  before(world: World, request: Request): void {
    if (isAct(request)) this.#act(world, request);
    else if (request.kind === "pause") this.#asked.paused = world.person.paused || world.api.mode.is === "error";
    else if (request.kind === "consent") this.#agreed = world.person.consents;
    else if (request.kind === "record") this.#record(world, request.event);
    else if (request.kind === "readmission") this.#asked.rejects = world.kubelet.rejects?.length !== 0;
    else if (request.kind === "rebooter") this.#asked.rebooter = world.rebooter.is;
    else this.#read(world, request);
  }

  /** Called with what was answered. */
  after(world: World, request: Request, answer: unknown): void {
    if (request.kind === "lease") this.#asked.leased = request.want === "take" && world.person.lease?.by === "us";
    if (request.kind === "lock") this.#locked = request.want === "take" && !world.person.locked;
    if (request.kind === "pods") this.#noteList(answer);
  }

  #read(world: World, request: Request): void {
    const asked = this.#asked;
    switch (request.kind) {
      // A scan begins by asking what time it is.
      case "time":
        Object.assign(asked, nothingRead());
        break;
      case "runtime":
        asked.c0 ??= world.now;
        asked.first ??= world.api.history.length - 1;
        asked.ready ??= readyOf(world);
        asked.runtime = world.runtime.answers;
        break;
      case "kernel": {
        const alive = world.kernel.processes.filter(isAlive).map(({ uid }) => uid);
        this.#looked = world.kernel.answers && world.kernel.unreadable === 0 ? new Set(alive) : null;
        break;
      }
      case "pods":
        asked.heard = world.api.history.length;
        break;
      case "pod":
        asked.gets.set(`${request.namespace}/${request.name}`, world.api.history.length);
        break;
      case "cluster":
        asked.cluster = isRightCluster(world);
        break;
      case "peers":
        asked.peers = isOneKubelet(world, this.#policy);
        break;
      case "kubelet":
        asked.kubelet = world.kubelet.answers;
        asked.isContent = !world.kubelet.ends;
        break;
      case "serving":
        if (podOfUid(world, request.uid)?.serves === true) asked.serving.add(request.uid);
        break;
      default:
    }
  }

  #noteList(answer: unknown): void {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the answer to `pods`
    const list = answer as Told<ApiLedger>;
    if (!isKnown(list)) return;
    const revision = Number(list.known.resourceVersion);
    if (revision < this.#newest) this.#asked.wentBack = true;
    this.#newest = Math.max(this.#newest, revision);
    for (const { uid, deletion } of list.known.pods) {
      const grace = deletion?.graceSeconds ?? null;
      if (grace !== null) this.#noteGrace(uid, grace);
    }
  }

  #noteGrace(uid: string, seconds: number): void {
    this.#graces.set(uid, Math.max(seconds, this.#graces.get(uid) ?? 0));
  }

  #record(world: World, event: SweepEvent): void {
    if (event.event === "intent") {
      const { uid, listeners } = event.target;
      const open = this.#listeners.get(uid) ?? new Set();
      this.#listeners.set(uid, open.union(new Set(listeners.map(({ inode }) => inode))));
      this.#rung = { uid, rung: event.rung };
      this.#fresh = true;
    }
    if (event.event === "outcome") {
      this.#climbing = null;
      this.#rung = null;
      if (event.outcome.is !== "cleared") return;
      this.#climbs.delete(event.uid);
      requireCleared(world, event.uid, this.#listeners.get(event.uid) ?? new Set());
    }
  }

  /** Where nothing was written down, taken and agreed to, nothing may be done. */
  #requireAnnounced(world: World, kind: string): { readonly uid: string; readonly rung: Rung } {
    if (this.#policy.mode !== "enforce") throw new Violation("read-only", `${kind} in a dry run`);
    const rung = this.#rung;
    if (rung === null) throw new Violation("intent", `${kind} without an intent since it started`);
    const intent = world.journal.some((event) => event.event === "intent" && event.target.uid === rung.uid);
    if (!intent) throw new Violation("intent", `${kind}, and no intent is in the journal`);
    if (!this.#locked) throw new Violation("lease", `${kind} without the lock`);
    if (!this.#agreed) throw new Violation("consent", `${kind} without consent`);
    return rung;
  }

  #act(world: World, request: ActRequest): void {
    const { kind } = request;
    const rung = this.#requireAnnounced(world, kind);
    const hit = aimedAt(world, request);
    const looksDead = this.#looked !== null && !this.#looked.has(rung.uid);
    if (kind === "remove-sandbox" && !looksDead)
      throw new Violation("remove", `the record of ${rung.uid} is removed while it lives`);
    // What takes the records of the dead away hurts nobody.
    if (looksDead && !hit.some(isAlive) && (kind === "stop-sandbox" || kind === "remove-sandbox")) return;
    if (!this.#fresh) throw new Violation("intent", `${kind} with the intent of another act`);
    this.#fresh = false;
    const asked = this.#asked;
    this.#asked = nothingAsked();
    requireAnswers(kind, asked);
    if (!this.#policy.rungs.has(rung.rung)) throw new Violation("rungs", `${kind} on rung ${rung.rung}`);
    if (this.#climbing !== rung.uid) this.#climbs.set(rung.uid, (this.#climbs.get(rung.uid) ?? 0) + 1);
    this.#climbing = rung.uid;
    if ((this.#climbs.get(rung.uid) ?? 0) > this.#policy.attempts)
      throw new Violation("attempts", `climb ${this.#climbs.get(rung.uid)} of ${rung.uid}`);
    this.#requireOneHistory(world, kind, asked);
    const pod = podOfUid(world, rung.uid);
    if (pod === undefined) throw new Violation("target", `${kind} of ${rung.uid}, which never was`);
    const gone = this.#requireTarget(world, kind, pod, asked);
    if (gone !== null && hit.some(isAlive)) this.#requirePatience(world, request, pod, gone);
    const other = hit.find(({ uid }) => uid !== rung.uid);
    if (other !== undefined) throw new Violation("target", `${kind} for ${rung.uid} hits a process of ${other.uid}`);
    if (request.kind === "kill-cgroup" || request.kind === "kill-processes") requireOwnFolder(pod, request);
  }

  #requireOneHistory(world: World, kind: string, asked: Asked): void {
    // Of what was restored before it began, or as it died, what it has written since says nothing.
    if (world.api.restoredAt !== null && world.api.wrote && world.api.restoredAt > this.#born) {
      if (world.api.restoredAt < (asked.c0 ?? 0)) throw new Violation("restored", `${kind} after a restore`);
    }
  }

  /** Since when the API does not hold it; `null`: it is overdue. */
  #requireTarget(world: World, kind: string, pod: SimPod, asked: Asked): number | null {
    const { self, denied, named, evenIfServing } = this.#policy;
    if (pod.kind !== "api") throw new Violation("untouchable", `${kind} of a ${pod.kind} pod`);
    if (pod.uid === self) throw new Violation("untouchable", `${kind} of the pod that it runs in`);
    if (denied.has(pod.namespace)) throw new Violation("untouchable", `${kind} in a namespace that is left alone`);
    if (named !== null && !named.has(pod.uid)) throw new Violation("untouchable", `${kind} of a pod that nobody named`);
    if (asked.serving.has(pod.uid) && !evenIfServing) throw new Violation("serving", `${kind} of what others live on`);
    if (asked.isContent && asked.ready?.has(pod.uid) === true)
      throw new Violation("premise", `${kind} of what the kubelet does not end`);
    return this.#requireAbsent(world, kind, pod, asked);
  }

  #requireAbsent(world: World, kind: string, pod: SimPod, { first, heard, gets }: Asked): number | null {
    if (first === null || heard === null) throw new Violation("held", `${kind} without a scan`);
    // In the order of what happened: in one millisecond the API may have answered, and then changed.
    const told = Math.max(heard, gets.get(`${pod.namespace}/${pod.name}`) ?? 0);
    const { history } = world.api;
    let gone = Number.NEGATIVE_INFINITY;
    for (const [index, { pods }] of history.entries()) {
      const until = history[index + 1]?.from ?? Number.POSITIVE_INFINITY;
      const its = pods.find(({ uid }) => uid === pod.uid);
      if (its === undefined) continue;
      const isOverdue = this.#policy.overdue && its.deletion !== null && atOf(its.deletion.at) < world.now;
      if (isOverdue) return null;
      if (index >= first && index < told) throw new Violation("held", `${kind} of ${pod.uid}, which the API holds`);
      if (until <= world.now) gone = until;
    }
    this.#requireGrace(world, kind, pod, gone);
    return gone;
  }

  /** Nobody is told to end within less than it was given, nor ended before that has passed. */
  #requirePatience(world: World, request: ActRequest, pod: SimPod, gone: number): void {
    const had = Math.max(pod.grace, this.#graces.get(pod.uid) ?? 0);
    const left = had - (world.now - gone) / 1000;
    const given = request.kind === "stop-containers" ? request.containers.map((each) => each.graceSeconds) : [];
    const shortest = Math.min(...given, request.kind === "stop-containers" ? Number.POSITIVE_INFINITY : 0);
    if (shortest < left && request.kind !== "restart-kubelet" && request.kind !== "request-reboot")
      throw new Violation("grace", `${request.kind} of ${pod.uid} gives ${shortest} s, and it has ${left} s`);
  }

  #requireGrace(world: World, kind: string, pod: SimPod, gone: number): void {
    const { grace, confirmations } = this.#policy;
    if (grace === null) return;
    const had = Math.max(pod.grace, this.#graces.get(pod.uid) ?? grace.unseen);
    const absent = (world.now - Math.max(gone, this.#born)) / 1000;
    if (absent < had + grace.margin)
      throw new Violation("grace", `${kind} of ${pod.uid} after ${absent} s, and it had ${had} s`);
    if (confirmations > 0 && world.now === this.#born) throw new Violation("grace", `${kind} at once`);
  }
}

interface Asked extends Read {
  /** The lease was asked for, and is ours. */
  leased: boolean;
  paused: boolean | null;
  /** `null`: it was not asked. */
  rejects: boolean | null;
  /** `null`: it was not asked. */
  rebooter: World["rebooter"]["is"] | null;
}

/** What a scan read, and what was really so then. */
interface Read {
  /** When the runtime was asked first. */
  c0: number | null;
  /** What the API held when the runtime was asked first: the number of that state. */
  first: number | null;
  /** How many states it had had when it answered last: a list, and by name. */
  heard: number | null;
  gets: Map<string, number>;
  wentBack: boolean;
  runtime: boolean;
  cluster: boolean;
  peers: boolean;
  /** It answered. */
  kubelet: boolean;
  /** It ended nothing. */
  isContent: boolean;
  /** Uids with a ready sandbox. */
  ready: ReadonlySet<string> | null;
  serving: Set<string>;
}

function nothingAsked(): Asked {
  return { ...nothingRead(), leased: false, paused: null, rejects: null, rebooter: null };
}

function nothingRead(): Read {
  return {
    c0: null,
    first: null,
    heard: null,
    gets: new Map(),
    wentBack: false,
    runtime: false,
    cluster: false,
    peers: false,
    kubelet: false,
    isContent: false,
    ready: null,
    serving: new Set(),
  };
}

function requireAnswers(kind: string, asked: Asked): void {
  const { leased, paused, rejects, rebooter } = asked;
  if (!leased) throw new Violation("lease", `${kind} by a lease of which it was not asked whether it is ours`);
  if (paused !== false) throw new Violation("pause", `${kind} while it is paused, or that was not asked`);
  if (kind === "restart-kubelet" && rejects !== false)
    throw new Violation("readmission", "a pod would not be taken again, or that was not asked");
  const isQuiet = rebooter === "idle" || (kind === "restart-kubelet" && (rebooter === "none" || rebooter === "deaf"));
  if (!isQuiet && (kind === "restart-kubelet" || kind === "request-reboot"))
    throw new Violation("rebooter", `${kind} while kured is ${rebooter}`);
  requirePremises(kind, asked);
}

function requirePremises(kind: string, { runtime, cluster, peers, kubelet, wentBack }: Read): void {
  if (wentBack) throw new Violation("premise", `${kind} after a list that went back`);
  if (!runtime) throw new Violation("premise", `${kind}, and the runtime did not answer`);
  if (!cluster) throw new Violation("premise", `${kind} by the word of another cluster, or on another machine`);
  if (!peers) throw new Violation("premise", `${kind} beside another kubelet, or soon after a start`);
  if (!kubelet) throw new Violation("premise", `${kind}, and the kubelet did not answer`);
}

function readyOf({ pods }: World): ReadonlySet<string> {
  const isReady = ({ sandboxes }: SimPod) => sandboxes.some(({ record, listed }) => listed && record.state === "ready");
  return new Set(pods.filter(isReady).map(({ uid }) => uid));
}

function isRightCluster({ api, kernel }: World): boolean {
  if (api.mode.is === "other-cluster" || api.mode.is === "error") return false;
  return api.nodeBootId === kernel.bootId && api.nodeMachineId === kernel.machineId;
}

function isOneKubelet({ now, kubelet, runtime }: World, { minimumUptime }: Policy): boolean {
  const up = (now - Math.max(kubelet.startedAt, runtime.startedAt)) / 1000;
  return kubelet.number === 1 && up >= minimumUptime;
}

function requireOwnFolder(
  pod: SimPod,
  { target }: Extract<ActRequest, { kind: "kill-cgroup" | "kill-processes" }>,
): void {
  const own = (hierarchy: number, path: string) =>
    pod.folders.some((folder) => folder.hierarchy === hierarchy && folder.path === path);
  const wrong = target.cgroups.find(({ hierarchy, path }) => !own(hierarchy, path));
  if (wrong !== undefined) throw new Violation("target", `${wrong.path} is no folder of ${pod.uid}`);
  if (target.uid !== pod.uid) throw new Violation("target", `a kill for ${pod.uid} names ${target.uid}`);
}

function requireCleared(world: World, uid: string, listeners: ReadonlySet<number>): void {
  const living = livingOf(world, uid);
  if (living.length > 0)
    throw new Violation("cleared", `${uid} is said to be cleared, and ${living.length} processes live`);
  const pod = podOfUid(world, uid);
  if (pod?.sandboxes.some(({ listed }) => listed) === true)
    throw new Violation("cleared", `${uid} is said to be cleared, and has a sandbox`);
  if (world.kernel.sockets.some(({ inode }) => listeners.has(inode)))
    throw new Violation("cleared", `${uid} is said to be cleared, and listens`);
}
