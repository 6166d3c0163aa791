import type { SchedulerProfile } from "../model/scheduler-profile.ts";
import { areInConflict, hostPortsOf } from "./host-ports.ts";
import { matchesNode, matchesTerm } from "./node-affinity.ts";
import type { PlaceState } from "./place-index.ts";
import type { Filter } from "./plugin.ts";
import { isExtended, requestedBy } from "./requests.ts";
import { isTolerated } from "./taints.ts";

/** [kubernetes v1.36.3, pkg/scheduler/framework/plugins/nodeunschedulable/node_unschedulable.go] */
export const nodeUnschedulable: Filter = {
  plugin: "NodeUnschedulable",
  prepare: ({ tolerations }) => {
    const isTaken = isTolerated(
      { key: "node.kubernetes.io/unschedulable", value: "", effect: "NoSchedule" },
      tolerations,
    );
    return isTaken ? null : ({ node }) => (node.unschedulable ? "the node is cordoned" : null);
  },
};

/** [pkg/scheduler/framework/plugins/nodename/node_name.go] */
export const nodeName: Filter = {
  plugin: "NodeName",
  prepare: ({ node: wanted }) =>
    wanted === null ? null : ({ node: { name } }) => (name === wanted ? null : `it is for the node ${wanted}`),
};

/** [pkg/scheduler/framework/plugins/tainttoleration/taint_toleration.go] */
export const taints: Filter = {
  plugin: "TaintToleration",
  prepare:
    ({ tolerations }) =>
    ({ node }) => {
      const isAgainst = ({ effect }: { readonly effect: string }): boolean =>
        effect === "NoSchedule" || effect === "NoExecute";
      const taint = node.taints.find((each) => isAgainst(each) && !isTolerated(each, tolerations));
      return taint === undefined ? null : `it does not tolerate the taint ${taint.key}:${taint.effect}`;
    },
};

/** [pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go] */
export const nodeAffinity: Filter = {
  plugin: "NodeAffinity",
  prepare: (pod, { profile: { addedAffinity } }) =>
    pod.nodeSelector.size === 0 && pod.nodeAffinity === null && addedAffinity === null
      ? null
      : ({ node }) => {
          if (addedAffinity !== null && !addedAffinity.some((term) => matchesTerm(term, node)))
            return "the scheduler's configuration is against this node";
          return matchesNode(pod, node) ? null : "its node selector or affinity is not for this node";
        },
};

/** [pkg/scheduler/framework/plugins/nodeports/node_ports.go] */
export const nodePorts: Filter = {
  plugin: "NodePorts",
  prepare: (pod) => {
    const wanted = hostPortsOf(pod);
    if (wanted.length === 0) return null;
    return ({ hostPorts }) => {
      const port = wanted.find((each) => hostPorts.some((taken) => areInConflict(each, taken)));
      return port === undefined ? null : `another pod has host port ${port.port}/${port.protocol.toLowerCase()}`;
    };
  },
};

/** [pkg/scheduler/framework/plugins/noderesources/fit.go, fitsRequest] */
export const resourcesFit: Filter = {
  plugin: "NodeResourcesFit",
  prepare: (pod, { profile }) => {
    const asked = [...requestedBy(pod)]
      .filter(([resource]) => !isIgnored(resource, profile))
      .map(([resource, amount]) => [resource, Number(amount)] as const);
    return (state) => tooManyPods(state) ?? tooLittle(asked, state);
  },
};

function isIgnored(resource: string, { ignoredResources, ignoredResourceGroups }: SchedulerProfile): boolean {
  const [group = ""] = resource.split("/");
  return isExtended(resource) && (ignoredResources.has(resource) || ignoredResourceGroups.has(group));
}

function tooManyPods({ pods, allocatable }: PlaceState): string | null {
  const most = allocatable.get("pods") ?? 0;
  return pods.size + 1 > most ? `it has ${pods.size} of ${most} pods` : null;
}

function tooLittle(
  asked: readonly (readonly [string, number])[],
  { allocatable, requested }: PlaceState,
): string | null {
  for (const [resource, amount] of asked) {
    const [all, used] = [allocatable.get(resource) ?? 0, requested.get(resource) ?? 0];
    if (amount > 0 && amount > all - used) {
      const unit = resource === "cpu" ? "m" : "";
      return `the pod asks for ${amount}${unit} of ${resource}, and ${used}${unit} of ${all}${unit} are taken`;
    }
  }
  return null;
}
