import type { NodeTerm, Requirement, SchedulingNode, SchedulingPod } from "../model/scheduling.ts";

type Labels = ReadonlyMap<string, string>;

/**
 * Whether a node is one that a pod has to be on: its node selector, and one of the terms of its required affinity
 * [component-helpers v0.36.3, scheduling/corev1/nodeaffinity/nodeaffinity.go].
 */
export function matchesNode(
  { nodeSelector, nodeAffinity }: Pick<SchedulingPod, "nodeSelector" | "nodeAffinity">,
  node: Pick<SchedulingNode, "name" | "labels">,
): boolean {
  for (const [key, value] of nodeSelector) if (node.labels.get(key) !== value) return false;
  return nodeAffinity === null || nodeAffinity.some((term) => matchesTerm(term, node));
}

/**
 * The nodes that a pod's required affinity names, before anything else is looked at; `null`: a term of it names none [kubernetes
 * v1.36.3, pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go, PreFilter].
 */
export function namesAsked({ nodeAffinity }: Pick<SchedulingPod, "nodeAffinity">): ReadonlySet<string> | null {
  if (nodeAffinity === null || nodeAffinity.length === 0) return null;
  const all = new Set<string>();
  for (const { fields } of nodeAffinity) {
    const named = fields.filter(({ key, operator }) => key === "metadata.name" && operator === "In");
    const [first, ...others] = named;
    if (first === undefined) return null;
    for (const name of first.values) if (others.every(({ values }) => values.includes(name))) all.add(name);
  }
  return all;
}

/** A term without requirements matches nothing, and neither does one with a requirement that makes no sense. */
export function matchesTerm(term: NodeTerm, { name, labels }: Pick<SchedulingNode, "name" | "labels">): boolean {
  if (term.labels.length === 0 && term.fields.length === 0) return false;
  return (
    term.labels.every((requirement) => meets(requirement, labels)) &&
    term.fields.every((requirement) => matchesFields(requirement, name))
  );
}

/** Whether labels meet a requirement [apimachinery v0.36.3, pkg/labels/selector.go, NewRequirement and Matches]. */
export function meets({ key, operator, values }: Requirement, labels: Labels): boolean {
  if (!values.every(isLabelValue)) return false;
  const label = labels.get(key);
  switch (operator) {
    case "In":
      return label !== undefined && values.includes(label);
    case "NotIn":
      return values.length > 0 && (label === undefined || !values.includes(label));
    case "Exists":
      return values.length === 0 && label !== undefined;
    case "DoesNotExist":
      return values.length === 0 && label === undefined;
    case "Gt":
    case "Lt":
      return values.length === 1 && label !== undefined && compares(operator, label, values[0] ?? "");
    default:
      return false;
  }
}

/** The name of a node is the only field; any other is empty [the same file, nodeSelectorRequirementsAsFieldSelector]. */
function matchesFields({ key, operator, values }: Requirement, name: string): boolean {
  if (values.length !== 1) return false;
  const field = key === "metadata.name" ? name : "";
  return operator === "In" ? field === values[0] : operator === "NotIn" && field !== values[0];
}

function compares(operator: "Gt" | "Lt", label: string, value: string): boolean {
  const [left, right] = [whole(label), whole(value)];
  if (left === null || right === null) return false;
  return operator === "Gt" ? left > right : left < right;
}

/** 64 bits with a sign, in decimal; a label has no sign. */
function whole(text: string): bigint | null {
  if (!/^[0-9]{1,40}$/.test(text)) return null;
  const number = BigInt(text);
  return number < 2n ** 63n ? number : null;
}

/** [apimachinery v0.36.3, pkg/api/validate/content/kube.go, IsLabelValue] */
function isLabelValue(value: string): boolean {
  return value.length <= 63 && /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)?$/.test(value);
}
