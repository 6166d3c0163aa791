import { holdings } from "../../ledger/holdings.ts";
import type { NodeView } from "../../ledger/node-view.ts";
import type { Cause } from "../../model/node-word.ts";
import { isKnown } from "../../model/told.ts";
import type { Judgement, Leftover, Verdict } from "../../sweep/judge.ts";
import { rungOf, type Outcome } from "../../sweep/outcome.ts";
import type { Recovery } from "../../sweep/recover.ts";
import type { Target } from "../../sweep/target.ts";
import { sourcesReport, type NodeReportOptions } from "../node/assemble.ts";
import { podReport, reasonReport } from "../node/pod-report.ts";
import { nextText } from "./event-lines.ts";
import type { RecoverReport, ReportCause, ReportLeftover, ReportOutcome, SweepReport } from "./schema.ts";
import { stepsAfter, type NodeReach } from "./steps.ts";

/** A target that was acted on, and how that ended. */
export interface Swept {
  readonly target: Pick<Target, "uid" | "namespace" | "name">;
  readonly outcome: Outcome;
}

export interface SweepReportOptions extends NodeReportOptions {
  readonly mode: SweepReport["mode"];
  /** What a command needs to reach the node from here, as it is typed; empty on the node itself. */
  readonly reach: NodeReach;
}

/** The report of `holdfast sweep`. */
export function assembleSweepReport(
  view: NodeView,
  { premises, leftovers }: Judgement,
  swept: readonly Swept[],
  { toolVersion, server, mode, reach }: SweepReportOptions,
): SweepReport {
  return {
    $schema: "urn:holdfast:schema:sweep-report:1",
    version: 1,
    tool: { name: "holdfast", version: toolVersion },
    node: view.node,
    mode,
    sources: sourcesReport(view, server),
    warnings: view.warnings.map((each) => ({ ...each })),
    premises: premises.map((each) => ({ ...each })),
    leftovers: leftovers.map(leftoverReport),
    unknown: view.pods.filter(({ standing }) => typeof standing !== "string").map(podReport),
    foreign: view.pods.filter(({ standing }) => standing === "foreign").map(podReport),
    swept: swept.map(sweptReport),
    do: [...stepsAfter(premises, leftovers, { swept, stuck: stuckOn(view), reach })],
  };
}

/** Pods that want a port which something left over holds. */
function stuckOn(view: NodeView): readonly { readonly namespace: string; readonly name: string }[] {
  return holdings(view, null)
    .filter(({ holders }) => holders.some(({ pod }) => pod !== null && isLeft(pod.standing)))
    .flatMap(({ wantedBy }) => wantedBy.map(({ pod }) => pod))
    .flatMap(({ namespace, name }) => (namespace === null || name === null ? [] : [{ namespace, name }]));
}

/** Whether a pod with this standing is left over. */
export function isLeft(standing: unknown): boolean {
  return standing === "orphan" || standing === "replaced" || standing === "overdue";
}

function leftoverReport({ kind, pod, verdict, cause }: Leftover): ReportLeftover {
  return { kind, pod: podReport(pod), verdict: verdictReport(verdict), cause: causeReport(cause) };
}

function verdictReport(verdict: Verdict): ReportLeftover["verdict"] {
  switch (verdict.is) {
    case "candidate":
      return {
        is: "candidate",
        waits: verdict.waits === null ? null : { ...verdict.waits },
        listeners: verdict.target.listeners.map((each) => ({ ...each })),
        cgroups: verdict.target.cgroups.map(({ path }) => path),
      };
    case "protected":
      return { ...verdict };
    case "unknown":
      return { is: "unknown", reason: reasonReport(verdict.reason) };
  }
}

function sweptReport({ target: { uid, namespace, name }, outcome }: Swept): SweepReport["swept"][number] {
  return { uid, namespace, name, outcome: outcomeReport(outcome) };
}

function outcomeReport(outcome: Outcome): ReportOutcome {
  const cause = "cause" in outcome ? causeReport(outcome.cause) : null;
  const remains =
    "remains" in outcome && outcome.remains !== null
      ? {
          processes: outcome.remains.processes.map((each) => ({ ...each })),
          listeners: outcome.remains.listeners.map((each) => ({ ...each })),
          sandboxes: [...outcome.remains.sandboxes],
        }
      : null;
  const reason = outcome.is === "aborted" ? { reason: reasonReport(outcome.reason) } : {};
  const next = outcome.is === "left" && outcome.next !== null ? { next: nextText(outcome.next) } : {};
  return { is: outcome.is, rung: rungOf(outcome), ...reason, remains, ...next, cause };
}

function causeReport(cause: Cause | null): ReportCause | null {
  return cause === null ? null : { ...cause };
}

/** The report of `holdfast recover`. */
export function assembleRecoverReport(
  pod: { readonly namespace: string; readonly name: string },
  recovery: Recovery,
  swept: readonly Swept[],
  { toolVersion, node, seconds }: { readonly toolVersion: string; readonly node: string; readonly seconds: number },
): RecoverReport {
  return {
    $schema: "urn:holdfast:schema:recover-report:1",
    version: 1,
    tool: { name: "holdfast", version: toolVersion },
    node,
    pod: { ...pod },
    recovery: recoveryReport(recovery),
    swept: swept.map(sweptReport),
    proof: "proof" in recovery ? proofReport(recovery.proof) : null,
    seconds,
  };
}

function recoveryReport(recovery: Recovery): RecoverReport["recovery"] {
  switch (recovery.is) {
    case "recovered":
    case "not-ready":
      return { is: recovery.is };
    case "stopped":
      return { is: "stopped", at: recovery.at, reason: reasonReport(recovery.reason) };
    case "would-act":
      return { is: "would-act", uids: [...recovery.uids] };
  }
}

function proofReport(proof: Extract<Recovery, { readonly proof: unknown }>["proof"]): RecoverReport["proof"] {
  const { replacement, containers, ports, drivers, restarted, readyAfter, milliseconds } = proof;
  return {
    replacement: replacement === null ? null : { ...replacement },
    containers: { ...containers },
    ports: ports.map((each) => ({ ...each })),
    drivers: isKnown(drivers)
      ? { back: [...drivers.known.back], missing: [...drivers.known.missing] }
      : { told: false, reason: reasonReport(drivers.unknown) },
    restarted: [...restarted],
    readyAfter: readyAfter === null ? null : readyAfter / 1000,
    seconds: milliseconds / 1000,
  };
}
