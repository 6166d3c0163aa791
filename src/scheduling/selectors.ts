import type { PodTerm, Selector } from "../model/placing.ts";
import { meets } from "./node-affinity.ts";

type Labels = ReadonlyMap<string, string>;

/** [apimachinery v0.36.3, pkg/apis/meta/v1/helpers.go, LabelSelectorAsSelector] */
export function selects(selector: Selector, labels: Labels): boolean {
  return selector !== null && selector.every((requirement) => meets(requirement, labels));
}

/** Whether a selector is for everything, which some rules take for none. */
export function isEverything(selector: Selector): boolean {
  return selector?.length === 0;
}

/** The selector of labels that all have to be there. */
export function selectorOf(labels: Labels): NonNullable<Selector> {
  return [...labels].map(([key, value]) => ({ key, operator: "In", values: [value] }));
}

/**
 * Whether a term of a pod's affinity is for another pod [kube-scheduler v0.36.3, framework/types.go, Matches]. `namespaceLabels`: of the other's
 * namespace.
 */
export function isFor(
  { namespaces, namespaceSelector, selector }: PodTerm,
  other: { readonly namespace: string; readonly labels: Labels },
  namespaceLabels: Labels,
): boolean {
  return (
    (namespaces.includes(other.namespace) || selects(namespaceSelector, namespaceLabels)) &&
    selects(selector, other.labels)
  );
}
