import { holdings } from "../ledger/holdings.ts";
import { mayBeMadeBy } from "../ledger/workload.ts";
import type { NodeView } from "../ledger/node-view.ts";
import type { ApiPod } from "../model/ledger.ts";
import { isKnown, type Told } from "../model/told.ts";
import { remembered, type Memory } from "./memory.ts";
import type { Policy } from "./policy.ts";
import type { WantedPort } from "./recover.ts";
import { ask, type CsiDrivers, type Program } from "./requests.ts";
import { scan, type Scan } from "./scan.ts";

/** What was seen after a pod was deleted so that another may start. */
export interface ReadyProof {
  /** Another pod of the same controller runs here with all its containers, and has the ports. */
  readonly ready: boolean;
  /** `null`: none was seen. */
  readonly replacement: Pick<ApiPod, "namespace" | "name" | "uid"> | null;
  readonly containers: { readonly ready: number; readonly all: number };
  readonly ports: readonly PortProof[];
  /** CSI drivers that were missing here and are registered elsewhere: those that came back, and those that did not. */
  readonly drivers: Told<{ readonly back: readonly string[]; readonly missing: readonly string[] }>;
  /** Other pods of this node that were ready before, and whose containers were restarted meanwhile. */
  readonly restarted: readonly string[];
  /** Milliseconds until it was seen ready; `null`: it was not. */
  readonly readyAfter: number | null;
  /** Milliseconds until all of this was seen. */
  readonly milliseconds: number;
}

interface PortProof extends WantedPort {
  readonly heldBy: "replacement" | "nobody" | "another" | "untold";
}

export interface WhatWas {
  /** The pod that was deleted. */
  readonly pod: ApiPod;
  readonly ports: readonly WantedPort[];
  readonly drivers: Told<CsiDrivers>;
  readonly before: Scan;
}

/**
 * Milliseconds. A kubelet whose last attempt to register a driver failed waits for up to 122 s before it tries again [kubernetes
 * v1.36.3, pkg/util/goroutinemap/exponentialbackoff/exponential_backoff.go]: that it finds the socket in time is not in our hands.
 */
const patience = 150_000;
const betweenLooks = 500;
/**
 * Milliseconds. Without a readiness probe a container is Ready as soon as it runs, before it has tried to listen: while nobody has its port, it has to be
 * so for a while, and not be started again.
 */
const calmFor = 10_000;

/** Waits until another pod of the same controller is ready here, and looks at its ports and drivers; or until it took too long. */
export function* proveReady(was: WhatWas, memory: Memory, policy: Policy): Program<ReadyProof> {
  const began = yield* ask({ kind: "time" });
  let readyAfter: number | null = null;
  let calm: Calm | null = null;
  let current = memory;
  for (;;) {
    const list = yield* ask({ kind: "pods" });
    const replacement = isKnown(list) ? (list.known.pods.find((pod) => replaces(pod, was)) ?? null) : null;
    const now = yield* ask({ kind: "time" });
    const late = now - began >= patience;
    calm = stillCalm(calm, replacement, now);
    if (late || (replacement !== null && isReady(replacement))) {
      const seen = yield* scan({ ...current, list: null }, policy);
      current = remembered(current, seen);
      const drivers = driversBack(was.drivers, yield* ask({ kind: "drivers", pod: was.pod }));
      const isCalm = calm !== null && now - calm.since >= calmFor;
      const proof = proofOf(was, { replacement, isCalm }, seen, drivers, now - began);
      readyAfter = proof.ready ? (readyAfter ?? now - began) : null;
      const waits = isKnown(drivers) && drivers.known.missing.length > 0;
      if (late || (proof.ready && !waits)) return { ...proof, readyAfter };
    }
    yield* ask({ kind: "wait", milliseconds: betweenLooks });
  }
}

/** Since when the replacement is ready, and how often it had restarted then. */
interface Calm {
  readonly uid: string;
  readonly restarts: number;
  readonly since: number;
}

function stillCalm(before: Calm | null, replacement: ApiPod | null, now: number): Calm | null {
  if (replacement === null || !isReady(replacement)) return null;
  const { uid, containers } = replacement;
  const restarts = restartsOf(containers);
  return before?.uid === uid && before.restarts === restarts ? before : { uid, restarts, since: now };
}

