import { severityOf, textOf } from "../../ledger/disagreement.ts";
import { inTheWay, type Wanted } from "../../ledger/wanted.ts";
import type { Holder } from "../../ledger/holders.ts";
import type { Holding } from "../../ledger/holdings.ts";
import type { ListReading, NodeView, PodView, ProcessView } from "../../ledger/node-view.ts";
import type { ApiContainer, Socket } from "../../model/ledger.ts";
import { isKnown, type Reason, type Told } from "../../model/told.ts";
import { redactExcerpt } from "../redact.ts";
import type { NodeReport } from "./node-report.ts";
import type { PortsReport, ReportPort } from "./ports-report.ts";
import type {
  ReportHolder,
  ReportPod,
  ReportPodName,
  ReportProcess,
  ReportReason,
  ReportSocket,
  ReportSources,
  ReportWanted,
} from "./schema.ts";
import { stepsFor } from "./steps.ts";

export interface NodeReportOptions {
  readonly toolVersion: string;
  /** The address of the API server; `null`: none was asked. */
  readonly server: string | null;
}

/** The report of `holdfast node`. */
export function assembleNodeReport(view: NodeView, { toolVersion, server }: NodeReportOptions): NodeReport {
  const pods = view.pods.map(podReport);
  return {
    $schema: "urn:holdfast:schema:node-report:1",
    version: 1,
    tool: { name: "holdfast", version: toolVersion },
    node: view.node,
    summary: {
      pods: pods.length,
      standing: counted(pods.map(({ standing }) => standing)),
      disagreements: counted(pods.flatMap(({ disagreements }) => disagreements.map(({ severity }) => severity))),
    },
    sources: sourcesReport(view, server),
    warnings: view.warnings.map((each) => ({ ...each })),
    pods,
    others: view.others.map((each) => ({ ...processReport(each), sockets: each.sockets.map(socketReport) })),
    do: [...stepsFor(view.pods, [], view)],
  };
}

/** The report of `holdfast ports`, from what `holdings` gave for the port that was asked. */
export function assemblePortsReport(
  view: NodeView,
  ports: readonly Holding[],
  asked: number | null,
  { toolVersion, server }: NodeReportOptions,
): PortsReport {
  const named = new Set(
    ports.flatMap(({ holders, wantedBy }) => [...holders.map(({ pod }) => pod), ...wantedBy.map(({ pod }) => pod)]),
  );
  const blamed = ports.flatMap(({ holders }) =>
    holders.flatMap((each) => (each.blamed && each.pod !== null ? each.pod : [])),
  );
  return {
    $schema: "urn:holdfast:schema:ports-report:1",
    version: 1,
    tool: { name: "holdfast", version: toolVersion },
    node: view.node,
    asked,
    sources: sourcesReport(view, server),
    warnings: view.warnings.map((each) => ({ ...each })),
    ports: ports.map(portReport),
    pods: view.pods.filter((pod) => named.has(pod)).map(podReport),
    do: [...stepsFor([...new Set(blamed)], ports, view)],
  };
}

function counted(names: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
}

function sourcesReport(
  { sources: { before, after, runtime, kernel } }: NodeView,
  server: string | null,
): ReportSources {
  return {
    api: { server, before: listReport(before), after: listReport(after) },
    runtime: isKnown(runtime)
      ? {
          told: true,
          at: runtime.known.at,
          endpoint: runtime.known.endpoint,
          ...runtime.known.runtime,
          tasks: isKnown(runtime.known.tasks) ? runtime.known.tasks.known : untold(runtime.known.tasks.unknown),
        }
      : untold(runtime.unknown),
    kernel: isKnown(kernel)
      ? {
          told: true,
          at: kernel.known.at,
          bootId: kernel.known.bootId,
          hostNetwork: kernel.known.hostNetwork,
          processes: kernel.known.seen,
          vanished: kernel.known.vanished,
          unreadable: kernel.known.unreadable,
          podsTold: kernel.known.podsTold,
          hostSocketsRead: kernel.known.hostSocketsRead,
        }
      : untold(kernel.unknown),
  };
}

function listReport(list: Told<ListReading>): ReportSources["api"]["before"] {
  return isKnown(list) ? { told: true, ...list.known } : untold(list.unknown);
}

function untold(reason: Reason): { told: false; reason: ReportReason } {
  return { told: false, reason: reasonReport(reason) };
}

function reasonReport({ code, text, supply }: Reason): ReportReason {
  return { code, text, ...(supply === undefined ? {} : { supply }) };
}

