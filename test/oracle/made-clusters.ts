import type { Random } from "./random.ts";

/** A cluster and a pod that is to be placed in it, as the API server has them. */
export interface MadeCluster {
  readonly pod: object;
  readonly nodes: readonly object[];
  readonly pods: readonly object[];
  readonly namespaces: readonly object[];
  readonly services: readonly object[];
  readonly replicaSets: readonly object[];
  readonly statefulSets: readonly object[];
  readonly replicationControllers: readonly object[];
  /** The scheduler's configuration file; without one it goes by its default. */
  readonly configuration?: object;
}

/** A few nodes and pods, so alike that each rule is met by some and not by others. */
export function madeCluster(random: Random): MadeCluster {
  const names = random.several(1, 8, () => "").map((_, number) => `node-${number}`);
  const nodes = names.map((name) => node(random, name));
  const pods = random.several(0, 16, () => "").map((_, number) => placed(random, number, names));
  const own = namespace(random);
  /** Mostly where the pod is: elsewhere nothing has a say. */
  const near = (): string => (random.chance(0.8) ? own : namespace(random));
  return {
    pod: pending(random, names, own),
    nodes,
    pods,
    namespaces: ["default", "other", "third"]
      .filter(() => random.chance(0.9))
      .map((name) => ({ metadata: { name, labels: { team: random.pick(["a", "b"]), ...teams(random) } } })),
    services: random.several(0, 3, () => service(random, near())),
    replicaSets: ["web-1", "web-2"]
      .filter(() => random.chance(0.6))
      .map((name) => ({ metadata: { namespace: near(), name }, spec: { selector: selector(random) } })),
    statefulSets: random.chance(0.4)
      ? [{ metadata: { namespace: near(), name: "db" }, spec: { selector: selector(random) } }]
      : [],
    replicationControllers: random.chance(0.7)
      ? [{ metadata: { namespace: near(), name: "old" }, spec: { selector: labels(random) } }]
      : [],
    ...(random.chance(0.3) ? { configuration: configuration(random) } : {}),
  };
}

/** One that the scheduler takes, and that is simulated. */
function configuration(random: Random): object {
  return {
    apiVersion: "kubescheduler.config.k8s.io/v1",
    kind: "KubeSchedulerConfiguration",
    profiles: [
      {
        ...(random.chance(0.5) ? { plugins: { multiPoint: multiPoint(random), ...plugins(random) } } : {}),
        pluginConfig: pluginConfig(random),
      },
    ],
  };
}

const scorers = [
  "TaintToleration",
  "NodeAffinity",
  "NodeResourcesFit",
  "PodTopologySpread",
  "InterPodAffinity",
  "NodeResourcesBalancedAllocation",
  "ImageLocality",
];
const filters = ["NodeUnschedulable", "NodeName", "NodePorts", ...scorers.slice(0, 5)];

function multiPoint(random: Random): object {
  if (random.chance(0.15))
    return {
      disabled: [{ name: "*" }],
      enabled: ["PrioritySort", "NodeName", "TaintToleration", "NodeResourcesFit", "DefaultBinder"].map((name) => ({
        name,
      })),
    };
  return {
    enabled: random
      .several(0, 2, () => "")
      .flatMap(() => weighed(random, scorers))
      .filter(isFirst),
    disabled: random.several(0, 2, () => ({ name: random.pick([...filters, ...scorers.slice(5)]) })).filter(isFirst),
  };
}

function plugins(random: Random): object {
  // What is there by none of them would score without having prepared itself, so these are those that multiPoint leaves there.
  return {
    ...(random.chance(0.4)
      ? { filter: { disabled: random.several(1, 2, () => ({ name: random.pick(filters) })).filter(isFirst) } }
      : {}),
    ...(random.chance(0.4)
      ? {
          score: {
            enabled: [weighed(random, ["TaintToleration", "NodeResourcesFit"])].flat(),
            disabled: [{ name: random.chance(0.2) ? "*" : random.pick(scorers) }],
          },
        }
      : {}),
  };
}

function weighed(random: Random, names: readonly string[]): { name: string; weight?: number }[] {
  return [{ name: random.pick(names), ...(random.chance(0.8) ? { weight: random.below(9) } : {}) }];
}

