import { pointerTo } from "../../model/json.ts";
import type { Pointer } from "../../model/json.ts";
import type { Transport } from "../../model/ledger.ts";
import {
  claimOrigins,
  type BindAddress,
  type ClaimSource,
  type PodPorts,
  type PortClaim,
  type Strength,
  type UntoldPort,
} from "../../model/port-claim.ts";
import type { RenderedObject } from "../../model/rendered-release.ts";
import type { Reason } from "../../model/told.ts";
import { annotated } from "./annotations.ts";
import { flagsOf, listenersOf, variablesOf } from "./arguments.ts";
import { commandLine } from "./command-line.ts";
import { declared } from "./declared.ts";
import { environmentOf, type ConfigMaps } from "./environment.ts";
import { defaultsOf, ownNamesOf, programsOf } from "./images.ts";
import { containerParts, podPart, textOf, untoldAt, type ContainerPart, type PodPart } from "./pod-parts.ts";
import { probed } from "./probes.ts";
import { together, type Said, type Sayings } from "./said.ts";

/** A listener that was seen in a container of a pod of the workload, by its name. */
export interface ObservedListener {
  readonly container: string;
  readonly address: string;
  readonly port: number;
  readonly transport: Transport;
}

/** What else is known of a pod. */
export interface Surroundings {
  /** ConfigMaps of its release and namespace: without them, what they give is untold. */
  readonly configMaps?: ConfigMaps;
  /** Listeners of the version that runs now. */
  readonly observed?: readonly ObservedListener[];
}

/**
 * The ports of the host that a pod of a workload takes; `null`: it makes no pods. With a network of its own those that CNI
 * forwards; with the host's all that its containers declare, are told to listen on, are asked at, or are known to bind.
 * Numbers, places and names come out, and no text of a value, as it may be that of a Secret.
 */
export function claims(
  workload: RenderedObject,
  { configMaps = new Map(), observed = [] }: Surroundings = {},
): PodPorts | null {
  const pod = podPart(workload);
  if (pod === null) return null;
  const hostNetwork = hostNetworkOf(pod, workload.untold);
  const containers = containerParts(pod);
  const sayings = together([
    ...containers.map((container) => declared(container, hostNetwork !== false, workload.untold)),
    ...(hostNetwork === false ? [] : containers.map((container) => saidBy(container, configMaps, workload.untold))),
    ...(hostNetwork === false ? [] : [annotated(pod, workload.untold)]),
    hostNetwork === false ? seen([]) : seen(observed),
  ]);
  const untold: readonly UntoldPort[] =
    hostNetwork === null ? [networkUntold(pod, workload.untold), ...sayings.untold] : sayings.untold;
  const joined = join(sayings.said, containers, hostNetwork === false ? "forwarded" : "bound", workload);
  return { pod: workload.key, hostNetwork, claims: joined, untold };
}

/** `null`: not told. */
function hostNetworkOf({ spec, at }: PodPart, untold: ReadonlyMap<Pointer, Reason>): boolean | null {
  if (untoldAt(untold, pointerTo(at, "hostNetwork")) !== null) return null;
  return spec["hostNetwork"] === true;
}

function networkUntold({ at }: PodPart, untold: ReadonlyMap<Pointer, Reason>): UntoldPort {
  const pointer = pointerTo(at, "hostNetwork");
  const reason = untoldAt(untold, pointer) ?? { code: "not-understood", text: "it is not told", at: [] };
  return { container: null, name: "hostNetwork", pointer, reason };
}

/** What a container is told, is asked at, and does by itself. */
function saidBy(container: ContainerPart, configMaps: ConfigMaps, untold: ReadonlyMap<Pointer, Reason>): Sayings {
  const { name, value, at } = container;
  const environment = environmentOf(value, at, untold, configMaps);
  const line = commandLine(value, at, environment, untold);
  // What an init container starts is not what its image is known for.
  const found = container.kind === "init" ? [] : programsOf(textOf(value["image"]) ?? "", line);
  const own = ownNamesOf(found);
  const [flags, variables] = [flagsOf(line), variablesOf(environment)];
  const cut = { container: name, name: "args", pointer: pointerTo(at, "args"), reason: tooLong };
  return together([
    listenersOf(flags, "argument", name, own),
    listenersOf(variables, "environment", name, own),
    probed(container, untold),
    { said: defaultsOf(found, [...variables, ...flags], name, pointerTo(at, "image")), untold: line.cut ? [cut] : [] },
  ]);
}

