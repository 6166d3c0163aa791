import type { Journal } from "../../model/journal.ts";
import { isKnown, known } from "../../model/told.ts";
import type { SweepEvent } from "../../sweep/events.ts";
import { clusterWord } from "../../outside/cluster/cluster-word.ts";
import { secondsSinceKilling } from "../../outside/cluster/killing.ts";
import { pauseNow } from "../../outside/coordination/pause.ts";
import { heldLock } from "../../outside/node-lock/held-lock.ts";
import { throughApiServer } from "../../outside/kubelet/through-api-server.ts";
import { kubeletWord } from "../../outside/kubelet/word.ts";
import { connectNamed } from "../observe/connect-named.ts";
import { podsOfApi } from "../observe/pods-of-api.ts";
import { Failure } from "../failure.ts";
import { csiDrivers } from "./csi-drivers.ts";
import { handHere } from "../../outside/node-hand/here.ts";
import { rebooterOf } from "../../outside/node-services/rebooter.ts";
import { servicesOf } from "./disturbing-options.ts";
import { heldLease } from "./held-lease.ts";
import { readmission } from "./readmission.ts";
import type { ActingOptions } from "./options.ts";
import type { Person } from "./person.ts";
import type { Parties } from "./world.ts";

export interface Acting {
  /** Of this run. */
  readonly run: string;
  readonly journal: Journal<SweepEvent>;
  readonly person: Person;
  readonly tell: (event: SweepEvent) => void;
  readonly signal: AbortSignal;
}

/** Milliseconds for one question to the API server. */
const apiDeadline = 15_000;

/** Who answers on the node itself: its own runtime and kernel, and the API server that the options name. */
export async function partiesHere(
  node: string,
  options: ActingOptions,
  { run, journal, person, tell, signal }: Acting,
): Promise<{ readonly parties: Parties; readonly server: string }> {
  const connected = await connectNamed(options);
  if ("failure" in connected)
    throw new Failure(connected.failure.code, connected.failure.what, connected.failure.advice);
  const kube = connected.source;
  let readings = 0;
  const counter = { sequence: () => (readings += 1), now: () => new Date() };
  const { criSocket = null, root = "/", kured, kuredSentinel: sentinel } = options;
  const ask = (): { signal: AbortSignal } => ({ signal: AbortSignal.timeout(apiDeadline) });
  const kubelet = throughApiServer(kube, node);
  const lease = heldLease(kube, `${node} ${run}`);
  const parties: Parties = {
    node,
    hand: handHere({ root, criSocket, services: servicesOf(options), ...counter }),
    pods: podsOfApi(kube, { ...counter, deadline: apiDeadline }),
    kube,
    cluster: () => clusterWord(kube, { node, written: null }, ask()),
    kubelet: () => kubeletWord(kubelet, node, AbortSignal.timeout(apiDeadline)),
    drivers: (pod) => csiDrivers(kube, { pod, node }, AbortSignal.timeout(apiDeadline)),
    readmission: () => readmission({ kube, kubelet, node }, AbortSignal.timeout(apiDeadline)),
    rebooter: () => rebooterOf(kube, { node, kured, sentinel, now: counter.now }),
    killing: (pod) => secondsSinceKilling(kube, pod, new Date(), ask()),
    pause: async () => {
      const told = await pauseNow(kube, ask());
      return isKnown(told) ? known(told.known !== null) : told;
    },
    lock: heldLock(options.stateDir),
    lease,
    journal,
    consent: (to) => person.agrees(to),
    tell,
    signal,
  };
  return { parties, server: kube.server };
}
