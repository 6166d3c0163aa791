import type { Confidence, Finding } from "../../model/finding.ts";
import type { PodPorts, PortClaim } from "../../model/port-claim.ts";
import { keyText } from "../../model/rendered-release.ts";
import type { Span } from "../../model/span.ts";
import type { Collision, Rival } from "./collisions.ts";

/** A finding of the rules PRT001 to PRT006, without what is the same in all: the release that it is about. */
export type PortFinding = Omit<Finding, "subject" | "cells">;

/** PRT001: what two containers declare alike. In one pod no API server takes it; of two DaemonSets one has no place on any node. */
export function declaredConflicts(pods: readonly PodPorts[]): readonly PortFinding[] {
  const declared = pods.flatMap(({ claims }) => claims.filter(({ seenByScheduler }) => seenByScheduler));
  return [...Map.groupBy(declared, portText).values()].flatMap((claims) =>
    pairsOf(claims).map(([one, other]): PortFinding => {
      const isEverywhere = one.pod.kind === "DaemonSet" && other.pod.kind === "DaemonSet";
      return {
        rule: "PRT001",
        severity: isEverywhere ? "block" : "high",
        confidence: "inferred",
        what: `${whoBinds(one)} and ${whoBinds(other)} both declare host port ${portText(one)}`,
        why: isEverywhere
          ? "the scheduler never places two pods with one host port on a node, so one of both is Pending on every node that both are for"
          : "the scheduler never places two pods with one host port on a node: on a node that is for both, one is Pending",
        do: "give one of them another port",
        at: placesOf(one, other),
        identity: identityOf(one, other),
      };
    }),
  );
}

/** PRT002, of what is certain, and PRT003, of what may be: pods that cannot both bind a port of the node that they are on. */
export function collisionFindings(collisions: readonly Collision[]): readonly PortFinding[] {
  const among = collisions.filter((each) => each.ends === "bind" && each.other.by !== "holder");
  return groupsOf(among).map(([first, nodes]): PortFinding => {
    const { one, other, chance, sockets, passes } = first;
    const isCertain = chance === "certain";
    const rival = other.by === "holder" ? one : other.claim;
    const isWeak = sockets === "maybe" || passes || isGuessed(one) || isGuessed(rival);
    return {
      rule: isCertain ? "PRT002" : "PRT003",
      severity: isCertain && !isWeak ? "block" : typeof chance === "string" ? "high" : "medium",
      confidence: confidenceOf(one, rival),
      what: `${rivalsText(one, other)} ${isCertain ? "bind" : "may bind"} port ${portText(one)} on ${namesOf(nodes)}`,
      why: `${sourcesText(one)}${other.by === "replica" ? "" : `; ${sourcesText(rival)}`}. ${blindness(one, rival)}${passes ? ", and it is over when the rollout is" : ""}`,
      do: "keep them on different nodes, or give one of them another port",
      at: placesOf(one, rival),
      identity: identityOf(one, rival),
    };
  });
}

/** PRT004: a port of the host that a pod binds and does not declare. */
export function undeclaredPorts(pods: readonly PodPorts[]): readonly PortFinding[] {
  return pods.flatMap(({ claims }) =>
    claims
      .filter(({ how, kind, seenByScheduler }) => how === "bound" && kind !== "init" && !seenByScheduler)
      .map((claim): PortFinding => ({
        rule: "PRT004",
        severity: isGuessed(claim) ? "low" : "medium",
        confidence: confidenceOf(claim),
        what: `${whoBinds(claim)} binds port ${portText(claim)} of its node and does not declare it`,
        why: `${sourcesText(claim)}. The scheduler does not see the port, so it may place another pod there that binds it too`,
        do: `declare it as a containerPort of ${claim.container}`,
        at: placesOf(claim),
        identity: identityOf(claim),
      })),
  );
}

/** PRT005: a port that something else has on the node now, which does not go with the rollout. */
export function heldPorts(collisions: readonly Collision[]): readonly PortFinding[] {
  return collisions.flatMap(({ node, one, other, sockets, chance, ends }): readonly PortFinding[] => {
    if (other.by !== "holder") return [];
    const isSure = sockets === "yes" && chance === "certain" && ends === "bind";
    const { verdict } = other.holding;
    return [
      {
        rule: "PRT005",
        severity: isSure && !isGuessed(one) ? "block" : "high",
        confidence: confidenceOf(one),
        what: `port ${portText(one)} on ${node}, which ${whoBinds(one)} binds, is held ${holderText(verdict)}`,
        why: `${sourcesText(one)}; ${ends === "bind" ? "the one that comes later cannot bind it" : "what is forwarded does not get to the listener"}`,
        do: verdict === "orphan" ? `holdfast sweep --node ${node}` : `holdfast ports ${one.port} --node ${node}`,
        at: placesOf(one),
        identity: [node, ...identityOf(one)],
      },
    ];
  });
}

