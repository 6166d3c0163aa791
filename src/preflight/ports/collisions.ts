import type { Collides } from "../../ledger/address.ts";
import { holdings, type Holding } from "../../ledger/holdings.ts";
import type { Holder } from "../../ledger/holders.ts";
import type { NodeView, PodView } from "../../ledger/node-view.ts";
import type { PodPorts, PortClaim } from "../../model/port-claim.ts";
import { keyText } from "../../model/rendered-release.ts";
import { isKnown, type Reason, type Told } from "../../model/told.ts";
import { meet } from "./bind-address.ts";

/** How many pods of one template may be on a node at one time of a rollout. */
export interface Stay {
  readonly ports: PodPorts;
  readonly node: string;
  readonly when: "before" | "during" | "after";
  readonly pods: readonly [minimum: number, maximum: number];
  /** Why the bounds are no better than they are; `null`: they are told. */
  readonly untold: Reason | null;
}

/** Two that want one port of one node. */
export interface Collision {
  readonly node: string;
  readonly when: Stay["when"];
  readonly one: PortClaim;
  readonly other: Rival;
  /** `bind`: the second one fails. `shadow`: one of both is forwarded by CNI, and what listens there is not reached. */
  readonly ends: "bind" | "shadow";
  /** Whether the sockets cannot both be; `maybe`: their addresses are not told well enough. */
  readonly sockets: Exclude<Collides, "no">;
  readonly chance: "certain" | "possible" | { readonly unknown: Reason };
  /** It is over once the rollout is. */
  readonly passes: boolean;
}

export type Rival =
  /** A port of another container of the pod, of another pod of the workload, or of another workload. */
  | { readonly by: "container" | "replica" | "workload"; readonly claim: PortClaim }
  /** What has it on the node now, and does not go with the rollout. */
  | { readonly by: "holder"; readonly holding: Holding };

/** A port that is new on a node, of which it could not be told who has it there now. */
export interface UntoldHolder {
  readonly node: string;
  readonly claim: PortClaim;
  readonly reason: Reason;
}

export interface Collisions {
  readonly collisions: readonly Collision[];
  readonly untold: readonly UntoldHolder[];
}

/**
 * Who cannot have its port, by real sockets and not by what the scheduler sees. `stays` are all templates of the release with what
 * else is placed; `nodes` what was read of each node; `leaves` tells the pods that the stays stand for, so that nobody collides
 * with what the rollout takes away itself. What two pods declare alike is left out: the scheduler does not place them together.
 */
export function collisions(
  stays: readonly Stay[],
  nodes: ReadonlyMap<string, Told<NodeView>>,
  leaves: (pod: PodView) => boolean,
): Collisions {
  const there = stays.filter(({ pods }) => pods[1] > 0);
  const groups = [...Map.groupBy(there, ({ node, when }) => JSON.stringify([node, when])).values()];
  const among = groups.flatMap((group) => [...group.flatMap(withItself), ...withOthers(group)]);
  const last = new Set(among.filter(({ when }) => when === "after").map(identityOf));
  const known = among.map((each) => ({ ...each, passes: each.when !== "after" && !last.has(identityOf(each)) }));
  const before = Map.groupBy(
    there.filter(({ when, pods }) => when === "before" && pods[0] > 0),
    ({ node }) => node,
  );
  const held = [
    ...Map.groupBy(
      there.filter(({ when }) => when === "after"),
      ({ node }) => node,
    ),
  ].flatMap(([node, own]) => withHolders(own, before.get(node) ?? [], nodes.get(node) ?? notRead, leaves));
  return {
    collisions: [...known, ...held.flatMap((each) => each.collisions)],
    untold: held.flatMap((each) => each.untold),
  };
}

function identityOf({ node, one, other }: Collision): string {
  const rival = other.by === "holder" ? "" : [keyText(other.claim.pod), other.claim.container];
  return JSON.stringify([node, keyText(one.pod), one.container, one.port, one.transport, rival]);
}

/** Two containers of each of its pods, or two of its pods. */
function withItself(stay: Stay): readonly Collision[] {
  const { claims } = stay.ports;
  const byPort = byPortOf(claims);
  const within = claims.flatMap((one) =>
    (byPort.get(portKey(one)) ?? [])
      .filter((other) => other.container > one.container && one.kind !== "init" && other.kind !== "init")
      .flatMap((claim) => collisionOf(stay, one, { by: "container", claim }, chanceOf([stay, 1]))),
  );
  const between =
    stay.pods[1] < 2
      ? []
      : claims
          .filter(({ seenByScheduler }) => !seenByScheduler)
          .flatMap((one) => collisionOf(stay, one, { by: "replica", claim: one }, chanceOf([stay, 2])));
  return [...within, ...between];
}

function withOthers(group: readonly Stay[]): readonly Collision[] {
  const all = group.flatMap((stay, index) => stay.ports.claims.map((claim) => ({ stay, index, claim })));
  return [...Map.groupBy(all, ({ claim }) => portKey(claim)).values()].flatMap((rivals) =>
    rivals.flatMap(({ stay, index, claim: one }) =>
      rivals
        .filter((other) => other.index > index && !(one.seenByScheduler && other.claim.seenByScheduler))
        .flatMap(({ stay: beside, claim }) =>
          collisionOf(stay, one, { by: "workload", claim }, chanceOf([stay, 1], [beside, 1])),
        ),
    ),
  );
}

