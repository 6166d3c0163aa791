import { keyText, type RenderedObject } from "../model/rendered-release.ts";
import type { Placement } from "../model/placement.ts";
import type { SchedulingNode, SchedulingPod } from "../model/scheduling.ts";
import { isKnown, known, unknown, type Reason, type Told } from "../model/told.ts";
import type { PreflightCluster, RunningPod } from "./cluster.ts";
import { doubtOf, fitOn, notSimulated, type Fit } from "./fits.ts";
import { madePod } from "./made-pod.ts";
import { differences } from "./mask.ts";
import { workloadsOf, type Workload } from "./workloads.ts";

/** Where the pods of the workloads of a release are before, and where they can be once the rollout has ended. */
export interface Placed {
  readonly placements: readonly Placement[];
  readonly places: readonly WorkloadPlace[];
  /** What could not be told of it. */
  readonly untold: readonly Reason[];
}

interface WorkloadPlace {
  readonly workload: Workload;
  /** How many pods there are to be. */
  readonly wanted: number;
  /** How many of these find no node whatever happens; more may. */
  readonly homeless: number;
  /** Its pods stay as they are: nothing that makes them changes. */
  readonly stays: boolean;
  /** Nodes that pods of it fit on. */
  readonly nodes: readonly string[];
}

/** Unknown: nodes or pods of the cluster are. */
export function place(
  before: readonly RenderedObject[],
  after: readonly RenderedObject[],
  cluster: PreflightCluster,
): Told<Placed> {
  if (!isKnown(cluster.nodes)) return cluster.nodes;
  if (!isKnown(cluster.pods)) return cluster.pods;
  const [nodes, pods] = [cluster.nodes.known, cluster.pods.known];
  const earlier = new Map(workloadsOf(before).map((workload) => [keyText(workload.object.key), workload]));
  const placements: Placement[] = [];
  const places: WorkloadPlace[] = [];
  const untold: Reason[] = [];
  // Pods of all workloads of the release that change go, and what takes their place is not placed yet.
  // Daemons first: where they are, their ports and requests are taken.
  const later = workloadsOf(after).toSorted((a, b) => Number(b.kind === "DaemonSet") - Number(a.kind === "DaemonSet"));
  const staying = new Set(later.filter((each) => isSame(earlier.get(keyText(each.object.key)), each)).map(textOf));
  const going = new Set([...earlier.keys(), ...later.map(textOf)].filter((key) => !staying.has(key)));
  const others = pods.filter(({ owner }) => owner === null || !going.has(owner));
  const come = new Map<string, SchedulingPod[]>();
  for (const workload of later) {
    const own = pods.filter(({ owner }) => owner === textOf(workload));
    placements.push(...running(workload, nodes, own, "before"));
    if (staying.has(textOf(workload))) {
      const there = running(workload, nodes, own, "after");
      const on = there.filter(({ pods: [least] }) => least > 0).map(({ node }) => node);
      const placed = there.reduce((sum, { pods: [least] }) => sum + least, 0);
      const wanted = workload.replicas ?? placed;
      const lacks = wanted > placed ? notSimulated(lackText(workload, placed, wanted)) : null;
      placements.push(...(lacks === null ? there : there.map((each) => withMore(each, wanted - placed, lacks))));
      if (lacks !== null) untold.push(lacks);
      places.push({ workload, wanted, homeless: 0, stays: true, nodes: on });
      continue;
    }
    const made = madePod(workload);
    const pod = cluster.project(made);
    if (!isKnown(pod)) return unknown({ ...pod.unknown, text: `the pods of ${textOf(workload)}: ${pod.unknown.text}` });
    const templateDoubt = templateUntold(workload);
    const doubt =
      templateDoubt ??
      doubtOf(
        made,
        pods.map(({ object }) => object.object),
      );
    const fits = nodes.map((node) => {
      const beside = others.filter(({ pod: { node: on } }) => on === node.name).map((each) => each.pod);
      return { node: node.name, fit: fitOn(pod.known, node, [...beside, ...(come.get(node.name) ?? [])], doubt) };
    });
    const placed = workload.replicas === null ? daemons(workload, fits) : replicas(workload, workload.replicas, fits);
    placements.push(...placed.placements);
    for (const {
      node,
      pods: [least],
    } of placed.placements)
      if (least > 0) come.set(node, [...(come.get(node) ?? []), ...Array.from({ length: least }, () => pod.known)]);
    places.push(placed.place);
    untold.push(...placed.untold);
  }
  return known({ placements, places, untold });
}

function lackText({ object }: Workload, placed: number, wanted: number): string {
  return `${placed} of ${wanted} pods of ${object.key.name} are on a node now, and where the others go is not simulated yet`;
}

function withMore(placement: Placement, more: number, lacks: Reason): Placement {
  const [least, most] = placement.pods;
  return { ...placement, pods: [least, most + more], is: least > 0 ? "will" : { unknown: lacks }, because: lacks.text };
}

function textOf({ object }: Workload): string {
  return keyText(object.key);
}

