import { isKnown } from "../../model/told.ts";
import type { Cycle } from "../../sweep/cycle.ts";
import type { Leftover } from "../../sweep/judge.ts";
import { rungOf, type Outcome } from "../../sweep/outcome.ts";
import type { Policy } from "../../sweep/policy.ts";
import type { Scan } from "../../sweep/scan.ts";
import { printableUpTo } from "../safe.ts";
import { wholeSeconds } from "../whole-seconds.ts";
import { outcomeText } from "./event-lines.ts";
import { hostPorts, portText } from "./host-ports.ts";

/** What an agent tells of itself beside its cycle. */
export interface AgentWord {
  readonly at: string;
  readonly intervalSeconds: number;
  readonly pod: string;
  readonly version: string;
  readonly lastSweep: LastSweep | null;
}

export interface LastSweep {
  readonly uid: string;
  readonly at: string;
  readonly outcome: Outcome;
}

/** The `status` of a NodeReport (deploy/chart/crds): what the agent of a node saw last, in the lengths that the CRD allows. */
export function nodeReportStatus({ scan, judgement }: Cycle, policy: Policy, word: AgentWord): object {
  const { leftovers, premises } = judgement;
  const of = (is: Leftover["verdict"]["is"]) => leftovers.filter(({ verdict }) => verdict.is === is).length;
  return {
    node: policy.node,
    at: word.at,
    intervalSeconds: word.intervalSeconds,
    ...(isKnown(scan.kernel) ? { bootID: scan.kernel.known.bootId } : {}),
    agent: { pod: printableUpTo(word.pod, 253), version: printableUpTo(word.version, 64) },
    mode: policy.mode === "enforce" ? "enforce" : "report",
    rungs: [...policy.rungs],
    told: isKnown(scan.after) && isKnown(scan.first) && isKnown(scan.kernel),
    premises: premises.map(({ id, state, text }) => ({ id, state, text: printableUpTo(text, 512) })),
    counts: {
      leftovers: leftovers.length,
      candidates: of("candidate"),
      protected: of("protected"),
      unknown: scan.view.pods.filter(({ standing }) => typeof standing !== "string").length + of("unknown"),
    },
    leftovers: leftovers.slice(0, mostLeftovers).map((each) => leftoverObject(each, scan, word.at)),
    ...(word.lastSweep === null ? {} : { lastSweep: sweepObject(word.lastSweep) }),
  };
}

const mostLeftovers = 100;

const mostListeners = 32;

function leftoverObject(leftover: Leftover, scan: Scan, at: string): object {
  const { kind, pod, verdict, cause } = leftover;
  const { ports, leftOut } = hostPorts(leftover, scan, mostListeners);
  return {
    uid: printableUpTo(pod.uid, 64),
    ...(pod.namespace === null ? {} : { namespace: printableUpTo(pod.namespace, 253) }),
    ...(pod.name === null ? {} : { name: printableUpTo(pod.name, 253) }),
    kind,
    verdict: verdict.is,
    text: printableUpTo(verdictText(verdict, at), 512),
    listeners: ports.map(portText),
    ...(leftOut === 0 ? {} : { listenersLeftOut: leftOut }),
    ...(cause === null || cause.kind === "not-told"
      ? {}
      : { cause: printableUpTo(`${cause.text} (${cause.confidence})`, 512) }),
  };
}

/** Whoever reads it reads it later: so by the clock, not in seconds from now. */
function verdictText(verdict: Leftover["verdict"], at: string): string {
  if (verdict.is === "protected") return verdict.text;
  if (verdict.is === "unknown") return verdict.reason.text;
  if (verdict.waits === null) return "may be cleared";
  const { seconds, confirmations } = verdict.waits;
  const from = wholeSeconds(new Date(Math.ceil(Date.parse(at) / 1000 + seconds) * 1000));
  return `may be cleared from ${from} on, after ${confirmations} more scans that agree`;
}

function sweepObject({ uid, at, outcome }: LastSweep): object {
  return {
    uid: printableUpTo(uid, 64),
    at,
    outcome: outcome.is,
    rung: rungOf(outcome),
    text: printableUpTo(outcomeText(outcome), 512),
  };
}
