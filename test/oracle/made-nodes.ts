import type { Random } from "./random.ts";

/** A Node and its pods, as the kubelet has them. */
export interface MadeNode {
  readonly node: object;
  readonly pods: readonly object[];
}

/** A node with little room, and pods that ask for about as much: of each rule of admission some fit and some do not. */
export function madeNode(random: Random): MadeNode {
  const node = {
    metadata: { name: "cp", labels: labels(random) },
    spec: { taints: random.several(0, random.pick([0, 0, 2]), () => taint(random)) },
    status: {
      allocatable: {
        cpu: random.pick(["1", "2", "4", "2500m"]),
        memory: random.pick(["1Gi", "2Gi", "4e9", "3000M"]),
        "ephemeral-storage": random.pick(["10Gi", "2Gi"]),
        pods: random.pick(["110", "110", "4"]),
        ...(random.chance(0.5) ? { "example.com/gpu": random.pick(["0", "1", "3"]) } : {}),
        ...(random.chance(0.3) ? { "hugepages-2Mi": "8Mi" } : {}),
      },
      ...(random.chance(0.5) ? { features: { supplementalGroupsPolicy: random.chance(0.5) } } : {}),
    },
  };
  let number = 0;
  const pods = random.several(1, 12, () => {
    number += 1;
    return pod(random, number);
  });
  return { node, pods };
}

function labels(random: Random): Record<string, string> {
  return {
    ...(random.chance(0.9) ? { "kubernetes.io/os": random.pick(["linux", "linux", "linux", "plan9"]) } : {}),
    ...(random.chance(0.6) ? { disk: random.pick(["ssd", "hdd", ""]) } : {}),
    ...(random.chance(0.6) ? { size: random.pick(["0", "7", "12", "007", "x", "9223372036854775808"]) } : {}),
  };
}

function taint(random: Random): object {
  return {
    key: random.pick(["gone", "slow"]),
    value: random.pick(["", "yes"]),
    effect: random.pick(["NoExecute", "NoSchedule", "PreferNoSchedule"]),
  };
}

function pod(random: Random, number: number): object {
  const isStatic = random.chance(0.1);
  const created = new Date(Date.UTC(2026, 4, 17, 8, 0, number)).toISOString().replace(".000Z", "Z");
  return {
    metadata: {
      namespace: "default",
      name: `pod-${number}`,
      uid: `uid-${number}`,
      creationTimestamp: isStatic ? null : created,
      ...(isStatic ? { annotations: { "kubernetes.io/config.source": "file" } } : {}),
      ...(random.chance(0.05) ? { labels: { "kubernetes.io/os": random.pick(["linux", "windows"]) } } : {}),
    },
    ...specAndStatus(random),
  };
}

function specAndStatus(random: Random): { readonly spec: object; readonly status: object } {
  const init = random.several(0, 2, () => random.chance(0.5));
  const initContainers = init.map((always, index) => ({
    ...container(random, `init-${index}`),
    ...(always ? { restartPolicy: "Always" } : {}),
  }));
  const containers = random.several(1, 2, () => 0).map((_, index) => container(random, `main-${index}`));
  const own = random.chance(0.15);
  return {
    spec: {
      nodeName: random.chance(0.98) ? "cp" : "w1",
      ...(random.chance(0.6) ? { priority: random.pick([0, 0, 1000, 2_000_000_000, 2_000_001_000]) } : {}),
      ...(random.chance(0.05) ? { os: { name: random.pick(["linux", "linux", "windows"]) } } : {}),
      ...(random.chance(0.05)
        ? { securityContext: { supplementalGroupsPolicy: random.pick(["Strict", "Merge"]) } }
        : {}),
      ...(random.chance(0.08) ? { nodeSelector: { [random.pick(["disk", "kubernetes.io/os"])]: value(random) } } : {}),
      ...(random.chance(0.1) ? { affinity: affinity(random) } : {}),
      tolerations: random.several(0, 2, () => toleration(random)),
      ...(own ? { resources: { requests: requests(random, ["cpu", "memory"]) } } : {}),
      ...(random.chance(0.1) ? { overhead: requests(random, ["cpu", "memory"]) } : {}),
      initContainers,
      containers,
    },
    status: {
      phase: random.pick(["Running", "Running", "Running", "Pending", "Succeeded", "Failed"]),
      qosClass: random.pick(["BestEffort", "Burstable", "Guaranteed"]),
      ...(random.chance(0.1)
        ? {
            conditions: [{ type: "PodResizePending", status: "True", reason: random.pick(["Infeasible", "Deferred"]) }],
          }
        : {}),
      ...(own && random.chance(0.5) ? { allocatedResources: requests(random, ["cpu", "memory"]) } : {}),
      ...(own && random.chance(0.5) ? { resources: { requests: requests(random, ["cpu", "memory"]) } } : {}),
      initContainerStatuses: statuses(random, initContainers),
      containerStatuses: statuses(random, containers),
    },
  };
}

