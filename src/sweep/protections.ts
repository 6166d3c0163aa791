import type { PodView } from "../ledger/node-view.ts";
import { lives } from "../ledger/places.ts";
import { isKnown, type Reason } from "../model/told.ts";
import type { Memory } from "./memory.ts";
import type { Policy } from "./policy.ts";
import { livingOf, type Scan } from "./scan.ts";

export interface Facts {
  readonly pod: PodView;
  readonly scan: Scan;
  readonly memory: Memory;
  readonly policy: Policy;
}

/** Why a leftover is left alone: what is so, or what could not be told. */
type Protected = { readonly text: string } | { readonly unknown: Reason };

/** A rule that takes a leftover away from what may be acted on. None gives one back. */
interface Protection {
  readonly id: string;
  /** `null`: it has nothing against it. */
  readonly protects: (facts: Facts) => Protected | null;
}

/** All of them, in the order in which they are told. What makes an orphan in the first place is in src/ledger/standing.ts. */
export const protections = [
  {
    id: "self",
    protects: ({ pod, policy }) => (pod.uid === policy.self ? { text: "it is the pod that this runs in" } : null),
  },
  {
    id: "denied",
    protects: ({ pod: { namespace }, policy }) =>
      namespace !== null && policy.denied.has(namespace) ? { text: `its namespace is left alone` } : null,
  },
  {
    id: "not-named",
    protects: ({ pod, policy: { named } }) =>
      named === null || named.has(pod.uid) ? null : { text: "it is not what was asked for" },
  },
  {
    id: "overdue-by-agent",
    protects: ({ pod, policy }) =>
      pod.standing === "overdue" && !policy.overdue
        ? { text: "the API still has it: only a person may clear what is Terminating" }
        : null,
  },
  { id: "one-claim", protects: oneClaim },
  { id: "same-in-c1", protects: sameInC1 },
  { id: "kubelet-has-it", protects: kubeletHasIt },
  { id: "lives-in-own-record", protects: livesInOwnRecord },
  { id: "asked-by-name", protects: askedByName },
  { id: "given-its-grace", protects: givenItsGrace },
  { id: "too-young", protects: tooYoung },
  { id: "serving", protects: serving },
  {
    id: "quarantined",
    protects: ({ pod: { uid }, memory: { attempts }, policy }) =>
      (attempts.get(uid) ?? 0) >= policy.attempts
        ? { text: `${policy.attempts} attempts did not clear it: it is left to a person` }
        : null,
  },
] as const satisfies readonly Protection[];

export type ProtectionId = (typeof protections)[number]["id"];

/**
 * An orphan has to have one uid in its metadata, its labels and its cgroup to be one. The API says of a pod that it is overdue, and
 * nothing of which sandboxes and processes are its own: so the same is asked of it here.
 */
function oneClaim({ pod: { uid, standing, sandboxes, containers, disagreements } }: Facts): Protected | null {
  if (standing !== "overdue") return null;
  const isItsOwn =
    sandboxes.every(({ sandbox }) => sandbox.labelUid === uid && sandbox.configSource === "api") &&
    containers.every(({ labelUid }) => labelUid === uid) &&
    disagreements.every(({ kind }) => kind !== "claims-differ" && kind !== "other-sandbox");
  if (isItsOwn) return null;
  return { unknown: { code: "contradicted", text: "what it has here does not say in one voice whose it is", at: [] } };
}

/** What was made, or made again, while the node was read is not what was judged. */
function sameInC1({ pod, scan: { again } }: Facts): Protected | null {
  if (!isKnown(again)) return { unknown: again.unknown };
  const now = new Map(
    again.known.sandboxes.filter(({ uid }) => uid === pod.uid).map(({ id, createdAt }) => [id, createdAt]),
  );
  const before = new Map(pod.sandboxes.map(({ sandbox: { id, createdAt } }) => [id, createdAt]));
  const isNew = [...now].some(([id, createdAt]) => before.get(id) !== createdAt);
  return isNew ? { text: "the runtime had another sandbox of it a moment later" } : null;
}

