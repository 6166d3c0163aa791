import type { NodePods } from "../../src/scheduling/readmission.ts";
import type { SchedulingNode } from "../../src/model/scheduling.ts";
import { isKnown } from "../../src/model/told.ts";
import { projectSchedulingNode } from "../../src/snapshot/project-scheduling-node.ts";
import { projectSchedulingPods } from "../../src/snapshot/project-scheduling-pod.ts";

/** What a test says of a pod, in the fields that a pod is served with. */
export interface ServedPodFacts {
  readonly metadata?: object;
  readonly spec?: object;
  readonly status?: object;
}

/** What a test says of a Node. What it leaves out is of a node with room: 4 processors, 8 GiB, 110 pods. */
export interface ServedNodeFacts {
  readonly labels?: object;
  readonly taints?: readonly object[];
  readonly allocatable?: object;
  readonly features?: object;
  readonly conditions?: readonly object[];
  readonly kubeletVersion?: string;
}

/** A pod of the node `cp`, as the API server serves it. */
export function servedPod(name: string, { metadata, spec, status }: ServedPodFacts = {}): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      namespace: "default",
      name,
      uid: `uid-of-${name}`,
      creationTimestamp: "2026-05-17T08:00:00Z",
      ...metadata,
    },
    spec: { nodeName: "cp", containers: [{ name: "main" }], ...spec },
    status: { phase: "Running", qosClass: "BestEffort", ...status },
  };
}

export function servedNode(facts: ServedNodeFacts = {}): object {
  const { labels, taints, allocatable, features, conditions, kubeletVersion = "v1.36.3" } = facts;
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "cp", labels: { "kubernetes.io/os": "linux", ...labels } },
    spec: taints === undefined ? {} : { taints },
    status: {
      nodeInfo: { kubeletVersion },
      allocatable: { cpu: "4", memory: "8Gi", "ephemeral-storage": "10Gi", pods: "110", ...allocatable },
      ...(features === undefined ? {} : { features }),
      ...(conditions === undefined ? {} : { conditions }),
    },
  };
}

/** What a restart of the kubelet is judged by. */
export function nodePods(node: object, pods: readonly object[]): NodePods {
  return { node: schedulingNode(node), ...projectSchedulingPods(pods) };
}

function schedulingNode(node: object): SchedulingNode {
  const told = projectSchedulingNode(node);
  if (!isKnown(told)) throw new Error(told.unknown.text);
  return told.known;
}
