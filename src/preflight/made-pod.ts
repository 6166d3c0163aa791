import { isJsonObject, type Json, type JsonObject } from "../model/json.ts";
import { objectsOf, type Workload } from "./workloads.ts";

/**
 * A pod of a workload as its controller and the API server make it, as far as the filters look at it: host ports that follow from
 * the host's network, which a Pod gets and a template does not [kubernetes v1.36.3, pkg/apis/core/v1/defaults.go,
 * SetDefaults_Pod], requests that follow from limits [the same], and the tolerations of daemons.
 */
export function madePod({ object, kind, template }: Workload): JsonObject {
  const spec = isJsonObject(template["spec"]) ? template["spec"] : {};
  const metadata = isJsonObject(template["metadata"]) ? template["metadata"] : {};
  const { namespace, name } = object.key;
  const isOnHost = spec["hostNetwork"] === true;
  const containers = (key: string): Json => objectsOf(spec[key]).map((each) => madeContainer(each, isOnHost));
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...metadata, namespace: namespace ?? "default", name: `${name}-new`, uid: "not made yet" },
    spec: {
      ...spec,
      containers: containers("containers"),
      ...(spec["initContainers"] === undefined ? {} : { initContainers: containers("initContainers") }),
      tolerations: [...objectsOf(spec["tolerations"]), ...(kind === "DaemonSet" ? daemonTolerations(isOnHost) : [])],
    },
  };
}

function madeContainer(container: JsonObject, isOnHost: boolean): JsonObject {
  const resources = isJsonObject(container["resources"]) ? container["resources"] : {};
  const limits = isJsonObject(resources["limits"]) ? resources["limits"] : {};
  const requests = isJsonObject(resources["requests"]) ? resources["requests"] : {};
  const ports = objectsOf(container["ports"]).map((port) =>
    isOnHost && (port["hostPort"] === undefined || port["hostPort"] === 0)
      ? { ...port, hostPort: port["containerPort"] ?? 0 }
      : port,
  );
  return {
    ...container,
    resources: { limits: quantities(limits), requests: quantities({ ...limits, ...requests }) },
    ports,
  };
}

/** A quantity may be written as a number. */
function quantities(resources: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(resources).map(([key, value]) => [key, typeof value === "number" ? String(value) : value]),
  );
}

/** [kubernetes v1.36.3, pkg/controller/daemon/util/daemonset_util.go, AddOrUpdateDaemonPodTolerations] */
function daemonTolerations(isOnHost: boolean): readonly JsonObject[] {
  const taints: readonly (readonly [string, string])[] = [
    ["not-ready", "NoExecute"],
    ["unreachable", "NoExecute"],
    ["disk-pressure", "NoSchedule"],
    ["memory-pressure", "NoSchedule"],
    ["pid-pressure", "NoSchedule"],
    ["unschedulable", "NoSchedule"],
    ...(isOnHost ? [["network-unavailable", "NoSchedule"] as const] : []),
  ];
  return taints.map(([name, effect]) => ({ key: `node.kubernetes.io/${name}`, operator: "Exists", effect }));
}
