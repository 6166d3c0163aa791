import type { UnparsedPod } from "../model/ledger.ts";
import type { SchedulingNode, SchedulingPod } from "../model/scheduling.ts";
import { objections, type Objection } from "./admission.ts";
import { doubtOf } from "./doubts.ts";
import { endedFor, isCritical } from "./preemption.ts";

/** A pod that a restart of the kubelet would end, or may end. */
export interface NotReadmitted {
  readonly namespace: string | null;
  readonly name: string | null;
  readonly uid: string | null;
  /**
   * `rejected`: it is not taken again. `ended`: a critical pod gets its room. `possible`: it depends on what is not told, or on
   * what comes first.
   */
  readonly is: "rejected" | "ended" | "possible";
  /** The kubelet's word for it. */
  readonly reason: string;
  /** A plain clause. */
  readonly why: string;
}

export interface NodePods {
  readonly node: SchedulingNode;
  /**
   * All pods of the node, with the static ones: as the kubelet has them, or their mirrors. Of a pod that is here twice, as itself
   * and as a mirror, the mirror is left out.
   */
  readonly pods: readonly SchedulingPod[];
  readonly unparsed: readonly UnparsedPod[];
}

/**
 * Which pods of a node its kubelet would not take again if it were started now. A kubelet that starts admits every pod of its
 * node anew, one after another, and ends those that it does not take [kubernetes v1.36.3, pkg/kubelet/kubelet.go,
 * HandlePodAdditions]. What is asked is replayed here for a kubelet of that version with the configuration that it has now;
 * what follows from the pod and that configuration alone (sysctls, AppArmor, features, alignment) is as it was when the pod
 * was first taken, and is not.
 */
export function notReadmitted({ node, pods, unparsed }: NodePods): readonly NotReadmitted[] {
  const found: NotReadmitted[] = unparsed.map(({ namespace, name, uid, text }) => {
    const why = `${text}, and what it takes of the node is not told`;
    return { namespace, name, uid, is: "possible", reason: "Unread", why };
  });
  let admitted: readonly SchedulingPod[] = [];
  for (const pod of inOrderOfAdmission(pods)) {
    const against = objections(pod, node, admitted);
    const victims = victimsOf(pod, admitted, against);
    if (against.length > 0 && victims === null) {
      found.push(named(pod, "rejected", objected(pod, against)));
      continue;
    }
    admitted = admitted.filter((other) => victims?.includes(other) !== true);
    found.push(...(victims ?? []).map((other) => named(other, "ended", preempted(pod, against))));
    const doubt = doubtOf(pod, node);
    if (doubt !== null) found.push(named(pod, "possible", doubt));
    admitted = [...admitted, pod];
  }
  return found;
}

/** For a person, in one line; what is in it is not safe to print. */
export function sentenceOf({ namespace, name, uid, is, reason, why }: NotReadmitted): string {
  const pod = namespace === null || name === null ? (uid ?? "a pod without a name") : `${namespace}/${name}`;
  return `${pod} (${is === "possible" ? "perhaps " : ""}${reason}: ${why})`;
}

/**
 * Static pods come out of files, and need no API server; of the others those that were made first are first. Of two of the same
 * second either may be [pkg/kubelet/util/sliceutils/sliceutils.go]. Pods that have ended are not admitted, and take nothing.
 */
function inOrderOfAdmission(pods: readonly SchedulingPod[]): readonly SchedulingPod[] {
  const own = new Set(pods.filter(({ source }) => source === "static").map(({ uid }) => uid));
  const isStandIn = ({ source, configHash }: SchedulingPod): boolean =>
    source === "mirror" && configHash !== null && own.has(configHash);
  return pods
    .filter((pod) => pod.phase !== "Succeeded" && pod.phase !== "Failed" && !isStandIn(pod))
    .toSorted((one, other) => rank(one) - rank(other) || (one.created ?? 0) - (other.created ?? 0));
}

function rank({ source }: SchedulingPod): number {
  return source === "api" ? 1 : 0;
}

/** Whom a critical pod takes the room from, if nothing else is against it; `null`: it is not taken. */
function victimsOf(
  pod: SchedulingPod,
  admitted: readonly SchedulingPod[],
  against: readonly Objection[],
): readonly SchedulingPod[] | null {
  if (against.length === 0) return [];
  const lacks = against.flatMap(({ lack }) => (lack === null ? [] : [lack]));
  if (!isCritical(pod) || lacks.length < against.length) return null;
  return endedFor(pod, admitted, lacks);
}

/** What is missing is no objection to a critical pod, unless nobody can be ended for it. */
function objected(pod: SchedulingPod, against: readonly Objection[]): Against {
  const others = against.filter(({ lack }) => lack === null);
  const counting = isCritical(pod) && others.length > 0 ? others : against;
  const unexpected = isCritical(pod) && others.length === 0;
  const text = counting.map((each) => each.text).join("; ");
  return {
    reason: unexpected ? "UnexpectedAdmissionError" : (counting[0]?.reason ?? ""),
    text: unexpected ? `${text}; and no pods can be ended for it` : text,
  };
}

function preempted(by: SchedulingPod, against: readonly Objection[]): Against {
  const resources = against.flatMap(({ lack }) => lack?.resource ?? []).join(", ");
  return { reason: "Preempting", text: `the critical pod ${by.namespace}/${by.name} gets its ${resources}` };
}

/** What is against a pod. */
type Against = Pick<Objection, "reason" | "text">;

function named(
  { namespace, name, uid }: SchedulingPod,
  is: NotReadmitted["is"],
  { reason, text }: Against,
): NotReadmitted {
  return { namespace, name, uid, is, reason, why: text };
}