/** PRT006: a probe that another pod would answer, so that a pod that could not bind its port looks healthy. */
export function probesAnsweredByOthers(collisions: readonly Collision[]): readonly PortFinding[] {
  const among = collisions.filter(({ ends, other }) => ends === "bind" && other.by !== "container");
  const all = groupsOf(among).flatMap(([{ one, other }, nodes]): readonly PortFinding[] => {
    const rivals = other.by === "holder" || other.by === "replica" ? [one] : [one, other.claim];
    return rivals
      .filter(({ sources }) => sources.some(({ from }) => from === "probe"))
      .map((claim) => ({
        rule: "PRT006",
        severity: "high",
        confidence: "inferred",
        what: `on ${namesOf(nodes)} the probe of ${claim.pod.name} on port ${portText(claim)} may be answered by another pod`,
        why: "with host network the kubelet asks the node's address, and whoever has the port answers: a pod that could not bind it looks Ready",
        do: "keep them on different nodes, or give one of them another port",
        at: placesOf(claim),
        identity: identityOf(claim),
      }));
  });
  return [...new Map(all.map((each) => [JSON.stringify([each.what, each.identity]), each])).values()];
}

/** The same two claims on several nodes are said once. */
function groupsOf(collisions: readonly Collision[]): readonly (readonly [Collision, readonly string[]])[] {
  const groups = Map.groupBy(collisions, ({ one, other, when, chance }) =>
    JSON.stringify([
      identityOf(one),
      other.by === "holder" ? other.holding.verdict : identityOf(other.claim),
      other.by,
      when,
      typeof chance === "string" ? chance : chance.unknown.code,
    ]),
  );
  return [...groups.values()].flatMap((all) => {
    const [first] = all;
    return first === undefined ? [] : [[first, all.map(({ node }) => node)] as const];
  });
}

function pairsOf(claims: readonly PortClaim[]): readonly (readonly [PortClaim, PortClaim])[] {
  return claims
    .slice(0, mostOfOnePort)
    .flatMap((one, index) => claims.slice(index + 1, mostOfOnePort).map((other) => [one, other] as const));
}

/** More say the same again. */
const mostOfOnePort = 20;

function portText({ port, transport }: PortClaim): string {
  return `${port}/${transport}`;
}

function whoBinds({ pod, container }: PortClaim): string {
  return `${container} of ${pod.kind} ${pod.name}`;
}

function rivalsText(one: PortClaim, other: Rival): string {
  if (other.by === "replica") return `two pods of ${one.pod.kind} ${one.pod.name}`;
  if (other.by === "holder") return whoBinds(one);
  return `${whoBinds(one)} and ${whoBinds(other.claim)}`;
}

/** `livenessprobe binds 127.0.0.1:29652 by --http-endpoint and livenessProbe`. */
function sourcesText({ container, address, port, sources }: PortClaim): string {
  const by = [
    ...new Set(sources.map(({ from, name }) => (from === "image" ? `what is known of its image (${name})` : name))),
  ];
  const where =
    address === "" || address === "*" ? `port ${port}` : `${address.includes(":") ? `[${address}]` : address}:${port}`;
  return `${container} binds ${where} by ${by.slice(0, 3).join(", ")}`;
}

function blindness(...claims: readonly PortClaim[]): string {
  return claims.every(({ seenByScheduler }) => seenByScheduler)
    ? "Both are declared, and stand on one node all the same"
    : "The scheduler does not keep them apart, as it is not declared";
}

function holderText(verdict: string): string {
  if (verdict === "orphan") return "by an orphan: a pod that the API server does not know any more";
  if (verdict === "host") return "by a process of the node";
  if (verdict === "kernel") return "by the kernel, or by a process that is not seen";
  return verdict === "unknown" ? "by something that could not be told" : "by another pod";
}

function isGuessed({ strength }: PortClaim): boolean {
  return strength === "image default";
}

/** What was seen of the version that runs is seen; that the next one does so follows. */
function confidenceOf(...claims: readonly PortClaim[]): Confidence {
  return claims.every(({ strength }) => strength === "observed") ? "observed" : "inferred";
}

function placesOf(...claims: readonly PortClaim[]): readonly Span[] {
  const places = claims.flatMap(({ sources }) => sources.map(({ at }) => at));
  return [...new Map(places.map((at) => [`${at.file} ${at.start} ${at.end}`, at])).values()];
}

function identityOf(...claims: readonly PortClaim[]): readonly string[] {
  return claims.flatMap((claim) => [keyText(claim.pod), claim.container, portText(claim)]);
}

function namesOf(nodes: readonly string[]): string {
  const names = [...new Set(nodes)];
  return names.length <= 3 ? names.join(", ") : `${names.slice(0, 2).join(", ")} and ${names.length - 2} more`;
}