function container(random: Random, name: string): { readonly name: string } {
  const resources = ["cpu", "memory", "ephemeral-storage", "example.com/gpu", "hugepages-2Mi"];
  return {
    name,
    ...(random.chance(0.8) ? { resources: { requests: requests(random, resources) } } : {}),
    ...(random.chance(0.2) ? { ports: random.several(1, 2, () => port(random)) } : {}),
  };
}

/**
 * In the form in which an API server writes them. What is not of whole binary units (`0.5Gi`) is kept behind a pointer there, and
 * the kubelet's sums then change the pod's own requests [apimachinery v0.36.3, pkg/api/resource/amount.go, infDecAmount].
 */
const amounts: Readonly<Record<string, readonly string[]>> = {
  cpu: ["0", "100m", "300m", "500m", "1", "1500m", "1500u", "1n", "2"],
  memory: ["0", "1Mi", "512Mi", "1Gi", "100M", "1e9", "128974848", "1500m"],
  "ephemeral-storage": ["1Gi", "9Gi", "100Mi"],
  "example.com/gpu": ["0", "1", "2"],
  "hugepages-2Mi": ["2Mi", "8Mi"],
};

function requests(random: Random, resources: readonly string[]): Record<string, string> {
  const asked = resources.filter((resource) => random.chance(resource === "cpu" || resource === "memory" ? 0.7 : 0.1));
  return Object.fromEntries(asked.map((resource) => [resource, random.pick(amounts[resource] ?? ["1"])]));
}

function port(random: Random): object {
  return {
    containerPort: 80,
    hostPort: random.pick([0, 80, 80, 443, 53]),
    ...(random.chance(0.4) ? { hostIP: random.pick(["", "0.0.0.0", "::", "10.0.0.1", "10.0.0.2"]) } : {}),
    protocol: random.pick(["TCP", "TCP", "UDP", "SCTP"]),
  };
}

function value(random: Random): string {
  return random.pick(["ssd", "hdd", "", "linux", "plan9"]);
}

function affinity(random: Random): object {
  const nodeSelectorTerms = random.several(0, 2, () => ({
    ...(random.chance(0.8) ? { matchExpressions: random.several(0, 2, () => expression(random)) } : {}),
    ...(random.chance(0.3)
      ? {
          matchFields: [
            { key: random.pick(["metadata.name", "other"]), ...operation(random, ["In", "NotIn", "Exists"]) },
          ],
        }
      : {}),
  }));
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } };
}

function expression(random: Random): object {
  const operators = ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt", "Is"];
  return { key: random.pick(["disk", "size", "kubernetes.io/os"]), ...operation(random, operators) };
}

function operation(random: Random, operators: readonly string[]): object {
  const values = ["ssd", "hdd", "cp", "", "7", "12", "-3", "a b", "linux", "x".repeat(64)];
  return { operator: random.pick(operators), values: random.several(0, 2, () => random.pick(values)) };
}

function toleration(random: Random): object {
  return {
    key: random.pick(["", "gone", "slow"]),
    operator: random.pick(["", "Equal", "Exists", "Exists", "Gt"]),
    value: random.pick(["", "yes"]),
    effect: random.pick(["", "NoExecute", "NoSchedule"]),
  };
}

function statuses(random: Random, containers: readonly { readonly name: string }[]): readonly object[] {
  return containers.flatMap(({ name }) =>
    random.chance(0.3)
      ? [
          {
            name,
            ...(random.chance(0.7) ? { allocatedResources: requests(random, ["cpu", "memory"]) } : {}),
            ...(random.chance(0.7) ? { resources: { requests: requests(random, ["cpu", "memory"]) } } : {}),
          },
        ]
      : [],
  );
}
