import type { ApiContainer, ApiPod } from "../model/ledger.ts";
import { isKnown } from "../model/told.ts";
import { disagreementKinds, type Disagreement, type DisagreementKind } from "./disagreement.ts";
import type { KnownStanding, Standing } from "./node-view.ts";
import { lives } from "./places.ts";
import type { PodRow } from "./rows.ts";
import { isSandboxed, type StandingContext } from "./standing.ts";

/** Where the ledgers differ about a pod. A ledger that was not told differs from none. */
export function findDisagreements(row: PodRow, standing: Standing, context: StandingContext): readonly Disagreement[] {
  const facts = factsOf(row, standing, context);
  const found: Disagreement[] = [];
  for (const { kind } of disagreementKinds) {
    const about = checks[kind](facts);
    if (about !== null) found.push({ kind, about });
  }
  return found;
}

interface Facts {
  readonly row: PodRow;
  readonly standing: KnownStanding | null;
  readonly context: StandingContext;
  readonly lives: boolean;
  /** It is certain that nothing of it lives. */
  readonly deadForSure: boolean;
  readonly runtimeTold: boolean;
  /** What the runtime has no record of is not there. */
  readonly allRecords: boolean;
  /** As the list taken after the node was read has it. */
  readonly api: ApiPod | null;
  /** Containers that ran by both lists, so all the time that the node was read. */
  readonly running: readonly ApiContainer[];
  /** TCP and UDP ports of the host's network that it holds, and that it declares, as `80/tcp`; `null`: cannot be told. */
  readonly ports: { readonly held: ReadonlySet<string>; readonly declared: ReadonlySet<string> } | null;
}

/** What a disagreement of this kind is about; `null`: there is none. */
const checks: Readonly<Record<DisagreementKind, (facts: Facts) => readonly string[] | null>> = {
  "not-in-api": ({ standing, row }) =>
    standing === "orphan" || standing === "replaced" ? row.sandboxes.map(({ sandbox }) => sandbox.id) : null,
  overdue: ({ standing, lives: alive }) => when(standing === "overdue" && alive),
  "overdue-without-process": ({ standing, deadForSure }) => when(standing === "overdue" && deadForSure),
  "ended-alive": ({ standing, row, context, lives: alive }) =>
    when(standing === "ended" && alive && hasEnded(context.sightings.in("before", row.uid))),
  "elsewhere-alive": ({ standing, lives: alive }) => when(standing === "elsewhere" && alive),
  "claims-differ": ({ standing, row }) =>
    standing === "foreign" || row.claimsDiffer.length === 0 ? null : row.claimsDiffer,
  "process-without-record": ({ row, allRecords, context }) => {
    if (!allRecords) return null;
    const records = new Set([...row.sandboxes.map(({ sandbox }) => sandbox.id), ...row.containers.map(({ id }) => id)]);
    // One that is younger may have been made after the runtime was asked.
    const old = row.processes.filter((view) => lives(view) && view.ageSeconds > context.marginSeconds);
    const without = old.flatMap(({ place }) => {
      const container = isKnown(place) && !place.known.monitor ? place.known.container : null;
      return container === null || records.has(container) ? [] : [container];
    });
    return orNull(without);
  },
  "record-without-process": ({ row, context }) => {
    if (!context.allSeen || row.sandboxes.some(isSandboxed)) return null;
    const seen = new Set(row.processes.map(({ place }) => (isKnown(place) ? place.known.container : null)));
    return orNull(row.containers.filter(({ id, state }) => state === "running" && !seen.has(id)).map(nameOf));
  },
  "api-without-record": ({ row, standing, running, runtimeTold }) =>
    when(runtimeTold && standing === "running" && running.length > 0 && row.sandboxes.length === 0),
  "other-container": ({ row, running, allRecords }) => {
    if (!allRecords || row.sandboxes.length === 0) return null;
    const there = new Set(row.containers.filter(({ state }) => state !== "exited").map(({ id }) => id));
    return orNull(running.filter(({ containerId }) => !there.has(withoutScheme(containerId))).map(nameOf));
  },
  "other-sandbox": ({ row }) => {
    const own = new Set(row.sandboxes.map(({ sandbox }) => sandbox.id));
    return orNull(row.containers.filter(({ sandboxId }) => !own.has(sandboxId)).map(nameOf));
  },
  "several-ready-sandboxes": ({ row }) => {
    const ready = row.sandboxes.filter(({ sandbox }) => sandbox.state === "ready");
    return ready.length > 1 ? ready.map(({ sandbox }) => sandbox.id) : null;
  },
  "task-state-differs": ({ row }) => {
    const stopped = new Set(row.tasks.filter(({ status }) => status === "stopped").map(({ id }) => id));
    return orNull(row.containers.filter(({ id, state }) => state === "running" && stopped.has(id)).map(nameOf));
  },
  "portmap-residue": ({ row, deadForSure }) =>
    deadForSure
      ? orNull(
          row.sandboxes.flatMap(({ sandbox, detail }) =>
            sandbox.state === "not-ready" && detail !== null && isKnown(detail) && detail.known.hostNetwork === false
              ? (detail.known.portMappings ?? []).map(({ hostPort, protocol }) => `${hostPort}/${protocol}`)
              : [],
          ),
        )
      : null,
  "sandbox-gone": ({ row, standing, lives: alive }) =>
    when(
      (standing === "running" || standing === "terminating") &&
        alive &&
        row.sandboxes.length > 0 &&
        row.sandboxes.every(({ sandbox }) => sandbox.state === "not-ready"),
    ),
  "port-not-declared": ({ ports }) =>
    // A UDP socket that is only sent from is bound to a port as well: it would be named here for every client.
    ports === null
      ? null
      : orNull([...ports.held].filter((port) => port.endsWith("/tcp") && !ports.declared.has(port))),
  "port-not-held": ({ ports }) =>
    ports === null ? null : orNull([...ports.declared].filter((port) => !ports.held.has(port))),
};

