import type { Resources, SchedulingContainer, SchedulingPod } from "../model/scheduling.ts";
import { thousandths, wholeUnits } from "./quantity.ts";

/** By resource, in the unit that is counted in: thousandths of a processor, bytes, devices. */
export type Counted = ReadonlyMap<string, bigint>;

/**
 * What the kubelet asks of a node for a pod that it admits: the requests that it has given the pod before, where it has given
 * any [kubernetes v1.36.3, pkg/kubelet/allocation/allocation_manager.go, AddPod], and without what the node does not count
 * [pkg/kubelet/lifecycle/predicate.go, removeMissingExtendedResources].
 */
export function askedFor(pod: SchedulingPod, allocatable: Resources): Counted {
  const isCounted = ({ name }: SchedulingContainer, resource: string): boolean =>
    !pod.claimed.has(`${name}/${resource}`) && (!isExtended(resource) || allocatable.has(resource));
  const requests = summed(pod, (container) => {
    return new Map([...givenTo(container)].filter(([resource]) => isCounted(container, resource)));
  });
  return counted(withOverhead(pod, withOwn(pod, requests, ownGiven)));
}

/**
 * What a pod that was admitted takes of its node: the most of what it was given and of what it runs with [component-helpers
 * v0.36.3, resource/helpers.go, PodRequests; kubernetes v1.36.3, pkg/scheduler/framework/types.go, CalculateResource].
 */
export function takenBy(pod: SchedulingPod): Counted {
  const requests = summed(pod, (container) => withActual(pod, container, givenTo(container)));
  return counted(withOverhead(pod, withOwn(pod, requests, ownTaken)));
}

/**
 * What a pod takes of its node to the scheduler, which goes by what the pod asks for and not by what a kubelet gave it, until that
 * says what it runs with [the same].
 */
export function requestedBy(pod: SchedulingPod): Counted {
  const requests = summed(pod, (container) => withActual(pod, container, container.requests));
  return counted(withOverhead(pod, withOwn(pod, requests, ownRequested)));
}

/** What is asked for a container, or what it has where that is more. */
function withActual({ resizeInfeasible }: SchedulingPod, container: SchedulingContainer, asked: Resources): Resources {
  const { actual, allocated, kind } = container;
  if (actual === null || kind === "init") return asked;
  return resizeInfeasible ? most(actual, allocated ?? none) : most(asked, actual, allocated ?? none);
}

/**
 * What a pod that is on a node counts for where nodes are scored by how full they are: a container that asks for nothing counts with the scheduler's
 * default, unless the pod as a whole asks [kubernetes v1.36.3, pkg/scheduler/framework/types.go, CalculateResource].
 */
export function scoredOnNode(pod: SchedulingPod): ScoredRequests {
  const asks = isRequestOfWhole(pod) ? requestedBy(pod) : new Map<string, bigint>();
  const missing = new Map([...defaultRequests].filter(([resource]) => !asks.has(resource)));
  return inBoth(pod, withOwn(pod, filled(pod, missing), ownRequested));
}

/**
 * And what one that is to be placed counts for: by its containers alone, whatever the pod asks for as a whole [the same,
 * framework/plugins/noderesources/fit.go, NewFit: its scorer is not told of that feature].
 */
export function scoredWhenPlaced(pod: SchedulingPod): ScoredRequests {
  return inBoth(pod, filled(pod, defaultRequests));
}

function filled(pod: SchedulingPod, missing: Resources): Resources {
  return summed(pod, (container) => new Map([...missing, ...withActual(pod, container, container.requests)]));
}

function inBoth(pod: SchedulingPod, requests: Resources): ScoredRequests {
  const all = counted(withOverhead(pod, requests));
  return { cpu: Number(all.get("cpu") ?? 0n), memory: Number(all.get("memory") ?? 0n) };
}

/** Thousandths of a processor, and bytes. */
export interface ScoredRequests {
  readonly cpu: number;
  readonly memory: number;
}

/** 100m and 200 MiB, in billionths. */
const defaultRequests: Resources = new Map([
  ["cpu", 100_000_000n],
  ["memory", 209_715_200_000_000_000n],
]);

function isRequestOfWhole({ own }: SchedulingPod): boolean {
  return own !== null && [...own.requests.keys()].some(isOfWholePods);
}

/** What ending a pod would give back, as preemption counts it [kubernetes v1.36.3, pkg/api/v1/resource/helpers.go]. */
export function freedBy(pod: SchedulingPod, resource: string): bigint {
  if (resource === "pods") return 1n;
  const requests = isOwnSet(pod) ? none : summed(pod, givenTo);
  const asked = withOwn(pod, requests, ownGiven).get(resource) ?? 0n;
  const all = asked === 0n ? 0n : asked + (pod.overhead.get(resource) ?? 0n);
  return resource === "cpu" ? thousandths(all) : wholeUnits(all);
}

