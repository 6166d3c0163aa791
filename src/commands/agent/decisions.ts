import { podName } from "../../report/pod-name.ts";
import { hostPorts, type HostPorts } from "../../report/sweep/host-ports.ts";
import type { Cycle } from "../../sweep/cycle.ts";
import type { Leftover } from "../../sweep/judge.ts";

/** What was decided about a leftover, in words that change only when the decision does. */
export interface Decision {
  readonly uid: string;
  readonly pod: string;
  readonly kind: string;
  /** `candidate`, `waiting`, `unknown`, or the protection. */
  readonly rule: string;
  readonly text: string;
  readonly sandboxes: number;
  /** Of the node, on which it listens. */
  readonly listens: HostPorts;
}

/** Ports that are named of one leftover. */
const mostPorts = 32;

export function decisionsOf({ judgement, scan }: Cycle): readonly Decision[] {
  return judgement.leftovers.map((leftover) => {
    const { pod, kind } = leftover;
    return {
      uid: pod.uid,
      pod: podName(pod),
      kind,
      ...ruleOf(leftover),
      sandboxes: pod.sandboxes.length,
      listens: hostPorts(leftover, scan, mostPorts),
    };
  });
}

function ruleOf({ verdict }: Leftover): { readonly rule: string; readonly text: string } {
  switch (verdict.is) {
    case "protected":
      return { rule: verdict.by, text: verdict.text };
    case "unknown":
      return { rule: "unknown", text: verdict.reason.text };
    case "candidate":
      return verdict.waits === null
        ? { rule: "candidate", text: "may be cleared" }
        : { rule: "waiting", text: "waits for its grace, and for scans that agree" };
  }
}