function collisionOf(
  { node, when }: Pick<Stay, "node" | "when">,
  one: PortClaim,
  other: Extract<Rival, { readonly claim: PortClaim }>,
  chance: Collision["chance"],
): readonly Collision[] {
  const { claim } = other;
  const isForwarded = one.how === "forwarded" || claim.how === "forwarded";
  // The same program with the same settings takes the same address, told or not.
  const sockets = other.by === "replica" ? "yes" : meet(one.address, claim.address);
  if (sockets === "no") return [];
  return [{ node, when, one, other, ends: isForwarded ? "shadow" : "bind", sockets, chance, passes: false }];
}

function chanceOf(...needed: readonly (readonly [stay: Stay, pods: number])[]): Collision["chance"] {
  if (needed.every(([{ pods }, count]) => pods[0] >= count)) return "certain";
  const open = needed.find(([{ untold }]) => untold !== null)?.[0].untold ?? null;
  return open === null ? "possible" : { unknown: open };
}

/** What pods of one node find there; `before`: what the release has on it now. */
function withHolders(
  stays: readonly Stay[],
  before: readonly Stay[],
  view: Told<NodeView>,
  leaves: (pod: PodView) => boolean,
): readonly Collisions[] {
  const own = new Set(before.flatMap(({ ports }) => ports.claims.map(portKey)));
  const open = (node: string, claim: PortClaim, reason: Reason) =>
    own.has(portKey(claim)) ? [] : [{ node, claim, reason }];
  if (!isKnown(view)) {
    const { unknown: reason } = view;
    const untold = stays.flatMap(({ node, ports }) => ports.claims.flatMap((claim) => open(node, claim, reason)));
    return [{ collisions: [], untold }];
  }
  const byPort = heldOn(view.known);
  const isFree = holdings(view.known, unusedPort(byPort)).some(({ verdict }) => verdict === "free");
  return stays.flatMap((stay) =>
    stay.ports.claims.map((claim) => {
      const holding = byPort.get(portKey(claim));
      const found = holding === undefined ? [] : withHolding(stay, claim, holding, leaves);
      const reason = found.length > 0 ? null : whyUntold(claim, holding, isFree);
      return { collisions: found, untold: reason === null ? [] : open(stay.node, claim, reason) };
    }),
  );
}

/** Why a port on which nobody was found may be taken all the same. */
function whyUntold({ transport }: PortClaim, holding: Holding | undefined, isFree: boolean): Reason | null {
  if (holding?.verdict === "unknown" && holding.holders.length === 0)
    return holding.wantedBy.some(({ said }) => said !== null) ? saidToBeTaken : notAllRead;
  return isFree && transport !== "sctp" ? null : notAllRead;
}

const notRead: Told<NodeView> = {
  unknown: {
    code: "not-reached",
    text: "what runs on the node was not read",
    at: [],
    supply: "holdfast snapshot --nodes",
  },
};
const saidToBeTaken: Reason = {
  code: "contradicted",
  text: "a container says that it is in use, and nothing was seen to have it",
  at: [],
};
const notAllRead: Reason = { code: "incomplete", text: "not all that listens on the node could be read", at: [] };

function heldOn(view: NodeView): ReadonlyMap<string, Holding> {
  return new Map(holdings(view, null).map((holding) => [`${holding.port}/${holding.protocol}`, holding]));
}

/** A port that nothing is said of: whether it is free tells whether all was read. */
function unusedPort(byPort: ReadonlyMap<string, Holding>): number {
  for (let port = 1; port < 65_536; port += 1)
    if (!byPort.has(`${port}/tcp`) && !byPort.has(`${port}/udp`) && !byPort.has(`${port}/sctp`)) return port;
  return 0;
}

function withHolding(
  stay: Stay,
  one: PortClaim,
  holding: Holding,
  leaves: (pod: PodView) => boolean,
): readonly Collision[] {
  const stayers = holding.holders.filter(({ pod }) => pod === null || !leaves(pod));
  const bare = holding.unheld === null ? [] : holding.unheld.sockets.filter(({ closed }) => !closed);
  const answers = new Set([
    ...stayers.flatMap((holder) => addressesOf(holder).map((address) => meet(one.address, address))),
    ...bare.map(({ address }) => meet(one.address, address)),
  ]);
  const sockets = (["yes", "maybe"] as const).find((each) => answers.has(each));
  if (sockets === undefined) return [];
  const isForwarded = one.how === "forwarded" || (bare.length === 0 && stayers.every(({ by }) => by === "portmap"));
  return [
    {
      node: stay.node,
      when: stay.when,
      one,
      other: { by: "holder", holding: { ...holding, holders: stayers } },
      ends: isForwarded ? "shadow" : "bind",
      sockets,
      chance: chanceOf([stay, 1]),
      passes: false,
    },
  ];
}

function addressesOf(holder: Holder): readonly string[] {
  if (holder.by === "portmap") return [holder.mapping.hostIp === "" ? "*" : holder.mapping.hostIp];
  return holder.sockets.map(({ address }) => address);
}

function byPortOf(claims: readonly PortClaim[]): ReadonlyMap<string, readonly PortClaim[]> {
  return Map.groupBy(claims, portKey);
}

function portKey({ port, transport }: Pick<PortClaim, "port" | "transport">): string {
  return `${port}/${transport}`;
}
