import type { NodeView } from "../ledger/node-view.ts";
import { valueAt } from "../model/json.ts";
import type { PodPorts } from "../model/port-claim.ts";
import { keyText, type ReleaseName, type RenderedChart, type RenderedRelease } from "../model/rendered-release.ts";
import type { SourceFile } from "../model/source.ts";
import { isKnown, type Reason, type Told } from "../model/told.ts";
import type { PreflightCluster } from "./cluster.ts";
import { place, type Placed } from "./place.ts";
import { claims } from "./ports/claims.ts";
import { collisions, type Collision, type Stay, type UntoldHolder } from "./ports/collisions.ts";

/** What a preflight is made of, before anything is judged. */
export interface PreflightInput {
  readonly release: ReleaseName;
  readonly before: RenderedRelease;
  /** The chart that was asked for. */
  readonly chart: RenderedChart;
  readonly after: RenderedRelease | RenderFailure;
  /** Of both sides, and of what stands in the cluster: ids are indexes. */
  readonly files: readonly SourceFile[];
  readonly cluster: PreflightCluster;
  /** What runs on each node by API, runtime and kernel; one that is not in it was not read. */
  readonly ledgers: ReadonlyMap<string, Told<NodeView>>;
  /** Why what Helm rendered may be something else. */
  readonly renderUntold: readonly Reason[];
}

/** Why there is nothing to look at. `said` is printable, and without secrets. */
export interface RenderFailure {
  readonly failed: "by Helm" | "stopped" | "not understood";
  readonly said: string;
}

export const groups = ["render", "schedule", "ports", "admission"] as const;
export type Group = (typeof groups)[number];

/** All that rules read. */
export interface Preflighted extends PreflightInput {
  readonly placed: Told<Placed>;
  /** By `keyText` of the workload. */
  readonly ports: ReadonlyMap<string, PodPorts>;
  /** Those that the upgrade brings, or leaves. */
  readonly collisions: readonly Collision[];
  /** Groups that could not be told as a whole, with why; admission of a snapshot is not among them: it is not asked. */
  readonly untold: ReadonlyMap<Group, readonly Reason[]>;
}

/** Simulates what an upgrade does, as far as that is simulated. */
export function preflighted(input: PreflightInput): Preflighted {
  const { after, before, cluster, ledgers } = input;
  if ("failed" in after) {
    const none: Told<Placed> = { known: { placements: [], places: [], untold: [] }, at: [] };
    return { ...input, placed: none, ports: new Map(), collisions: [], untold: new Map() };
  }
  const placed = place(before.objects, after.objects, cluster);
  const all = isKnown(placed) ? placed.known.places.map(({ workload }) => workload.object) : [];
  const ports = new Map(all.flatMap((object) => pairOf(claims(object))));
  const stays = isKnown(placed) ? [...staysOf(placed.known, ports), ...standing(input)] : [];
  const met = collisions(stays, ledgers, leaving(cluster));
  const untold = new Map<Group, readonly Reason[]>([
    ["render", [...input.renderUntold, ...gone(before, after)]],
    ["schedule", isKnown(placed) ? placed.known.untold : [placed.unknown]],
    ["ports", [...untoldPorts(ports), ...untoldHolders(met.untold, ports)]],
  ]);
  for (const [group, reasons] of untold) if (reasons.length === 0) untold.delete(group);
  return { ...input, placed, ports, collisions: met.collisions.filter(({ when }) => when !== "before"), untold };
}

const mostNamed = 4;

/** What Helm deletes: what that ends is another question, which nothing answers yet. It keeps what says so [helm v3.22.0, pkg/kube/client.go, Update]. */
function gone(before: RenderedRelease, after: RenderedRelease): readonly Reason[] {
  const there = new Set(after.objects.map(({ key }) => keyText(key)));
  const deleted = before.objects.filter(
    ({ key, hook, object }) =>
      hook.length === 0 &&
      !there.has(keyText(key)) &&
      valueAt(object, "/metadata/annotations/helm.sh~1resource-policy") !== "keep",
  );
  if (deleted.length === 0) return [];
  const names = deleted.slice(0, mostNamed).map(({ key }) => `${key.kind} ${key.name}`);
  const more = deleted.length > mostNamed ? ` and ${deleted.length - mostNamed} more` : "";
  const text = `what it ends that Helm deletes ${names.join(", ")}${more} is not judged yet`;
  return [{ code: "not-simulated", text, at: [] }];
}

function pairOf(ports: PodPorts | null): readonly (readonly [string, PodPorts])[] {
  return ports === null ? [] : [[keyText(ports.pod), ports]];
}

/** What is there before counts only where it works: a port of a pod that is not Ready may be somebody else's. */
function staysOf({ placements }: Placed, ports: ReadonlyMap<string, PodPorts>): readonly Stay[] {
  return placements.flatMap(({ workload, node, when, pods, ready, is }): readonly Stay[] => {
    const own = ports.get(keyText(workload));
    if (own === undefined) return [];
    const open = is === "will" || is === "cannot" ? null : is === "may" ? openScores : is.unknown;
    return [{ ports: own, node, when, pods: when === "before" ? [ready, ready] : pods, untold: open }];
  });
}

const openScores: Reason = {
  code: "not-simulated",
  text: "which node wins is not told: scores are not simulated yet",
  at: [],
};

/** Pods of the release go or stay with their workload; all others are there before and after. */
function standing({ before, after, cluster }: PreflightInput): readonly Stay[] {
  if (!isKnown(cluster.pods)) return [];
  const rendered = "failed" in after ? [] : after.objects;
  const own = new Set([...before.objects, ...rendered].map(({ key }) => keyText(key)));
  return cluster.pods.known.flatMap(({ pod: { node }, owner, object }): readonly Stay[] => {
    if (node === null || (owner !== null && own.has(owner))) return [];
    const ports = claims(object);
    if (ports === null) return [];
    // That something else of the cluster could not be told says nothing of this release.
    return (["before", "after"] as const).map((when) => ({ ports, node, when, pods: [1, 1], untold: null }));
  });
}

/** Pods that the API has stand among the stays. One that is to end holds what it has until it does. */
function leaving({ pods }: PreflightCluster): (pod: { readonly uid: string }) => boolean {
  const all = isKnown(pods) ? pods.known : [];
  const uids = new Set(
    all.flatMap(({ pod: { uid, configHash }, terminating }) => (terminating ? [] : [uid, configHash ?? uid])),
  );
  return ({ uid }) => uids.has(uid);
}

function untoldPorts(ports: ReadonlyMap<string, PodPorts>): readonly Reason[] {
  return [...ports.values()].flatMap(({ pod, untold }) =>
    untold.map(({ container, name, reason }) => ({
      ...reason,
      text: `${pod.name}${container === null ? "" : `, ${container}`}, ${name}: ${reason.text}`,
    })),
  );
}

/** Of the release alone, all of one reason together. */
function untoldHolders(untold: readonly UntoldHolder[], ports: ReadonlyMap<string, PodPorts>): readonly Reason[] {
  const own = untold.filter(({ claim }) => ports.has(keyText(claim.pod)));
  return [...Map.groupBy(own, ({ reason }) => reason.text)].flatMap(([text, all]) => {
    const [first] = all;
    if (first === undefined) return [];
    const list = [...Map.groupBy(all, ({ claim }) => claim.port)].map(
      ([port, each]) => `${port} on ${[...new Set(each.map(({ node }) => node))].join(", ")}`,
    );
    return [{ ...first.reason, text: `who else has port ${list.join("; ")}: ${text}` }];
  });
}
