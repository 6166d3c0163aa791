import { inTheWay, type Wanted } from "../../ledger/wanted.ts";
import type { Holder } from "../../ledger/holders.ts";
import type { Holding } from "../../ledger/holdings.ts";
import type { ListReading, NodeView } from "../../ledger/node-view.ts";
import type { Socket } from "../../model/ledger.ts";
import { isKnown, type Reason, type Told } from "../../model/told.ts";
import type { NodeReport } from "./node-report.ts";
import { excerpt, podNameReport, podReport, processReport, reasonReport, socketReport } from "./pod-report.ts";
import type { PortsReport, ReportPort } from "./ports-report.ts";
import type { ReportHolder, ReportReason, ReportSources, ReportWanted } from "./schema.ts";
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

export function sourcesReport(
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