function isFirst({ name }: { name: string }, at: number, all: readonly { name: string }[]): boolean {
  return all.findIndex((each) => each.name === name) === at;
}

function pluginConfig(random: Random): readonly object[] {
  return [
    {
      name: "InterPodAffinity",
      args: {
        ...(random.chance(0.7) ? { hardPodAffinityWeight: random.pick([0, 1, 7, 100]) } : {}),
        ignorePreferredTermsOfExistingPods: random.chance(0.3),
      },
    },
    { name: "NodeAffinity", args: random.chance(0.3) ? { addedAffinity: addedAffinity(random) } : {} },
    {
      name: "NodeResourcesFit",
      args: {
        ...(random.chance(0.2) ? { ignoredResources: ["example.com/gpu"] } : {}),
        ...(random.chance(0.2) ? { ignoredResourceGroups: [random.pick(["example.com", "other.example"])] } : {}),
        ...(random.chance(0.6)
          ? {
              scoringStrategy: {
                type: random.pick(["LeastAllocated", "MostAllocated"]),
                ...(random.chance(0.6)
                  ? {
                      resources: random.pick([
                        [{ name: "cpu", weight: 3 }, { name: "memory" }],
                        [{ name: "memory", weight: 5 }],
                        [{ name: "memory" }, { name: "cpu", weight: 100 }],
                      ]),
                    }
                  : {}),
              },
            }
          : {}),
      },
    },
    {
      name: "PodTopologySpread",
      args: random.chance(0.5)
        ? {
            defaultingType: "List",
            defaultConstraints: random
              .several(0, 2, () => defaultConstraint(random))
              .filter(
                (each, at, all) =>
                  all.findIndex(
                    (other) =>
                      other.topologyKey === each.topologyKey && other.whenUnsatisfiable === each.whenUnsatisfiable,
                  ) === at,
              ),
          }
        : {},
    },
  ];
}

function addedAffinity(random: Random): object {
  return {
    ...(random.chance(0.6)
      ? {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: random.several(1, 2, () => nodeTerm(random, { valid: true })),
          },
        }
      : {}),
    preferredDuringSchedulingIgnoredDuringExecution: random.several(0, 2, () => ({
      weight: 1 + random.below(100),
      preference: nodeTerm(random, { valid: true }),
    })),
  };
}

function defaultConstraint(random: Random): { topologyKey: string; maxSkew: number; whenUnsatisfiable: string } {
  return {
    topologyKey: topologyKey(random),
    maxSkew: 1 + random.below(3),
    whenUnsatisfiable: random.pick(["DoNotSchedule", "ScheduleAnyway"]),
  };
}

function teams(random: Random): Record<string, string> {
  return random.chance(0.4) ? { stage: random.pick(["test", "live"]) } : {};
}

function namespace(random: Random): string {
  return random.pick(["default", "default", "default", "other", "third"]);
}

function node(random: Random, name: string): object {
  return {
    metadata: {
      name,
      labels: {
        ...(random.chance(0.95) ? { "kubernetes.io/hostname": random.chance(0.95) ? name : "shared" } : {}),
        ...(random.chance(0.85) ? { "topology.kubernetes.io/zone": random.pick(["a", "b", "c", ""]) } : {}),
        ...(random.chance(0.5) ? { disk: random.pick(["ssd", "hdd"]) } : {}),
        ...(random.chance(0.4) ? { size: random.pick(["0", "7", "12", "x"]) } : {}),
      },
    },
    spec: {
      ...(random.chance(0.1) ? { unschedulable: true } : {}),
      taints: random.several(0, random.pick([0, 0, 1, 2]), () => taint(random)),
    },
    status: {
      allocatable: {
        ...(random.chance(0.97) ? { cpu: random.pick(["1", "2", "4", "2500m", "64"]) } : {}),
        ...(random.chance(0.97) ? { memory: random.pick(["1Gi", "2Gi", "4e9", "3000M", "1Ti"]) } : {}),
        "ephemeral-storage": random.pick(["10Gi", "2Gi"]),
        pods: random.pick(["110", "110", "110", "3"]),
        ...(random.chance(0.3) ? { "example.com/gpu": random.pick(["0", "1", "3"]) } : {}),
        ...(random.chance(0.2) ? { "hugepages-2Mi": "8Mi" } : {}),
      },
      images: images.filter(() => random.chance(0.4)).map((each) => ({ ...each })),
    },
  };
}