/** Unknown is P6's to say, and stops everything. */
function kubeletHasIt({ pod, scan: { word } }: Facts): Protected | null {
  if (pod.standing === "overdue" || word === null || !isKnown(word.kubelet)) return null;
  return word.kubelet.known.pods.includes(pod.uid) ? { text: "the kubelet has it among its pods" } : null;
}

/** A living process whose cgroup has both the pod and one of its containers: what a kubelet and a runtime made, no other. */
function livesInOwnRecord({ pod, scan: { again }, memory }: Facts): Protected | null {
  if (!isKnown(again)) return { unknown: again.unknown };
  const ours = memory.ours.get(pod.uid);
  const records = new Set([
    ...again.known.sandboxes.filter(({ uid }) => uid === pod.uid).map(({ id }) => id),
    ...again.known.containers.filter(({ labelUid }) => labelUid === pod.uid).map(({ id }) => id),
    ...(ours?.sandboxes ?? []).map(({ id }) => id),
    ...(ours?.containers ?? []).map(({ id }) => id),
  ]);
  const inRecord = pod.processes
    .filter(lives)
    .some(({ place }) => isKnown(place) && place.known.container !== null && records.has(place.known.container));
  return inRecord ? null : { text: "none of its processes is in a container that the runtime has a record of" };
}

/** A GET is answered from storage, a list may come from a cache: without one, nothing is confirmed. */
function askedByName({ pod, scan: { view } }: Facts): Protected | null {
  if (pod.standing === "overdue") return null;
  const asked = pod.evidence.some((each) => each.kind === "get");
  if (asked) return null;
  const reason: Reason = { code: "incomplete", text: "the API was not asked for it by name", at: [] };
  return view.pods.includes(pod) ? { unknown: reason } : null;
}

/** A kubelet that came up after a deletion was due gave the pod its grace only then. Unknown is P3's to say. */
function givenItsGrace({ pod, scan: { word }, policy: { overdueMargin } }: Facts): Protected | null {
  if (pod.standing !== "overdue" || word === null || !isKnown(word.peers)) return null;
  const needed = (pod.api?.deletion?.graceSeconds ?? 0) + overdueMargin;
  const [kubelet] = word.peers.known.kubelets;
  if (kubelet === undefined || kubelet.ageSeconds > needed) return null;
  return { text: "its kubelet came up after its deletion was due: it may still be in its grace" };
}

/** By the node's own clock: what its sandbox says, and its oldest process. */
function tooYoung({ pod, scan: { kernel }, policy: { minimumAge } }: Facts): Protected | null {
  if (!isKnown(kernel)) return { unknown: kernel.unknown };
  const now = Date.parse(kernel.known.reading.at) / 1000;
  const oldest = Math.max(...pod.processes.filter(lives).map(({ ageSeconds }) => ageSeconds));
  const made = pod.sandboxes.map(({ sandbox }) => now - Number(BigInt(sandbox.createdAt) / 1_000_000_000n));
  const age = Math.min(oldest, ...made);
  if (age >= minimumAge) return null;
  return { text: `it is ${Math.max(0, Math.floor(age))} s old, and ${minimumAge} s are asked for` };
}

/** A file system or a connection that others use ends with the process. */
function serving({ pod, scan: { word }, policy }: Facts): Protected | null {
  if (policy.evenIfServing || livingOf(pod).length === 0) return null;
  const told = word?.serving.get(pod.uid);
  if (told === undefined) return { unknown: { code: "incomplete", text: "who uses it was not asked", at: [] } };
  if (!isKnown(told)) return { unknown: told.unknown };
  const first = told.known.find(({ peerPod }) => peerPod === null || peerPod !== policy.recovered);
  return first === undefined ? null : { text: `others may live on it: pid ${first.pid} ${first.text}` };
}
