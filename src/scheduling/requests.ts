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
  const requests = summed(pod, (container) => {
    const given = givenTo(container);
    if (container.actual === null || container.kind === "init") return given;
    const { actual, allocated } = container;
    return pod.resizeInfeasible ? most(actual, allocated ?? none) : most(given, actual, allocated ?? none);
  });
  return counted(withOverhead(pod, withOwn(pod, requests, ownTaken)));
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
  const { own, resizeInfeasible } = pod;
  const given = ownGiven(pod, resource, requested);
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