const images = [
  { names: ["registry.example/web:1", "registry.example/web@sha256:00"], sizeBytes: 500_000_000 },
  { names: ["registry.example/db:latest"], sizeBytes: 2_000_000_001 },
  { names: ["busybox:latest"], sizeBytes: 4_000_000 },
  { names: ["registry.example:5000/tool:latest"], sizeBytes: 90_000_003 },
];
const imageNames = [
  "registry.example/web:1",
  "registry.example/db",
  "busybox",
  "registry.example:5000/tool",
  "registry.example/unknown:2",
];

function taint(random: Random): object {
  return {
    key: random.pick(["gone", "slow"]),
    ...(random.chance(0.5) ? { value: "yes" } : {}),
    effect: random.pick(["NoExecute", "NoSchedule", "PreferNoSchedule", "PreferNoSchedule"]),
  };
}

function placed(random: Random, number: number, names: readonly string[]): object {
  return {
    metadata: {
      namespace: namespace(random),
      name: `pod-${number}`,
      uid: `uid-${number}`,
      labels: labels(random),
      ...(random.chance(0.15) ? { deletionTimestamp: "2026-05-17T09:00:00Z" } : {}),
    },
    spec: { nodeName: random.pick([...names, "gone-node"]), ...spec(random) },
    status: status(random),
  };
}

function pending(random: Random, names: readonly string[], own: string): object {
  return {
    metadata: {
      namespace: own,
      name: "pending",
      uid: "uid-pending",
      labels: labels(random),
      ...(random.chance(0.5) ? { ownerReferences: [owner(random)] } : {}),
    },
    spec: {
      ...spec(random),
      ...(random.chance(0.15) ? { volumes: random.several(1, 2, () => volume(random)) } : {}),
      ...(random.chance(0.03) ? { nodeName: random.pick(names) } : {}),
      ...(random.chance(0.25) ? { nodeSelector: random.chance(0.8) ? { disk: random.pick(["ssd", "hdd"]) } : {} } : {}),
      ...(random.chance(0.4) ? { tolerations: random.several(1, 3, () => toleration(random)) } : {}),
      ...(random.chance(0.4) ? { topologySpreadConstraints: random.several(1, 2, () => constraint(random)) } : {}),
    },
  };
}

function owner(random: Random): object {
  return {
    uid: "o",
    controller: random.chance(0.9),
    ...random.pick([
      { apiVersion: "apps/v1", kind: "ReplicaSet", name: random.pick(["web-1", "web-2"]) },
      { apiVersion: "apps/v1", kind: "StatefulSet", name: "db" },
      { apiVersion: "apps/v1", kind: "DaemonSet", name: "agent" },
      { apiVersion: "v1", kind: "ReplicationController", name: "old" },
      { apiVersion: "extensions/v1beta1", kind: "ReplicaSet", name: "web-1" },
    ]),
  };
}

function labels(random: Random): Record<string, string> {
  return {
    ...(random.chance(0.8) ? { app: random.pick(["web", "web", "db"]) } : {}),
    ...(random.chance(0.5) ? { tier: random.pick(["front", "back"]) } : {}),
    ...(random.chance(0.3) ? { "pod-template-hash": random.pick(["1", "2"]) } : {}),
  };
}