const tooLong: Reason = { code: "limit", text: "its command line is longer than is looked at", at: [] };

function seen(observed: readonly ObservedListener[]): Sayings {
  const said = observed.map(({ container, address, port, transport }): Said => {
    const where = address === "::" || address === "0.0.0.0" ? address : address.toLowerCase();
    return { from: "observed", container, name: "listener", pointer: "", address: where, port, transport };
  });
  return { said, untold: [] };
}

/** Of the containers that say something of one port, the one that binds it, and what the others say of it. */
function join(
  said: readonly Said[],
  containers: readonly ContainerPart[],
  how: PortClaim["how"],
  workload: RenderedObject,
): readonly PortClaim[] {
  const byPort = new Map<string, Said[]>();
  for (const each of said) {
    const key = `${each.port}/${each.transport ?? "tcp"}`;
    const there = byPort.get(key);
    if (there === undefined) byPort.set(key, [each]);
    else there.push(each);
  }
  const kinds = new Map(containers.map(({ name, kind }) => [name, kind]));
  const first = containers.find(({ kind }) => kind === "main");
  return [...byPort.values()].flatMap((all) =>
    bindersOf(all, first?.name ?? "").map((binder) => {
      const own = all.filter(({ container, from }) => container === binder || !binds(from));
      return claimOf(own, binder, kinds, how, workload);
    }),
  );
}

/** Who says that it listens; else who declares the port; else who is asked; else the first container. */
function bindersOf(all: readonly Said[], first: string): readonly string[] {
  const byRank = [
    all.filter(({ from }) => binds(from)),
    all.filter(({ from }) => from === "declared" || from === "defaulted"),
    all.filter(({ from }) => from === "probe"),
    all,
  ].find((each) => each.length > 0);
  const names = new Set((byRank ?? []).map(({ container }) => container ?? first));
  // A declaration and a probe may stand in any container of the pod: the port is bound once.
  const isSure = (byRank ?? []).every(({ from }) => binds(from));
  return isSure ? [...names] : [...names].slice(0, 1);
}

/** What is said of the very container that it stands in. */
function binds(from: ClaimSource["from"]): boolean {
  return from === "observed" || from === "argument" || from === "environment" || from === "image";
}

function claimOf(
  all: readonly Said[],
  container: string,
  kinds: ReadonlyMap<string, PortClaim["kind"]>,
  how: PortClaim["how"],
  { key, placeOf }: RenderedObject,
): PortClaim {
  const [first] = all;
  const sorted = all.toSorted((a, b) => claimOrigins.indexOf(a.from) - claimOrigins.indexOf(b.from));
  const declaring = all.filter(({ from }) => from === "declared" || from === "defaulted");
  return {
    pod: key,
    container,
    kind: kinds.get(container) ?? "main",
    address: addressOf(sorted, how),
    port: first?.port ?? 0,
    transport: first?.transport ?? "tcp",
    how,
    strength: strengthOf(all),
    sources: sorted.slice(0, mostSources).map(({ from, container: where, name, pointer }) => {
      return { from, container: where, name, pointer, at: placeOf(pointer) };
    }),
    seenByScheduler: declaring.some((each) => kinds.get(each.container ?? "") !== "init"),
  };
}

const mostSources = 32;

/** The strongest that says an address; several on addresses of their own are not told. */
function addressOf(sorted: readonly Said[], how: PortClaim["how"]): BindAddress {
  const telling = sorted.filter(({ address, from }) => address !== "" && (how === "forwarded" || binds(from)));
  const [strongest] = telling;
  if (strongest === undefined) return "";
  const same = telling.filter(({ from }) => from === strongest.from);
  const addresses = new Set(same.map(({ address }) => address));
  return addresses.size === 1 ? strongest.address : "";
}

function strengthOf(all: readonly Said[]): Strength {
  const from = new Set(all.map((each) => each.from));
  if (from.has("observed")) return "observed";
  if (from.has("declared") || from.has("defaulted")) return "declared";
  const hints: readonly ClaimSource["from"][] = ["argument", "environment", "probe", "annotation"];
  const inferred = hints.filter((each) => from.has(each));
  const told = from.has("argument") || from.has("environment") || from.has("image");
  if (inferred.length > 0 && (from.has("probe") || from.has("annotation")) && told) return "corroborated";
  if (from.has("argument") && from.has("environment")) return "corroborated";
  return inferred.length > 0 ? "one source" : "image default";
}
