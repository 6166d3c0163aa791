import type { Journal } from "../../model/journal.ts";
import type { KubeSource } from "../../model/kube-source.ts";
import type { NodeSide } from "../../model/node-hand.ts";
import type { Sequence } from "../../model/sources.ts";
import { isKnown, known } from "../../model/told.ts";
import type { SweepEvent } from "../../sweep/events.ts";
import { clusterWord, type ClusterQuestion } from "../../outside/cluster/cluster-word.ts";
import { killingsOf } from "../../outside/cluster/killing.ts";
import { pauseNow } from "../../outside/coordination/pause.ts";
import { kubeletWord, type AskKubelet } from "../../outside/kubelet/word.ts";
import { podsOfApi } from "../observe/pods-of-api.ts";
import { csiDrivers } from "./csi-drivers.ts";
import { rebooterOf } from "../../outside/node-services/rebooter.ts";
import { heldLease } from "./held-lease.ts";
import { readmission } from "./readmission.ts";
import type { DisturbingOptions } from "./disturbing-options.ts";
import type { Person } from "./person.ts";
import type { Parties } from "./world.ts";

export interface Acting {
  /** Of this run. */
  readonly run: string;
  readonly kube: KubeSource;
  readonly side: NodeSide<SweepEvent>;
  /** The side's, or one that writes nothing. */
  readonly journal: Journal<SweepEvent>;
  readonly sequence: Sequence;
  readonly kubelet: AskKubelet;
  /** What this program wrote last; `null`: it writes nothing that would be looked for. */
  readonly written: () => ClusterQuestion["written"];
  readonly person: Person;
  readonly tell: (event: SweepEvent) => void;
  readonly signal: AbortSignal;
}

/** Milliseconds for one question to the API server. */
const apiDeadline = 15_000;

/** Who answers: the node's side for its runtime, kernel, lock and journal, its kubelet, and the API server for all else. */
export function partiesFor(
  node: string,
  { kured, kuredSentinel: sentinel }: Pick<DisturbingOptions, "kured" | "kuredSentinel">,
  { run, kube, side, journal, sequence, kubelet, written, person, tell, signal }: Acting,
): Parties {
  const counter = { sequence, now: () => new Date() };
  const ask = (): { signal: AbortSignal } => ({ signal: AbortSignal.timeout(apiDeadline) });
  return {
    node,
    hand: side.hand,
    pods: podsOfApi(kube, { ...counter, deadline: apiDeadline }),
    kube,
    cluster: () => clusterWord(kube, { node, written: written() }, ask()),
    kubelet: () => kubeletWord(kubelet, node, AbortSignal.timeout(apiDeadline)),
    drivers: (pod) => csiDrivers(kube, { pod, node }, AbortSignal.timeout(apiDeadline)),
    readmission: () => readmission({ kube, kubelet, node }, AbortSignal.timeout(apiDeadline)),
    rebooter: () => rebooterOf(kube, { node, kured, sentinel, now: counter.now }),
    killings: (pod) => killingsOf(kube, { ...pod, node }, ask()),
    pause: async () => {
      const told = await pauseNow(kube, ask());
      return isKnown(told) ? known(told.known !== null) : told;
    },
    lock: side.lock,
    lease: heldLease(kube, `${node} ${run}`),
    journal,
    consent: (to) => person.agrees(to),
    tell,
    signal,
  };
}
