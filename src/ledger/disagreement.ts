import type { Severity } from "../model/finding.ts";

/** A row of the table of what can differ between the ledgers: how bad it is, and what it says. */
interface Kind {
  readonly kind: string;
  readonly severity: Severity;
  /** What is so: a clause that stands behind the name of a pod. */
  readonly text: string;
}

/**
 * Everything in which the ledgers can differ about one pod. What containerd's task list lacks is not here: it leaves
 * out a task whose shim is dead or slow without a word [containerd 2.x, plugins/services/tasks/local.go, addTasks].
 */
export const disagreementKinds = [
  { kind: "not-in-api", severity: "high", text: "it lives here, and the API does not have it" },
  { kind: "overdue", severity: "high", text: "its deletion is overdue, and it lives here" },
  {
    kind: "overdue-without-process",
    severity: "medium",
    text: "its deletion is overdue, and nothing of it lives here: something else holds it in the API",
  },
  { kind: "ended-alive", severity: "high", text: "the API says that it ended, and it lives here" },
  { kind: "elsewhere-alive", severity: "high", text: "the API has it on another node, and it lives here" },
  { kind: "claims-differ", severity: "high", text: "metadata, label and cgroup name different pod uids" },
  {
    kind: "process-without-record",
    severity: "high",
    text: "processes sit in its cgroup, and the runtime has no record of their container",
  },
  {
    kind: "record-without-process",
    severity: "medium",
    text: "the runtime says that a container runs, and no process sits in its cgroup",
  },
  {
    kind: "api-without-record",
    severity: "medium",
    text: "the API says that it runs here, and the runtime has no sandbox of it",
  },
  {
    kind: "other-container",
    severity: "medium",
    text: "the API says that a container runs which the runtime does not run",
  },
  {
    kind: "other-sandbox",
    severity: "medium",
    text: "a container belongs to a sandbox of another pod, or to one that is not listed",
  },
  { kind: "several-ready-sandboxes", severity: "medium", text: "several of its sandboxes are ready" },
  {
    kind: "task-state-differs",
    severity: "medium",
    text: "CRI says that a container runs, and containerd's task is stopped",
  },
  {
    kind: "portmap-residue",
    severity: "medium",
    text: "a sandbox without a process still has host ports mapped to it",
  },
  {
    kind: "sandbox-gone",
    severity: "info",
    text: "its sandbox is not ready, and its containers live: the pause process ended",
  },
  {
    kind: "port-not-declared",
    severity: "info",
    text: "it holds a host port that it does not declare, so the scheduler does not see it",
  },
  { kind: "port-not-held", severity: "info", text: "it declares a host port that none of its processes holds" },
] as const satisfies readonly Kind[];

export type DisagreementKind = (typeof disagreementKinds)[number]["kind"];

export interface Disagreement {
  readonly kind: DisagreementKind;
  /** What it is about: container names, ids, ports. Whole; hostile. */
  readonly about: readonly string[];
}

export function severityOf({ kind }: Disagreement): Severity {
  return table.get(kind)?.severity ?? "high";
}

/** What is so: a clause that stands behind the name of a pod. */
export function textOf({ kind }: Disagreement): string {
  return table.get(kind)?.text ?? kind;
}

const table: ReadonlyMap<string, Kind> = new Map(disagreementKinds.map((each) => [each.kind, each]));