/** Whether a resource is one that a node may have or not [pkg/apis/core/v1/helper/helpers.go, IsExtendedResourceName]. */
export function isExtended(resource: string): boolean {
  return resource.includes("/") && !resource.includes("kubernetes.io/") && !resource.startsWith("requests.");
}

const none: Resources = new Map();

/** What the kubelet gave a container; before it did, what the container asks for. */
function givenTo({ requests, allocated }: SchedulingContainer): Resources {
  return allocated ?? requests;
}

/**
 * The containers run together, and each init container runs before them, beside the sidecars that are started by then
 * [component-helpers v0.36.3, resource/helpers.go, AggregateContainerRequests].
 */
function summed({ containers }: SchedulingPod, of: (container: SchedulingContainer) => Resources): Resources {
  const together = new Map<string, bigint>();
  const sidecars = new Map<string, bigint>();
  const before = new Map<string, bigint>();
  for (const container of containers.filter(({ kind }) => kind === "main")) add(together, of(container));
  for (const container of containers.filter(({ kind }) => kind !== "main")) {
    const own = of(container);
    const meanwhile = new Map(sidecars);
    add(meanwhile, own);
    raise(before, meanwhile);
    if (container.kind === "init") continue;
    add(together, own);
    add(sidecars, own);
  }
  raise(together, before);
  return together;
}

type OfOwn = (pod: SchedulingPod, resource: string, requested: bigint) => bigint;

/** What a pod asks for as a whole stands in place of what its containers do. */
function withOwn(pod: SchedulingPod, requests: Resources, of: OfOwn): Resources {
  const all = new Map(requests);
  for (const [resource, requested] of pod.own?.requests ?? none)
    if (isOfWholePods(resource)) all.set(resource, of(pod, resource, requested));
  return all;
}

/** `status.allocatedResources` has the overhead in it [kubernetes v1.36.3, pkg/kubelet/kubelet_pods.go, generateAPIPodStatus]. */
function ownGiven({ own, overhead }: SchedulingPod, resource: string, requested: bigint): bigint {
  const given = own?.allocated?.get(resource);
  return given === undefined ? requested : given - (overhead.get(resource) ?? 0n);
}

/** Nowhere is the overhead taken out of it again: it counts twice [component-helpers v0.36.3, resource/helpers.go, PodRequests]. */
function ownTaken(pod: SchedulingPod, resource: string, requested: bigint): bigint {
  return ownRequested(pod, resource, ownGiven(pod, resource, requested));
}

function ownRequested({ own, resizeInfeasible }: SchedulingPod, resource: string, given: bigint): bigint {
  if (own === null || own.actual === null) return given;
  const those = [own.actual.get(resource) ?? 0n, own.allocated?.get(resource) ?? 0n];
  return greatest(resizeInfeasible ? those : [given, ...those]);
}

function isOwnSet({ own }: SchedulingPod): boolean {
  return own !== null && [...own.requests.keys(), ...own.limits.keys()].some(isOfWholePods);
}

/** Those that a pod may ask for as a whole [component-helpers v0.36.3, resource/helpers.go, IsSupportedPodLevelResource]. */
function isOfWholePods(resource: string): boolean {
  return resource === "cpu" || resource === "memory" || resource.startsWith("hugepages-");
}

function withOverhead({ overhead }: SchedulingPod, requests: Resources): Resources {
  const all = new Map(requests);
  add(all, overhead);
  return all;
}

/** Only these are counted [kubernetes v1.36.3, pkg/scheduler/framework/types.go, Resource; pkg/scheduler/util/utils.go]. */
function counted(requests: Resources): Counted {
  const all = new Map<string, bigint>();
  for (const [resource, billionths] of requests) {
    if (resource === "cpu") all.set(resource, thousandths(billionths));
    else if (isCountedByUnits(resource)) all.set(resource, wholeUnits(billionths));
  }
  return all;
}

/** Of a node, where pods are counted as well. */
export function countedOfNode(allocatable: Resources): Counted {
  const pods = allocatable.get("pods");
  return new Map([...counted(allocatable), ...(pods === undefined ? [] : [["pods", wholeUnits(pods)] as const])]);
}

function isCountedByUnits(resource: string): boolean {
  return (
    resource === "memory" ||
    resource === "ephemeral-storage" ||
    isExtended(resource) ||
    resource.startsWith("hugepages-") ||
    resource.includes("kubernetes.io/") ||
    resource.startsWith("attachable-volumes-")
  );
}

function add(to: Map<string, bigint>, more: Resources): void {
  for (const [resource, billionths] of more) to.set(resource, (to.get(resource) ?? 0n) + billionths);
}

function raise(to: Map<string, bigint>, other: Resources): void {
  for (const [resource, billionths] of other) {
    const before = to.get(resource);
    if (before === undefined || billionths > before) to.set(resource, billionths);
  }
}

function most(...all: readonly Resources[]): Resources {
  const result = new Map<string, bigint>();
  for (const each of all) raise(result, each);
  return result;
}

function greatest(all: readonly bigint[]): bigint {
  return all.reduce((one, other) => (one > other ? one : other), 0n);
}
