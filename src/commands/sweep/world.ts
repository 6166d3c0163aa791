import { setTimeout as sleep } from "node:timers/promises";
import type { Journal } from "../../model/journal.ts";
import type { KubeSource } from "../../model/kube-source.ts";
import { pods as podKind } from "../../model/kube-kinds.ts";
import type { ApiPod } from "../../model/ledger.ts";
import type { NodeHand } from "../../model/node-hand.ts";
import type { ClusterWord, Killing, KubeletWord, Rebooter } from "../../model/node-word.ts";
import { unknown, type Told } from "../../model/told.ts";
import type { SweepEvent } from "../../sweep/events.ts";
import type { CsiDrivers, Proposal, World } from "../../sweep/requests.ts";
import type { PodSource } from "../observe/observe-node.ts";

/** Who answers what a sweep asks. None of it throws. */
export interface Parties {
  readonly node: string;
  readonly hand: NodeHand;
  readonly pods: PodSource;
  readonly kube: KubeSource | null;
  readonly cluster: () => Promise<Told<ClusterWord>>;
  readonly kubelet: () => Promise<Told<KubeletWord>>;
  readonly drivers: (pod: ApiPod) => Promise<Told<CsiDrivers>>;
  readonly readmission: () => Promise<Told<readonly string[]>>;
  readonly rebooter: () => Promise<Told<Rebooter | null>>;
  readonly killings: (pod: { readonly namespace: string; readonly uid: string }) => Promise<Told<readonly Killing[]>>;
  readonly pause: () => Promise<Told<boolean>>;
  readonly lock: (want: "take" | "give-back") => Promise<Told<string | null>>;
  readonly lease: (want: "take" | "give-back") => Promise<Told<string | null>>;
  readonly journal: Journal<SweepEvent>;
  readonly consent: (to: Proposal) => Promise<boolean>;
  /** Told each event once it is written down. */
  readonly tell: (event: SweepEvent) => void;
  readonly signal: AbortSignal;
}

/** The real world, from those who answer for its parts. */
export function worldOf(parties: Parties): World {
  const { node, hand, pods, kube, journal, signal } = parties;
  return {
    time: () => Promise.resolve(performance.now()),
    wait: async ({ milliseconds }) => {
      await sleep(milliseconds, undefined, { signal }).catch(() => {});
    },
    runtime: () => hand.runtime(whole),
    details: ({ ids }) => hand.details(ids, whole),
    kernel: ({ quiet, pids = [] }) => hand.kernel(quiet, whole, pids),
    pods: () => pods.list(node),
    pod: ({ namespace, name }) => pods.get(namespace, name),
    cluster: () => parties.cluster(),
    machine: () => hand.machine(whole),
    kubelet: () => parties.kubelet(),
    peers: () => hand.peers(whole),
    serving: ({ uid, processes }) => hand.serving(uid, processes, whole),
    killings: ({ namespace, uid }) => parties.killings({ namespace, uid }),
    cause: ({ processes, attempt }) => hand.cause(processes, attempt, whole),
    readmission: () => parties.readmission(),
    rebooter: () => parties.rebooter(),
    // Who wants to stop is taken for a pause: it ends before the next rung.
    pause: () => (signal.aborted ? Promise.resolve(unknown(stopped)) : parties.pause()),
    lock: ({ want }) => parties.lock(want),
    lease: ({ want }) => parties.lease(want),
    "delete-pod": async ({ namespace, name, uid, graceSeconds }) => {
      if (kube === null) return unknown(noApi);
      const call = { signal: AbortSignal.timeout(apiDeadline), ...(graceSeconds === null ? {} : { graceSeconds }) };
      return kube.delete(podKind, { namespace, name, uid }, call);
    },
    drivers: ({ pod }) => parties.drivers(pod),
    record: async ({ event }) => {
      const written = await journal.write(event);
      if ("known" in written) parties.tell(event);
      return written;
    },
    consent: ({ to }) => parties.consent(to),
    "stop-containers": ({ containers }) => hand.stopContainers(containers, whole),
    "stop-sandbox": ({ id }) => hand.stopSandbox(id, whole),
    "remove-sandbox": ({ id }) => hand.removeSandbox(id, whole),
    "kill-cgroup": ({ target }) => hand.killCgroup(target, whole),
    "kill-processes": ({ target }) => hand.killProcesses(target, whole),
    "restart-kubelet": () => hand.restartKubelet(whole),
    "request-reboot": () => hand.requestReboot(whole),
  };
}

/** What was begun is waited for: nobody would know what became of it. */
const whole = new AbortController().signal;

/** Milliseconds. */
const apiDeadline = 15_000;

const stopped = { code: "not-permitted", text: "it was stopped by whoever began it", at: [] } as const;
const noApi = { code: "not-reached", text: "no cluster is named", at: [] } as const;
