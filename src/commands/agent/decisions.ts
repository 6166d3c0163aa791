import { podName } from "../../report/pod-name.ts";
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
  readonly ports: readonly { readonly port: number; readonly protocol: string }[];
}

export function decisionsOf({ judgement }: Cycle): readonly Decision[] {
  return judgement.leftovers.map((leftover) => {
    const { pod, kind } = leftover;
    const sockets = pod.processes.flatMap(({ sockets: own }) => own);
    const ports = new Map(sockets.map(({ port, protocol }) => [`${port}/${protocol}`, { port, protocol }]));
    return {
      uid: pod.uid,
      pod: podName(pod),
      kind,
      ...ruleOf(leftover),
      sandboxes: pod.sandboxes.length,
      ports: [...ports.values()],
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