function spec(random: Random): object {
  const own = random.chance(0.1);
  const affinity = {
    ...(random.chance(0.25) ? { nodeAffinity: nodeAffinity(random) } : {}),
    ...(random.chance(0.2) ? { podAffinity: podTerms(random) } : {}),
    ...(random.chance(0.25) ? { podAntiAffinity: podTerms(random) } : {}),
  };
  return {
    ...(Object.keys(affinity).length > 0 ? { affinity } : {}),
    ...(random.chance(0.1) ? { overhead: { cpu: "10m", memory: "16Mi" } } : {}),
    ...(own
      ? { resources: { requests: requests(random), ...(random.chance(0.3) ? { limits: { cpu: "2" } } : {}) } }
      : {}),
    initContainers: random
      .several(0, random.pick([0, 0, 2]), () => 0)
      .map((_, number) => ({
        ...container(random, `init-${number}`),
        ...(random.chance(0.5) ? { restartPolicy: "Always" } : {}),
      })),
    containers: random.several(1, 2, () => 0).map((_, number) => container(random, `main-${number}`)),
  };
}

/** None that a node could lack. */
function volume(random: Random): object {
  return {
    name: `volume-${random.below(10_000)}`,
    ...(random.chance(0.7) ? { image: { reference: random.pick(imageNames) } } : { emptyDir: {} }),
  };
}

function container(random: Random, name: string): object {
  return {
    name,
    image: random.pick(imageNames),
    ...(random.chance(0.7) ? { resources: { requests: requests(random) } } : {}),
    ...(random.chance(0.15) ? { ports: random.several(1, 2, () => port(random)) } : {}),
  };
}

function port(random: Random): object {
  return {
    containerPort: 80,
    ...(random.chance(0.9) ? { hostPort: random.pick([80, 81]) } : {}),
    ...(random.chance(0.4) ? { hostIP: random.pick(["0.0.0.0", "::", "10.0.0.1", "10.0.0.2", ""]) } : {}),
    protocol: random.pick(["TCP", "TCP", "UDP"]),
  };
}

function requests(random: Random): Record<string, string> {
  return {
    ...(random.chance(0.7) ? { cpu: random.pick(["0", "10m", "100m", "0.5", "1", "1500u"]) } : {}),
    ...(random.chance(0.7) ? { memory: random.pick(["0", "64Mi", "200Mi", "1Gi", "1.5G", "100000001"]) } : {}),
    ...(random.chance(0.1) ? { "ephemeral-storage": random.pick(["1Gi", "3Gi"]) } : {}),
    ...(random.chance(0.1) ? { "example.com/gpu": random.pick(["0", "1"]) } : {}),
    ...(random.chance(0.05) ? { "hugepages-2Mi": "4Mi" } : {}),
  };
}

/** Of a pod that runs: what the kubelet gave it, after a change of its size. */
function status(random: Random): object {
  if (random.chance(0.8)) return { phase: "Running" };
  return {
    phase: "Running",
    ...(random.chance(0.3)
      ? { conditions: [{ type: "PodResizePending", reason: random.pick(["Infeasible", "Deferred"]) }] }
      : {}),
    containerStatuses: ["main-0", "main-1"].map((name) => ({
      name,
      ...(random.chance(0.7) ? { allocatedResources: requests(random) } : {}),
      ...(random.chance(0.7) ? { resources: random.chance(0.9) ? { requests: requests(random) } : {} } : {}),
    })),
    ...(random.chance(0.3) ? { resources: { requests: requests(random) }, allocatedResources: requests(random) } : {}),
  };
}

function nodeAffinity(random: Random): object {
  return {
    ...(random.chance(0.6)
      ? {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: random.several(1, 2, () => nodeTerm(random, { valid: false })),
          },
        }
      : {}),
    ...(random.chance(0.6)
      ? {
          preferredDuringSchedulingIgnoredDuringExecution: random.several(1, 3, () => ({
            weight: 1 + random.below(100),
            preference: nodeTerm(random, { valid: true }),
          })),
        }
      : {}),
  };
}

/** `valid`: as the API server takes it, since the scheduler gives up over a preference that it does not understand. */
function nodeTerm(random: Random, { valid }: { readonly valid: boolean }): object {
  return {
    ...(random.chance(0.8) ? { matchExpressions: random.several(1, 2, () => expression(random, valid)) } : {}),
    ...(random.chance(0.3)
      ? {
          matchFields: random.several(1, 2, () => ({
            key: "metadata.name",
            operator: random.pick(["In", "In", "NotIn"]),
            values: [random.pick(["node-0", "node-1", "node-2", "none"])],
          })),
        }
      : {}),
  };
}

