import type { SchedulingNode, SchedulingPod } from "../model/scheduling.ts";
import { areInConflict, hostPortsOf } from "./host-ports.ts";
import { matchesNode } from "./node-affinity.ts";
import type { Lack } from "./preemption.ts";
import { askedFor, countedOfNode, takenBy } from "./requests.ts";
import { untolerated } from "./taints.ts";

/** Why a kubelet does not take a pod, for a person. `lack`: critical pods get room for it. */
export interface Objection {
  /** The word of the kubelet in `status.reason`: `OutOfcpu`, `NodeAffinity`. */
  readonly reason: string;
  /** A plain clause. */
  readonly text: string;
  readonly lack: Lack | null;
}

/**
 * All that the kubelet of a node has against a pod beside the others that it has taken, in the order in which it says so
 * [kubernetes v1.36.3, pkg/kubelet/lifecycle/predicate.go, Admit; pkg/scheduler/eventhandlers.go, AdmissionCheck].
 */
export function objections(
  pod: SchedulingPod,
  node: SchedulingNode,
  others: readonly SchedulingPod[],
): readonly Objection[] {
  const foreign = notOfThisSystem(pod, node);
  if (foreign !== null) return [foreign];
  const lacks = tooLittle(pod, node, others);
  const rest = [
    ...(pod.node === null || pod.node === node.name ? [] : [objection("NodeName", "it is of another node")]),
    ...portsTaken(pod, others),
    ...taintsOf(pod, node),
  ];
  const isAlone = lacks.length === 0 && rest.length === 0;
  return [...lacks, ...(isWhereItHasToBe(pod, node, isAlone) ? [] : [elsewhere]), ...rest];
}

function objection(reason: string, text: string): Objection {
  return { reason, text, lack: null };
}

const elsewhere = objection("NodeAffinity", "its node selector or affinity is not for this node");

/** The kubelet goes by the system that it runs on, and by the pod's label and not by its selector. */
function notOfThisSystem({ osLabel, os, supplementalGroups }: SchedulingPod, node: SchedulingNode): Objection | null {
  if (osLabel !== null && osLabel !== linux)
    return objection("PodOSSelectorNodeLabelDoesNotMatch", `its label ${osKey} is not ${linux}`);
  if (os !== null && os !== linux) return objection("PodOSNotSupported", `its spec.os is not ${linux}`);
  return supplementalGroups === "Strict" && !node.supplementalGroups
    ? objection(
        "SupplementalGroupsPolicyNotSupported",
        "it wants supplementalGroupsPolicy Strict, which the node lacks",
      )
    : null;
}

const osKey = "kubernetes.io/os";
const linux = "linux";

/** [kubernetes v1.36.3, pkg/scheduler/framework/plugins/noderesources/fit.go, fitsRequest] */
function tooLittle(pod: SchedulingPod, node: SchedulingNode, others: readonly SchedulingPod[]): readonly Objection[] {
  const allocatable = countedOfNode(node.allocatable);
  const taken = new Map<string, bigint>();
  for (const other of others)
    for (const [resource, amount] of takenBy(other)) taken.set(resource, (taken.get(resource) ?? 0n) + amount);
  taken.set("pods", BigInt(others.length));
  const asked = new Map([["pods", 1n], ...askedFor(pod, node.allocatable)]);
  return inOrder([...asked.keys()]).flatMap((resource) => {
    const wanted = asked.get(resource) ?? 0n;
    const all = allocatable.get(resource) ?? 0n;
    const used = taken.get(resource) ?? 0n;
    if (wanted <= 0n || wanted <= all - used) return [];
    const unit = resource === "cpu" ? "m" : "";
    const text = `it asks for ${wanted}${unit} of ${resource}, and ${used}${unit} of ${all}${unit} are taken`;
    return [{ reason: `OutOf${resource}`, text, lack: { resource, amount: wanted - (all - used) } }];
  });
}

function inOrder(resources: readonly string[]): readonly string[] {
  const first = ["pods", "cpu", "memory", "ephemeral-storage"];
  const rest = resources.filter((resource) => !first.includes(resource)).toSorted();
  return [...first.filter((resource) => resources.includes(resource)), ...rest];
}

/**
 * The kubelet sets the label of its system in what it has of the Node. Where nothing else is against a pod (`isAlone`), it looks
 * at the Node as it is served too [pkg/kubelet/lifecycle/predicate.go, rejectPodAdmissionBasedOnOSSelector, generalFilter].
 */
function isWhereItHasToBe(pod: SchedulingPod, { name, labels }: SchedulingNode, isAlone: boolean): boolean {
  const corrected = labels.size === 0 ? labels : new Map(labels).set(osKey, linux);
  return matchesNode(pod, { name, labels: corrected }) || (isAlone && matchesNode(pod, { name, labels }));
}

function portsTaken(pod: SchedulingPod, others: readonly SchedulingPod[]): readonly Objection[] {
  for (const port of hostPortsOf(pod)) {
    const other = others.find((each) => hostPortsOf(each).some((taken) => areInConflict(port, taken)));
    if (other !== undefined) {
      const text = `${other.namespace}/${other.name} has host port ${port.port}/${port.protocol.toLowerCase()} too`;
      return [objection("NodePorts", text)];
    }
  }
  return [];
}

/** A static pod is on its node whatever the taints. */
function taintsOf(pod: SchedulingPod, node: SchedulingNode): readonly Objection[] {
  if (pod.source !== "api") return [];
  const taint = untolerated(node.taints, pod.tolerations, "NoExecute");
  return taint === null ? [] : [objection("TaintToleration", `it does not tolerate the taint ${taint.key}:NoExecute`)];
}
