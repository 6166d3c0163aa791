import type { SchedulingPod } from "../model/scheduling.ts";
import { freedBy } from "./requests.ts";

/** How much of a resource is missing, in the unit that it is counted in. */
export interface Lack {
  readonly resource: string;
  readonly amount: bigint;
}

/** Priority from which on a pod is critical [kubernetes v1.36.3, pkg/apis/scheduling/types.go, SystemCriticalPriority]. */
const systemCritical = 2_000_000_000;

/** Whether the kubelet makes room for a pod by ending others [pkg/kubelet/types/pod_update.go, IsCriticalPod]. */
export function isCritical({ source, priority }: Pick<SchedulingPod, "source" | "priority">): boolean {
  return source !== "api" || (priority !== null && priority >= systemCritical);
}

/**
 * Pods that the kubelet ends to make room for a critical one; `null`: there are not enough that it may end. Of those that do
 * equally well it takes one or another, since it has them in no order [kubernetes v1.36.3, pkg/kubelet/preemption/preemption.go,
 * getPodsToPreempt].
 */
export function endedFor(
  critical: SchedulingPod,
  pods: readonly SchedulingPod[],
  lacks: readonly Lack[],
): readonly SchedulingPod[] | null {
  const others = pods.filter((pod) => mayBeEnded(critical, pod));
  const of = (qos: SchedulingPod["qos"]): SchedulingPod[] => others.filter((pod) => (pod.qos ?? "BestEffort") === qos);
  const [bestEffort, burstable, guaranteed] = [of("BestEffort"), of("Burstable"), of("Guaranteed")];
  if (without(lacks, others).length > 0) return null;
  const ofGuaranteed = nearest(guaranteed, without(lacks, [...bestEffort, ...burstable]));
  const ofBurstable = nearest(burstable, without(lacks, [...bestEffort, ...ofGuaranteed]));
  const ofBestEffort = nearest(bestEffort, without(lacks, [...ofBurstable, ...ofGuaranteed]));
  return [...ofBestEffort, ...ofBurstable, ...ofGuaranteed];
}

/** [pkg/kubelet/types/pod_update.go, Preemptable] */
function mayBeEnded(critical: SchedulingPod, pod: SchedulingPod): boolean {
  if (isCritical(critical) && !isCritical(pod)) return true;
  return critical.priority !== null && pod.priority !== null && critical.priority > pod.priority;
}

/** What is still missing once these are gone. */
function without(lacks: readonly Lack[], pods: readonly SchedulingPod[]): readonly Lack[] {
  return lacks.flatMap(({ resource, amount }) => {
    const left = pods.reduce((sum, pod) => sum - freedBy(pod, resource), amount);
    return left > 0n ? [{ resource, amount: left }] : [];
  });
}

/** One after another, the one that comes nearest to what is missing, and of two the smaller. */
function nearest(pods: readonly SchedulingPod[], lacks: readonly Lack[]): readonly SchedulingPod[] {
  const candidates = [...pods];
  const ended: SchedulingPod[] = [];
  let missing = lacks;
  while (missing.length > 0) {
    const place = nearestOf(candidates, missing);
    const best = candidates[place];
    const last = candidates.pop();
    if (best === undefined || last === undefined) return ended;
    // As there, the last takes the place of the one that is taken: of those that do equally well the same is found.
    if (place < candidates.length) candidates[place] = last;
    ended.push(best);
    missing = without(missing, [best]);
  }
  return ended;
}

function nearestOf(pods: readonly SchedulingPod[], lacks: readonly Lack[]): number {
  let best = 0;
  let bestDistance = lacks.length + 1;
  for (const [place, pod] of pods.entries()) {
    const distance = distanceOf(pod, lacks);
    const other = pods[best];
    if (distance > bestDistance) continue;
    if (distance === bestDistance && other !== undefined && !isSmaller(pod, other)) continue;
    best = place;
    bestDistance = distance;
  }
  return best;
}

function distanceOf(pod: SchedulingPod, lacks: readonly Lack[]): number {
  return lacks.reduce((sum, { resource, amount }) => {
    const left = Number(amount - freedBy(pod, resource));
    return left > 0 ? sum + (left / Number(amount)) ** 2 : sum;
  }, 0);
}

function isSmaller(one: SchedulingPod, other: SchedulingPod): boolean {
  for (const resource of ["memory", "cpu"]) {
    const [left, right] = [freedBy(one, resource), freedBy(other, resource)];
    if (left !== right) return left < right;
  }
  return true;
}
