import type { PodPorts } from "../model/port-claim.ts";
import type { ReleaseName, RenderedChart, RenderedRelease } from "../model/rendered-release.ts";
import type { SourceFile } from "../model/source.ts";
import { isKnown, type Reason, type Told } from "../model/told.ts";
import type { PreflightCluster } from "./cluster.ts";
import { meetings, type Meeting, type StandingPod } from "./meetings.ts";
import { place, type Placed } from "./place.ts";
import { claims } from "./ports/claims.ts";
import { keyText } from "../model/rendered-release.ts";

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
  readonly meetings: readonly Meeting[];
  /** Groups that could not be told as a whole, with why; admission of a snapshot is not among them: it is not asked. */
  readonly untold: ReadonlyMap<Group, readonly Reason[]>;
}

/** Simulates what an upgrade does, as far as that is simulated. */
export function preflighted(input: PreflightInput): Preflighted {
  const { after, before, cluster } = input;
  if ("failed" in after) {
    const none: Told<Placed> = { known: { placements: [], places: [], untold: [] }, at: [] };
    return { ...input, placed: none, ports: new Map(), meetings: [], untold: new Map() };
  }
  const placed = place(before.objects, after.objects, cluster);
  const all = isKnown(placed) ? placed.known.places.map(({ workload }) => workload.object) : [];
  const ports = new Map(all.flatMap((object) => [...pairOf(object)]));
  const standing = standingPods(input);
  const met = isKnown(placed) ? meetings(placed.known.placements, ports, standing) : [];
  const untold = new Map<Group, readonly Reason[]>([
    ["render", input.renderUntold],
    ["schedule", isKnown(placed) ? placed.known.untold : [placed.unknown]],
    ["ports", [...untoldPorts(ports), ...newPorts(input, placed, ports)]],
  ]);
  for (const [group, reasons] of untold) if (reasons.length === 0) untold.delete(group);
  return { ...input, placed, ports, meetings: met, untold };
}

function pairOf(object: Parameters<typeof claims>[0]): readonly (readonly [string, PodPorts])[] {
  const own = claims(object);
  return own === null ? [] : [[keyText(object.key), own]];
}

/** Pods of the release go or stay with their workload; all others stand. */
function standingPods({ before, after, cluster }: PreflightInput): readonly StandingPod[] {
  if (!isKnown(cluster.pods)) return [];
  const rendered = "failed" in after ? [] : after.objects;
  const own = new Set([...before.objects, ...rendered].map(({ key }) => keyText(key)));
  return cluster.pods.known.flatMap(({ pod: { node }, owner, object }) => {
    if (node === null || (owner !== null && own.has(owner))) return [];
    const ports = claims(object);
    return ports === null ? [] : [{ node, ports }];
  });
}

function untoldPorts(ports: ReadonlyMap<string, PodPorts>): readonly Reason[] {
  return [...ports.values()].flatMap(({ pod, untold }) =>
    untold.map(({ container, name, reason }) => ({
      ...reason,
      text: `${pod.name}${container === null ? "" : `, ${container}`}, ${name}: ${reason.text}`,
    })),
  );
}

/** Who listens on a node besides pods is not looked at yet: a port that the release does not have there may be taken. */
function newPorts(
  { cluster }: PreflightInput,
  placed: Told<Placed>,
  ports: ReadonlyMap<string, PodPorts>,
): readonly Reason[] {
  if (!isKnown(placed) || !isKnown(cluster.pods)) return [];
  const held = new Set(
    cluster.pods.known.flatMap(({ pod: { node }, object }) =>
      (claims(object)?.claims ?? []).map(({ port, transport }) => `${node} ${port}/${transport}`),
    ),
  );
  const fresh = placed.known.placements
    .filter(({ when, pods }) => when === "after" && pods[1] > 0)
    .flatMap(({ workload, node }) =>
      (ports.get(keyText(workload))?.claims ?? [])
        .filter(({ port, transport }) => !held.has(`${node} ${port}/${transport}`))
        .map(({ port }) => ({ node, port })),
    );
  if (fresh.length === 0) return [];
  const list = [...Map.groupBy(fresh, ({ port }) => port)].map(
    ([port, all]) => `${port} on ${[...new Set(all.map(({ node }) => node))].join(", ")}`,
  );
  return [
    {
      code: "not-simulated",
      text: `whether a process of the node has it is not looked at yet: ${list.join("; ")}`,
      at: [],
      supply: `holdfast ports ${fresh[0]?.port} --node ${fresh[0]?.node}`,
    },
  ];
}
