import { pods } from "../../model/kube-kinds.ts";
import type { KubeReason, KubeSource, KubeTold } from "../../model/kube-source.ts";
import type { ServedObject } from "../../model/served-object.ts";
import { unknown, type Reason, type Told } from "../../model/told.ts";
import { lastWarning } from "./events.ts";
import { readerPod, type ReaderRequest } from "./pod.ts";
import { servedPod, stateOf, type PodState, type ServedPod } from "./pod-state.ts";
import type { Waiting } from "../waiting.ts";

/** A reader as the API server has it. */
export interface MadePod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** By the API server's clock. */
  readonly created: string;
}

/** Makes a reader's pod. Where no answer came, it is looked whether it was made. */
export async function makePod(
  kube: KubeSource,
  request: ReaderRequest,
  { signal, waiting }: { signal: AbortSignal; waiting: Waiting },
): Promise<Told<MadePod>> {
  const { namespace, name } = request;
  const made = await kube.create(pods, namespace, readerPod(request), { signal });
  if ("known" in made) return podIn(made.known, request);
  if (!mayHaveMade(made.unknown)) return unknown(refusedBy(made.unknown, request));
  const found = await lookFor(kube, request, waiting);
  if ("known" in found && found.known !== null) return podIn(found.known, { namespace, name });
  return unknown(mayBeThere(made.unknown, request, "unknown" in found));
}

/** Seconds over which it is looked for a pod whose making got no answer, once each. */
const looksAfter = 5;

/**
 * The API server may store a pod after whoever asked for it gave up: one look that finds none says nothing. Without the
 * signal of the reading: it may be what ended the question, and what was made has to be removed.
 */
async function lookFor(
  kube: KubeSource,
  { namespace, name }: ReaderRequest,
  waiting: Waiting,
): Promise<KubeTold<ServedObject | null>> {
  const signal = AbortSignal.timeout(looksAfter * 1000 + 10_000);
  for (let second = 0; ; second++) {
    const found = await kube.get(pods, { namespace, name }, { signal });
    if (("known" in found && found.known !== null) || second === looksAfter || signal.aborted) return found;
    await waiting.sleep(1000, signal);
  }
}

function mayBeThere({ code, text }: KubeReason, { namespace, name }: ReaderRequest, isUntold: boolean): Reason {
  const pod = `its pod ${namespace}/${name}`;
  const whether = isUntold
    ? `${pod} could not be looked for`
    : `${pod} was not there ${looksAfter} s later, and may be made yet`;
  return {
    code,
    text: `${text}; ${whether}`,
    at: [],
    supply: `kubectl -n ${namespace} delete pod ${name}; it ends by itself, and a later run of this removes it too`,
  };
}

/** Only a refusal says that nothing was made; an answer of success that is not understood does not. */
function mayHaveMade({ status, said }: KubeReason): boolean {
  return status === null || status < 400 || status >= 500 || said === "AlreadyExists";
}

function podIn(served: ServedObject, { namespace, name }: Pick<ReaderRequest, "namespace" | "name">): Told<MadePod> {
  const read = servedPod.safeParse(served.unredacted().object);
  if (!read.success || read.data.metadata.name !== name) return unknown(noPod);
  const { uid, creationTimestamp: created } = read.data.metadata;
  return { known: { namespace, name, uid, created }, at: [] };
}

const noPod: Reason = {
  code: "not-understood",
  text: "what the API server made is not the pod that was asked for",
  at: [],
};

/**
 * RBAC says who may not do what; another refusal is one of admission (Pod Security, a policy, a webhook, a quota), and no rule
 * of RBAC would help [kubernetes v1.36.3, staging/src/k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go].
 */
function refusedBy(reason: KubeReason, { namespace }: ReaderRequest): Reason {
  const { code, text, status, said } = reason;
  if (said === "NotFound") return { code, text, at: [], supply: "name a namespace that is there (--reader-namespace)" };
  const isOfRbac = / cannot create resource "pods"/.test(text);
  if (isOfRbac || status === 401 || status === 429) return reason;
  const supply = `exempt the namespace ${namespace} from what refuses privileged pods, or name another (--reader-namespace)`;
  return { code: "not-permitted", text: text.replace("does not permit it", "did not admit the pod"), at: [], supply };
}

/** Waits until a reader runs; or why it never will. `within` is in milliseconds; `looked` is called after each look that found neither. */
export async function whenRunning(
  kube: KubeSource,
  pod: MadePod,
  image: string,
  {
    signal,
    waiting,
    within,
    looked = () => {},
  }: { signal: AbortSignal; waiting: Waiting; within: number; looked?: () => void },
): Promise<Reason | null> {
  const end = waiting.now() + within;
  const either = AbortSignal.any([signal, AbortSignal.timeout(within + 1000)]);
  for (;;) {
    const look = await stateNow(kube, pod, image, either);
    if ("unknown" in look) return look.unknown;
    const { known: state } = look;
    if (state.is === "running") return null;
    if (state.is === "failed") return state.why;
    if (state.is === "ended") return endedEarly;
    if (signal.aborted) return givenUp;
    looked();
    if (waiting.now() > end) return late((await lastWarning(kube, pod, signal)) ?? state.at, within);
    await waiting.sleep(250, signal);
  }
}

/**
 * Why a pod that ran could not be asked, where it failed by then: an image of another version runs for a moment. The kubelet
 * tells that a second later. `null`: it runs, or has ended as it should.
 */
export async function whyFailed(
  kube: KubeSource,
  pod: MadePod,
  image: string,
  { signal, waiting }: { signal: AbortSignal; waiting: Waiting },
): Promise<Reason | null> {
  for (let looks = 0; looks < 12 && !signal.aborted; looks++) {
    const look = await stateNow(kube, pod, image, signal);
    if ("unknown" in look) return null;
    if (look.known.is === "failed") return look.known.why;
    if (look.known.is !== "running") return null;
    await waiting.sleep(250, signal);
  }
  return null;
}

async function stateNow(kube: KubeSource, pod: MadePod, image: string, signal: AbortSignal): Promise<Told<PodState>> {
  const found = await podNow(kube, pod, signal);
  if ("unknown" in found) return found;
  return found.known === null ? unknown(gone) : { known: stateOf(found.known, image), at: [] };
}

/** The same pod as it is now; `null`: it is gone, and another may have its name. */
export async function podNow(
  kube: KubeSource,
  { namespace, name, uid }: MadePod,
  signal: AbortSignal,
): Promise<KubeTold<ServedPod | null>> {
  const found = await kube.get(pods, { namespace, name }, { signal });
  if ("unknown" in found) return found;
  if (found.known === null) return { known: null, at: [] };
  const read = servedPod.safeParse(found.known.unredacted().object);
  if (!read.success) return { unknown: { ...noPod, status: 200, said: null } };
  return { known: read.data.metadata.uid === uid ? read.data : null, at: [] };
}

/** It ran, and the API server was asked too late to see it. */
export const endedEarly: Reason = {
  code: "incomplete",
  text: "its pod ended before it was asked",
  at: [],
  supply: "name an image of this version of holdfast (--image)",
};
const gone: Reason = { code: "changed-meanwhile", text: "somebody removed its pod before it ran", at: [] };
export const givenUp: Reason = { code: "timed-out", text: "it was given up before its pod ran", at: [] };

function late(at: string, within: number): Reason {
  const text = `its pod did not run within ${within / 1000} s (${at})`;
  const supply = "see the events of the pod's namespace, and whether the node's kubelet and runtime work";
  return { code: "timed-out", text, at: [], supply };
}