function isSame(before: Workload | undefined, after: Workload): boolean {
  // Where daemons are follows from the nodes alone, whether they change or not.
  if (before === undefined || after.replicas === null || before.replicas !== after.replicas) return false;
  return templateUntold(after) === null && differences(before.template, after.template, "").length === 0;
}

/** Why something of its pods is not told; what an environment variable or argument holds decides nothing of their place. */
function templateUntold({ object, templateAt }: Workload): Reason | null {
  for (const [pointer, reason] of object.untold) {
    const isAbove = templateAt.startsWith(pointer);
    const inTemplate = pointer.startsWith(`${templateAt}/spec/`);
    if (isAbove || (inTemplate && !/\/(?:env|args|command)\//.test(pointer))) return reason;
  }
  return null;
}

type NodeFit = { readonly node: string; readonly fit: Fit };
type OfWorkload = {
  readonly placements: readonly Placement[];
  readonly place: WorkloadPlace;
  readonly untold: readonly Reason[];
};

function running(
  { object: { key } }: Workload,
  nodes: readonly SchedulingNode[],
  own: readonly RunningPod[],
  when: Placement["when"],
): readonly Placement[] {
  return nodes.map(({ name: node }): Placement => {
    const here = own.filter(({ pod, terminating }) => pod.node === node && (when === "before" || !terminating));
    const there = here.length;
    const ready = here.filter((each) => each.ready).length;
    const because = when === "before" ? "so it is now" : "nothing that makes its pods changes";
    return { workload: key, node, when, pods: [there, there], ready, because, is: there > 0 ? "will" : "cannot" };
  });
}

/** A pod a node that taints and affinity let it on; one that finds no room waits there. */
function daemons(workload: Workload, fits: readonly NodeFit[]): OfWorkload {
  const placements = fits.map(({ node, fit }): Placement => {
    const base = { workload: workload.object.key, node, when: "after", ready: 0 } as const;
    if ("rejectedBy" in fit) return { ...base, pods: [0, 0], is: "cannot", because: fit.why };
    if ("unknown" in fit) return { ...base, pods: [0, 1], is: { unknown: fit.unknown }, because: fit.unknown.text };
    return { ...base, pods: [1, 1], is: "will", because: "a daemon is on every node that it fits on" };
  });
  const should = fits.filter(({ fit }) => !("rejectedBy" in fit) || !isOfNode(fit.rejectedBy));
  const homeless = should.filter(({ fit }) => "rejectedBy" in fit).length;
  const nodes = placements.filter(({ pods }) => pods[1] > 0).map(({ node }) => node);
  const untold = placements.flatMap(({ is }) => (typeof is === "string" ? [] : [is.unknown]));
  return {
    placements,
    place: { workload, wanted: should.length, homeless, stays: false, nodes },
    untold: first(untold),
  };
}

function isOfNode(plugin: string): boolean {
  return plugin === "TaintToleration" || plugin === "NodeAffinity";
}

function replicas(workload: Workload, wanted: number, fits: readonly NodeFit[]): OfWorkload {
  const room = ({ fit }: NodeFit): number => {
    if ("rejectedBy" in fit) return 0;
    return Math.min(wanted, "fits" in fit ? fit.fits : fit.atMost);
  };
  const all = fits.reduce((sum, each) => sum + room(each), 0);
  const nodes = fits.filter((each) => room(each) > 0).map(({ node }) => node);
  const sure = Math.min(wanted, all);
  const isDoubtful = fits.some(({ fit }) => "unknown" in fit);
  const placements = fits.map((each): Placement => {
    const base = { workload: workload.object.key, node: each.node, when: "after", ready: 0 } as const;
    const { fit } = each;
    if ("rejectedBy" in fit) return { ...base, pods: [0, 0], is: "cannot", because: fit.why };
    // What is left when every other node has all that it has room for.
    const least = isDoubtful ? 0 : Math.max(0, sure - (all - room(each)));
    const pods = [least, room(each)] as const;
    if ("unknown" in fit) return { ...base, pods, is: { unknown: fit.unknown }, because: fit.unknown.text };
    if (least > 0) {
      const because = nodes.length === 1 ? "the only node that it fits on" : "the other nodes have not room for all";
      return { ...base, pods, is: "will", because };
    }
    return { ...base, pods, is: wanted === 0 ? "cannot" : "may", because: `it fits on ${nodes.length} nodes` };
  });
  const untold: Reason[] = [];
  for (const { fit } of fits) if ("unknown" in fit) untold.push(fit.unknown);
  const isOpen = placements.some(({ is, pods }) => is === "may" || pods[0] !== pods[1]);
  if (isOpen && !isDoubtful)
    untold.push(
      notSimulated(
        `which of the ${nodes.length} nodes that ${workload.object.key.name} fits on win is not told: scores are not simulated yet`,
      ),
    );
  else if (wanted > 0)
    untold.push(notSimulated(`the steps of the rollout of ${workload.object.key.name} are not simulated yet`));
  const where = { workload, wanted, homeless: wanted - sure, stays: false, nodes };
  return { placements, place: where, untold: first(untold) };
}

/** One reason a workload: the others are of the same kind. */
function first(reasons: readonly Reason[]): readonly Reason[] {
  return reasons.slice(0, 1);
}