function factsOf(row: PodRow, standing: Standing, context: StandingContext): Facts {
  const { sightings, observation, allSeen } = context;
  const alive = row.processes.some(lives);
  const api = sightings.in("after", row.uid);
  return {
    row,
    standing: typeof standing === "string" ? standing : null,
    context,
    lives: alive,
    deadForSure: allSeen && !alive && isKnown(observation.runtime) && !row.sandboxes.some(isSandboxed),
    runtimeTold: isKnown(observation.runtime),
    allRecords: isKnown(observation.runtime) && observation.runtime.known.containersOf === "all",
    api,
    running: runningAllTheTime(sightings.in("before", row.uid), api),
    ports: portsOf(row, api, context),
  };
}

function runningAllTheTime(before: ApiPod | null, after: ApiPod | null): readonly ApiContainer[] {
  const ran = (pod: ApiPod | null) => pod?.containers.filter(({ state }) => state === "running") ?? [];
  const first = new Set(ran(before).map(({ containerId }) => containerId));
  return ran(after).filter(({ containerId }) => containerId !== null && first.has(containerId));
}

/** Only with host network, where the API server sets `hostPort` to the port of the container. SCTP has no row in /proc/net/tcp or udp. */
function portsOf(row: PodRow, api: ApiPod | null, { observation, allSeen }: StandingContext): Facts["ports"] {
  const { kernel } = observation;
  if (api?.hostNetwork !== true || !isKnown(kernel) || !allSeen || row.sandboxes.some(isSandboxed)) return null;
  if (kernel.known.unreadNetworks.includes(kernel.known.hostNetwork)) return null;
  if (api.containers.some(({ state }) => state !== "running")) return null;
  const held = row.processes
    .flatMap(({ sockets }) => sockets)
    .filter(({ network }) => network === kernel.known.hostNetwork)
    .map(({ port, protocol }) => `${port}/${protocol}`);
  const declared = api.containers
    .flatMap(({ ports }) => ports)
    .filter(({ hostPort, protocol }) => hostPort > 0 && protocol !== "sctp")
    .map(({ hostPort, protocol }) => `${hostPort}/${protocol}`);
  return { held: new Set(held), declared: new Set(declared) };
}

function hasEnded(pod: ApiPod | null): boolean {
  return pod?.phase === "Succeeded" || pod?.phase === "Failed";
}

function withoutScheme(id: string | null): string {
  return id?.replace(/^[a-z0-9-]+:\/\//, "") ?? "";
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

function when(so: boolean): readonly string[] | null {
  return so ? [] : null;
}

function orNull(about: readonly string[]): readonly string[] | null {
  return about.length === 0 ? null : [...new Set(about)];
}
