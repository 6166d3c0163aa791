import { holdings } from "../../ledger/holdings.ts";
import type { Cycle } from "../../sweep/cycle.ts";
import type { SweepEvent } from "../../sweep/events.ts";
import { podName } from "../pod-name.ts";
import { printableUpTo } from "../safe.ts";
import { isLeft } from "./assemble.ts";
import { outcomeText, rungNames } from "./event-lines.ts";
import { hostPorts, portText } from "./host-ports.ts";

/** What an agent says where people look first: on the Node, and on the pod that cannot start. */
export interface Announcement {
  /** `null`: the Node itself. */
  readonly pod: { readonly namespace: string; readonly name: string; readonly uid: string } | null;
  readonly type: "Normal" | "Warning";
  readonly reason: EventReason;
  readonly message: string;
}

/** Of something that is so for a while: it is announced once. */
export interface Standing extends Announcement {
  /** The same for as long as it is the same: words may have a time in them. */
  readonly key: string;
}

/** All that there are: deploy/chart lets an agent write no other. */
type EventReason = "LeftOver" | "PortHeldByLeftover" | "Sweeping" | "Swept" | "NotSwept";

/** What a cycle saw that people should know of: each leftover with what is done about it, and who waits for its ports. */
export function seenAnnouncements({ scan, judgement }: Cycle): readonly Standing[] {
  const leftovers = judgement.leftovers.map((leftover): Standing => {
    const { pod, kind, verdict } = leftover;
    const { ports, leftOut } = hostPorts(leftover, scan, mostPorts);
    const more = leftOut === 0 ? "" : ` and ${leftOut} more`;
    const holds = ports.length === 0 ? "" : `, holds ${ports.map(portText).join(" ")}${more}`;
    const done =
      verdict.is === "protected" ? verdict.text : verdict.is === "unknown" ? verdict.reason.text : "it may be cleared";
    const rule = verdict.is === "protected" ? verdict.by : verdict.is;
    const said = warning(null, "LeftOver", `${nameOf(pod)} (${kind}) is left over here${holds}: ${done}`);
    return { ...said, key: `${pod.uid} ${rule}` };
  });
  const stuck = holdings(scan.view, null).flatMap(({ port, protocol, holders, wantedBy }) => {
    const [left] = holders.flatMap(({ pod }) => (pod !== null && isLeft(pod.standing) ? [pod] : []));
    if (left === undefined) return [];
    return wantedBy.flatMap(({ pod: { namespace, name, uid } }) => {
      if (namespace === null || name === null) return [];
      const message = `${port}/${protocol} is held by what is left of ${nameOf(left)}: holdfast recover ${namespace}/${name}`;
      return [
        {
          ...warning({ namespace, name, uid }, "PortHeldByLeftover", message),
          key: `${port}/${protocol} ${left.uid} ${uid}`,
        },
      ];
    });
  });
  return [...leftovers, ...stuck];
}

/** What a step of a sweep is announced as; `null`: the journal and the log are enough. */
export function stepAnnouncement(event: SweepEvent): Announcement | null {
  if (event.event === "intent") {
    const { rung, target } = event;
    return warning(null, "Sweeping", `rung ${rung} (${rungNames[rung]}): ${nameOf(target)} (${target.kind})`);
  }
  if (event.event !== "outcome") return null;
  const { uid, outcome } = event;
  const message = `uid ${uid}: ${outcomeText(outcome)}`;
  return outcome.is === "cleared"
    ? { pod: null, type: "Normal", reason: "Swept", message: printableUpTo(message, longestMessage) }
    : warning(null, "NotSwept", message);
}

/** An Event of the core group, in the form in which a kubelet writes its own [kubernetes v1.36.3, client-go/tools/record/event.go]. */
export function eventObject(
  { pod, type, reason, message }: Announcement,
  { node, id, at }: { readonly node: string; readonly id: string; readonly at: string },
): { readonly namespace: string; readonly object: object } {
  // The uid of a Node is its name in a kubelet's events, and kubectl describe looks for both [kubectl v0.36.3, pkg/describe].
  const about = pod === null ? { kind: "Node", name: node, uid: node } : { kind: "Pod", ...pod };
  const namespace = pod?.namespace ?? "default";
  return {
    namespace,
    object: {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: `${about.name.slice(0, 200)}.${id}`, namespace },
      involvedObject: { apiVersion: "v1", ...about },
      type,
      reason,
      message,
      source: { component: eventSource, host: node },
      reportingComponent: eventSource,
      reportingInstance: node,
      firstTimestamp: at,
      lastTimestamp: at,
      count: 1,
    },
  };
}

/** Ports that are named in one message. */
const mostPorts = 16;

const eventSource = "holdfast-agent";

/** Characters that the API server takes [kubernetes v1.36.3, pkg/apis/core/validation/events.go, NoteLengthLimit]. */
const longestMessage = 1024;

function warning(pod: Announcement["pod"], reason: EventReason, message: string): Announcement {
  return { pod, type: "Warning", reason, message: printableUpTo(message, longestMessage) };
}

function nameOf(pod: Parameters<typeof podName>[0]): string {
  return podName(pod, `the pod with uid ${pod.uid}`);
}