function expression(random: Random, valid: boolean): object {
  const key = random.pick(["disk", "size", "topology.kubernetes.io/zone"]);
  const operator = random.pick(["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]);
  const values = ["ssd", "hdd", "7", "a", "b", ""];
  if (operator === "Exists" || operator === "DoesNotExist") return { key, operator };
  if (operator === "Gt" || operator === "Lt")
    return { key: "size", operator, values: [random.pick(valid ? ["3", "7"] : ["3", "7", "x"])] };
  return { key, operator, values: random.several(1, 2, () => random.pick(values)) };
}

function toleration(random: Random): object {
  return {
    ...(random.chance(0.8) ? { key: random.pick(["gone", "slow", "node.kubernetes.io/unschedulable"]) } : {}),
    ...random.pick([
      { operator: "Exists" },
      { operator: "Exists" },
      { operator: "Equal", value: "yes" },
      { value: "yes" },
      {},
    ]),
    ...(random.chance(0.5) ? { effect: random.pick(["NoExecute", "NoSchedule", "PreferNoSchedule"]) } : {}),
  };
}

function topologyKey(random: Random): string {
  return random.pick(["kubernetes.io/hostname", "topology.kubernetes.io/zone", "topology.kubernetes.io/zone", "disk"]);
}

function constraint(random: Random): object {
  const required = random.chance(0.5);
  return {
    topologyKey: topologyKey(random),
    maxSkew: 1 + random.below(3),
    whenUnsatisfiable: required ? "DoNotSchedule" : "ScheduleAnyway",
    ...(required && random.chance(0.2) ? { minDomains: 1 + random.below(4) } : {}),
    ...(random.chance(0.95) ? { labelSelector: selector(random) } : {}),
    ...(random.chance(0.2) ? { matchLabelKeys: ["pod-template-hash"] } : {}),
    ...(random.chance(0.3) ? { nodeAffinityPolicy: random.pick(["Honor", "Ignore"]) } : {}),
    ...(random.chance(0.3) ? { nodeTaintsPolicy: random.pick(["Honor", "Ignore"]) } : {}),
  };
}

function podTerms(random: Random): object {
  return {
    ...(random.chance(0.6)
      ? { requiredDuringSchedulingIgnoredDuringExecution: random.several(1, 2, () => podTerm(random)) }
      : {}),
    ...(random.chance(0.6)
      ? {
          preferredDuringSchedulingIgnoredDuringExecution: random.several(1, 2, () => ({
            weight: 1 + random.below(100),
            podAffinityTerm: podTerm(random),
          })),
        }
      : {}),
  };
}

function podTerm(random: Random): object {
  return {
    topologyKey: topologyKey(random),
    ...(random.chance(0.95) ? { labelSelector: selector(random) } : {}),
    ...(random.chance(0.2) ? { namespaces: random.several(1, 2, () => namespace(random)) } : {}),
    ...(random.chance(0.25)
      ? { namespaceSelector: random.chance(0.3) ? {} : { matchLabels: { team: random.pick(["a", "b", "c"]) } } }
      : {}),
  };
}

function selector(random: Random): object {
  if (random.chance(0.07)) return {};
  return {
    ...(random.chance(0.8) ? { matchLabels: { app: random.pick(["web", "web", "db"]) } } : {}),
    ...(random.chance(0.4) ? { matchExpressions: random.several(1, 2, () => labelExpression(random)) } : {}),
  };
}

function labelExpression(random: Random): object {
  const key = random.pick(["app", "tier", "pod-template-hash"]);
  const operator = random.pick(["In", "NotIn", "Exists", "DoesNotExist"]);
  if (operator === "Exists" || operator === "DoesNotExist") return { key, operator };
  return { key, operator, values: random.several(1, 2, () => random.pick(["web", "db", "front", "1"])) };
}

function service(random: Random, own: string): object {
  return {
    metadata: { namespace: own, name: `service-${random.below(10_000)}` },
    spec: random.chance(0.9) ? { selector: random.chance(0.9) ? { app: random.pick(["web", "db"]) } : {} } : {},
  };
}
