import type { ServedCluster } from "../test/builders/placing-cluster.ts";
import { seededRandom } from "./random.ts";

export interface PlacingSize {
  readonly nodes: number;
  readonly pods: number;
}

/** What the pods of a rollout ask of where they are. */
export type Asked = "default spreading" | "spread constraints" | "anti-affinity" | "host port";

const zones = ["a", "b", "c"] as const;
const applications = 300;
const namespaces = 50;

/**
 * A cluster, the same for the same size, and a pod of a Deployment of it that is to be placed: 300 applications in 50 namespaces, each with a
 * ReplicaSet and a Service, whose pods are spread over all nodes; each tenth keeps away from its like where it can.
 */
export function generatePlacing({ nodes, pods }: PlacingSize, asked: Asked): Required<ServedCluster> {
  const random = seededRandom(1);
  const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
  return {
    pod: { metadata: metadata(0, "new"), spec: { ...specOf(0, "100m"), ...askedFor[asked] } },
    nodes: numbers(nodes).map((index) => ({
      metadata: {
        name: nodeName(index),
        labels: { "kubernetes.io/hostname": nodeName(index), "topology.kubernetes.io/zone": zones[index % 3] },
      },
      spec: {},
      status: {
        allocatable: { cpu: random.pick(["16", "32"]), memory: random.pick(["64Gi", "128Gi"]), pods: "110" },
        images: numbers(20).map((image) => ({ names: [imageName(index + image)], sizeBytes: 100_000_000 + image })),
      },
    })),
    pods: numbers(pods).map((index) => {
      const application = index % applications;
      return {
        metadata: metadata(application, `pod-${index}`),
        spec: {
          nodeName: nodeName(random.between(0, nodes - 1)),
          ...specOf(application, random.pick(["50m", "100m", "250m"])),
          ...(application % 10 === 9 ? { affinity: awayFromLike(application, "preferred") } : {}),
        },
        status: { phase: "Running" },
      };
    }),
    namespaces: numbers(namespaces).map((index) => ({ metadata: { name: `namespace-${index}`, labels: {} } })),
    services: numbers(applications).map((index) => ({
      metadata: { namespace: namespaceOf(index), name: `application-${index}` },
      spec: { selector: { app: `application-${index}` } },
    })),
    replicaSets: numbers(applications).map((index) => ({
      metadata: { namespace: namespaceOf(index), name: `application-${index}` },
      spec: { selector: { matchLabels: labelsOf(index) } },
    })),
    statefulSets: [],
    replicationControllers: [],
  };
}

const askedFor: Readonly<Record<Asked, object>> = {
  "default spreading": {},
  "spread constraints": {
    topologySpreadConstraints: [
      {
        topologyKey: "topology.kubernetes.io/zone",
        maxSkew: 1,
        whenUnsatisfiable: "DoNotSchedule",
        labelSelector: { matchLabels: labelsOf(0) },
      },
      {
        topologyKey: "kubernetes.io/hostname",
        maxSkew: 1,
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: labelsOf(0) },
      },
    ],
  },
  "anti-affinity": { affinity: awayFromLike(0, "required") },
  "host port": {
    hostNetwork: true,
    ...specOf(0, "100m", [{ containerPort: 29652, hostPort: 29652, protocol: "TCP" }]),
  },
};

function awayFromLike(application: number, how: "required" | "preferred"): object {
  const term = { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: labelsOf(application) } };
  return how === "required"
    ? { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } }
    : {
        podAntiAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term }],
        },
      };
}

function metadata(application: number, name: string): object {
  return {
    namespace: namespaceOf(application),
    name,
    uid: name,
    labels: labelsOf(application),
    ownerReferences: [
      { apiVersion: "apps/v1", kind: "ReplicaSet", name: `application-${application}`, uid: "owner", controller: true },
    ],
  };
}

function specOf(application: number, cpu: string, ports: readonly object[] = []): object {
  const resources = { requests: { cpu, memory: "128Mi" } };
  return { containers: [{ name: "main", image: imageName(application), resources, ports }] };
}

function labelsOf(application: number): Record<string, string> {
  return { app: `application-${application}`, "pod-template-hash": "1" };
}

function nodeName(index: number): string {
  return `node-${String(index).padStart(4, "0")}`;
}

function imageName(index: number): string {
  return `registry.example/image-${index % applications}:1`;
}

function namespaceOf(application: number): string {
  return `namespace-${application % namespaces}`;
}
