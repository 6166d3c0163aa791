import { severityOf, textOf } from "../../ledger/disagreement.ts";
import type { PodView, ProcessView } from "../../ledger/node-view.ts";
import type { ApiContainer, Socket } from "../../model/ledger.ts";
import { isKnown, type Reason } from "../../model/told.ts";
import { redactExcerpt } from "../redact.ts";
import type { ReportPod, ReportPodName, ReportProcess, ReportReason, ReportSocket } from "./schema.ts";

/** A pod as both reports have it, with the evidence of what it is. */
export function podReport(pod: PodView): ReportPod {
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

export function podNameReport({ namespace, name, uid, standing }: PodView): ReportPodName {
  if (typeof standing === "string") return { namespace, name, uid, standing };
  return { namespace, name, uid, standing: "unknown", reason: reasonReport(standing.unknown) };
}

export function processReport({ process, place, startedAt, ageSeconds }: ProcessView): ReportProcess {
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

export function socketReport({ protocol, address, port, inode, network, connected }: Socket): ReportSocket {
  return { protocol, address, port, inode, network, connected };
}

export function reasonReport({ code, text, supply }: Reason): ReportReason {
  return { code, text, ...(supply === undefined ? {} : { supply }) };
}

/** Redacted whole, then cut: what a program says as it dies may hold what it was started with. */
export function excerpt(text: string): string {
  const redacted = redactExcerpt(text);
  return redacted.length <= 500 ? redacted : `${redacted.slice(0, 499)}…`;
}