function podReport(pod: PodView): ReportPod {
  const { api } = pod;
  return {
    ...podNameReport(pod),
    confidence: pod.confidence,
    api:
      api === null
        ? null
        : {
            uid: api.uid,
            resourceVersion: api.resourceVersion,
            node: api.node,
            phase: api.phase,
            owner: api.owner,
            hostNetwork: api.hostNetwork,
            deletion: api.deletion,
            containers: api.containers.map(apiContainerReport),
          },
    sandboxes: pod.sandboxes.map(
      ({ sandbox: { id, state, createdAt, attempt, labelUid, configSource, runtimeHandler } }) => ({
        id,
        state,
        createdAt,
        attempt,
        labelUid,
        configSource,
        runtimeHandler,
      }),
    ),
    containers: pod.containers.map(({ id, name, state, sandboxId }) => ({ id, name, state, sandboxId })),
    tasks: pod.tasks.map((task) => ({ ...task })),
    processes: pod.processes.map(processReport),
    sockets: pod.processes.flatMap(({ sockets }) => sockets).map(socketReport),
    disagreements: pod.disagreements.map((each) => ({
      kind: each.kind,
      severity: severityOf(each),
      text: textOf(each),
      about: [...each.about],
    })),
    evidence: pod.evidence.map((each) => ({ ...each })),
  };
}

function apiContainerReport(container: ApiContainer): NonNullable<ReportPod["api"]>["containers"][number] {
  const { name, kind, containerId, state, ready, restarts, reason, message } = container;
  const said = message === null ? null : excerpt(message);
  return { name, kind, containerId, state, ready, restarts, reason, message: said };
}

function podNameReport({ namespace, name, uid, standing }: PodView): ReportPodName {
  if (typeof standing === "string") return { namespace, name, uid, standing };
  return { namespace, name, uid, standing: "unknown", reason: reasonReport(standing.unknown) };
}

function processReport({ process, place, startedAt, ageSeconds }: ProcessView): ReportProcess {
  const known = isKnown(place) ? place.known : null;
  return {
    pid: process.pid,
    startTicks: process.startTicks,
    startedAt: isoTime(startedAt),
    ageSeconds: Math.round(ageSeconds * 100) / 100,
    name: process.name,
    state: process.state,
    thread: process.thread,
    container: known?.container ?? null,
    cgroup: known?.cgroup?.path ?? null,
    ...(isKnown(place) ? {} : { place: reasonReport(place.unknown) }),
  };
}

/** Empty where the kernel's numbers are none that a date can have. */
function isoTime(seconds: number): string {
  const milliseconds = seconds * 1000;
  return Math.abs(milliseconds) <= 8.64e15 ? new Date(milliseconds).toISOString() : "";
}

function socketReport({ protocol, address, port, inode, network, connected }: Socket): ReportSocket {
  return { protocol, address, port, inode, network, connected };
}

function portReport(holding: Holding): ReportPort {
  const { port, protocol, verdict, sockets, holders, unheld, wantedBy } = holding;
  return {
    port,
    protocol,
    verdict,
    sockets: sockets.map(socketReport),
    holders: holders.map(holderReport),
    unheld: unheld === null ? null : { sockets: unheld.sockets.map(({ inode }) => inode), why: unheld.why },
    wantedBy: wantedBy.map((each) => wantedReport(each, sockets)),
  };
}

function holderReport(holder: Holder): ReportHolder {
  const { by, pod, blamed, confidence } = holder;
  const common = { by, pod: pod === null ? null : podNameReport(pod), blamed, confidence };
  if (holder.by === "portmap")
    return { ...common, process: null, container: null, sandbox: holder.sandbox, sockets: [] };
  const process = processReport(holder.view);
  const container = pod?.containers.find(({ id }) => id === process.container);
  const sandbox =
    container?.sandboxId ?? pod?.sandboxes.find(({ sandbox: { id } }) => id === process.container)?.sandbox.id;
  return {
    ...common,
    process,
    container: process.container === null ? null : { id: process.container, name: container?.name ?? null },
    sandbox: sandbox ?? null,
    sockets: holder.sockets.map(({ inode }) => inode),
  };
}

function wantedReport(wanted: Wanted, sockets: readonly Socket[]): ReportWanted {
  const { pod, container, how, address, said, confidence } = wanted;
  return {
    pod: podNameReport(pod),
    container: container.name,
    how,
    address,
    said: said === null ? null : excerpt(said),
    confidence,
    reason: container.reason,
    restarts: container.restarts,
    inTheWay: inTheWay(wanted, sockets),
  };
}

/** Redacted whole, then cut: what a program says as it dies may hold what it was started with. */
function excerpt(text: string): string {
  const redacted = redactExcerpt(text);
  return redacted.length <= 500 ? redacted : `${redacted.slice(0, 499)}…`;
}