/**
 * Whether a pod stands in for the one that was stuck: that one itself, where it came up, or another of its controller that did not run already. A rollback makes
 * it by another ReplicaSet of the same Deployment.
 */
function replaces(pod: ApiPod, { pod: was, before }: WhatWas): boolean {
  const { namespace, name, owner, deletion, uid } = pod;
  if (namespace !== was.namespace || deletion !== null) return false;
  if (uid === was.uid) return true;
  if (isKnown(before.after) && before.after.known.pods.some((each) => ranAlready(each, pod))) return false;
  return owner === was.owner || (kindOf(owner) === kindOf(was.owner) && mayBeMadeBy(was.owner ?? "", name));
}

/** What loops is Ready now and then: it counts once it was started again. */
function ranAlready(before: ApiPod, now: ApiPod): boolean {
  return before.uid === now.uid && isReady(before) && restartsOf(before.containers) === restartsOf(now.containers);
}

function kindOf(owner: ApiPod["owner"]): string | undefined {
  return owner?.split("/", 1)[0];
}

/** Whether all containers that are to run do. */
export function isReady({ phase, containers }: ApiPod): boolean {
  const running = containers.filter(({ kind }) => kind === "main" || kind === "sidecar");
  return phase === "Running" && running.length > 0 && running.every(({ ready }) => ready);
}

function proofOf(
  { pod, ports: wanted, before }: WhatWas,
  { replacement, isCalm }: { readonly replacement: ApiPod | null; readonly isCalm: boolean },
  { view, after }: Scan,
  drivers: ReadyProof["drivers"],
  milliseconds: number,
): ReadyProof {
  const containers = (replacement?.containers ?? []).filter(({ kind }) => kind === "main" || kind === "sidecar");
  const ports = wanted.map((port): PortProof => ({ ...port, heldBy: holderOf(port, replacement, view) }));
  const free = ports.every(({ heldBy }) => heldBy === "replacement" || (heldBy === "nobody" && isCalm));
  return {
    ready: replacement !== null && isReady(replacement) && free,
    replacement: replacement === null ? null : pick(replacement),
    containers: { ready: containers.filter(({ ready }) => ready).length, all: containers.length },
    ports,
    drivers,
    restarted: isKnown(after) && isKnown(before.after) ? restarted(before.after.known.pods, after.known.pods, pod) : [],
    readyAfter: null,
    milliseconds,
  };
}

function pick({ namespace, name, uid }: ApiPod): Pick<ApiPod, "namespace" | "name" | "uid"> {
  return { namespace, name, uid };
}

function holderOf({ port, protocol }: WantedPort, replacement: ApiPod | null, view: NodeView): PortProof["heldBy"] {
  if (!isKnown(view.sources.kernel)) return "untold";
  const holding = holdings(view, port).find((each) => each.protocol === protocol);
  if (holding === undefined || holding.verdict === "free") return "nobody";
  if (holding.holders.length === 0) return "untold";
  return holding.holders.every(({ pod }) => pod?.uid === replacement?.uid) ? "replacement" : "another";
}

function restarted(before: readonly ApiPod[], after: readonly ApiPod[], { uid: own }: ApiPod): readonly string[] {
  // What crash-looped before does so by itself.
  const counts = new Map(before.filter(isReady).map(({ uid, containers }) => [uid, restartsOf(containers)]));
  return after
    .filter(
      ({ uid, containers }) => uid !== own && restartsOf(containers) > (counts.get(uid) ?? Number.POSITIVE_INFINITY),
    )
    .map(({ namespace, name }) => `${namespace}/${name}`);
}

function restartsOf(containers: ApiPod["containers"]): number {
  return containers.reduce((sum, { restarts }) => sum + restarts, 0);
}

function driversBack(before: Told<CsiDrivers>, now: Told<CsiDrivers>): ReadyProof["drivers"] {
  if (!isKnown(before)) return before;
  if (!isKnown(now)) return now;
  const here = new Set(before.known.here);
  const awaited = before.known.elsewhere.filter((driver) => !here.has(driver));
  const there = new Set(now.known.here);
  return {
    known: {
      back: awaited.filter((driver) => there.has(driver)),
      missing: awaited.filter((driver) => !there.has(driver)),
    },
    at: [],
  };
}
