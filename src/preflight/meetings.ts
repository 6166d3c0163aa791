import type { Chance, Placement } from "../model/placement.ts";
import type { BindAddress, PodPorts, PortClaim } from "../model/port-claim.ts";
import { keyText, type ObjectKey } from "../model/rendered-release.ts";
import type { Reason } from "../model/told.ts";
import { notSimulated } from "./fits.ts";

/** Two pods that would have one port of a node. */
export interface Meeting {
  readonly node: string;
  readonly one: PortClaim;
  /** Of another pod of the same workload, or of another pod of the node. */
  readonly other: PortClaim;
  readonly isOfOneWorkload: boolean;
  /** How many pods of the workload of `one` are there at most. */
  readonly pods: number;
  readonly chance: Chance;
}

/** The pods that are on a node whatever the release does, with the ports that they take. */
export interface StandingPod {
  readonly node: string;
  readonly ports: PodPorts;
}

/**
 * Where pods of the release meet each other, or pods that stand, on a port of the host that the scheduler does not keep them apart
 * by: one of both is not declared. Real sockets decide, for which `::` and 0.0.0.0 are everywhere.
 */
export function meetings(
  placements: readonly Placement[],
  ports: ReadonlyMap<string, PodPorts>,
  standing: readonly StandingPod[],
): readonly Meeting[] {
  const after = placements.filter(({ when, pods }) => when === "after" && pods[1] > 0);
  return after.flatMap((placement) => {
    const own = claimsOf(ports, placement.workload);
    const beside = after.filter((each) => each.node === placement.node && isBefore(placement, each));
    return [
      ...own.flatMap((claim) => withItself(claim, placement)),
      ...beside.flatMap((other) =>
        pairs(own, claimsOf(ports, other.workload), placement, chanceOf([placement, other])),
      ),
      ...standing
        .filter(({ node }) => node === placement.node)
        .flatMap((pod) => pairs(own, bound(pod.ports), placement, chanceOf([placement]))),
    ];
  });
}

/** Each pair once. */
function isBefore(one: Placement, other: Placement): boolean {
  return keyText(one.workload) < keyText(other.workload);
}

function claimsOf(ports: ReadonlyMap<string, PodPorts>, workload: ObjectKey): readonly PortClaim[] {
  const own = ports.get(keyText(workload));
  return own === undefined ? [] : bound(own);
}

/** What an init container has it gives back before the others start. */
function bound({ claims }: PodPorts): readonly PortClaim[] {
  return claims.filter(({ how, kind }) => how === "bound" && kind !== "init");
}

function withItself(claim: PortClaim, { node, pods: [least, most], is }: Placement): readonly Meeting[] {
  if (most < 2 || claim.seenByScheduler) return [];
  const chance = least > 1 && is === "will" ? "certain" : { unknown: openReason(is) };
  return [{ node, one: claim, other: claim, isOfOneWorkload: true, pods: most, chance }];
}

function pairs(
  own: readonly PortClaim[],
  others: readonly PortClaim[],
  { node, pods: [, most] }: Placement,
  chance: Chance,
): readonly Meeting[] {
  return own.flatMap((one) =>
    others
      .filter((other) => !(one.seenByScheduler && other.seenByScheduler) && areSame(one, other))
      .map((other) => ({ node, one, other, isOfOneWorkload: false, pods: most, chance })),
  );
}

function chanceOf(all: readonly Placement[]): Chance {
  if (all.every(({ is, pods: [least] }) => is === "will" && least > 0)) return "certain";
  const open = all.find(({ is }) => is !== "will");
  return { unknown: openReason(open?.is ?? "may") };
}

function openReason(is: Placement["is"]): Reason {
  return typeof is === "string"
    ? notSimulated("which node wins is not told: scores are not simulated yet")
    : is.unknown;
}

function areSame(one: PortClaim, other: PortClaim): boolean {
  return one.port === other.port && one.transport === other.transport && overlap(one.address, other.address);
}

/** What is not told is most likely everywhere. The node's own address is none of the loopback's. */
function overlap(one: BindAddress, other: BindAddress): boolean {
  if (one === other || isEverywhere(one) || isEverywhere(other)) return true;
  if (one === "node" || other === "node") return !isLoopback(one) && !isLoopback(other);
  return false;
}

function isEverywhere(address: BindAddress): boolean {
  return address === "" || address === "*" || address === "0.0.0.0" || address === "::";
}

function isLoopback(address: BindAddress): boolean {
  return address.startsWith("127.") || address === "::1" || address === "localhost";
}
