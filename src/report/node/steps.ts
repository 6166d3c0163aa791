import { isOrphaned } from "../../ledger/holders.ts";
import type { Holding } from "../../ledger/holdings.ts";
import type { NodeView, PodView } from "../../ledger/node-view.ts";
import { count } from "../count.ts";
import { podName } from "../pod-name.ts";
import { quoted } from "../shell-word.ts";
import type { ReportStep } from "./schema.ts";

/**
 * What a person can do about orphans, and about what could not bind because of them: recover the pod that waits for a port of
 * theirs, and sweep the others. Both ask and judge all of it again before they do anything. Nothing is proposed for what is
 * not certain.
 */
export function stepsFor(pods: readonly PodView[], ports: readonly Holding[], view: NodeView): readonly ReportStep[] {
  const orphans = pods.filter(isOrphaned);
  if (orphans.length === 0) return [];
  const stuck = waiting(ports);
  const inTheWay = new Set(
    ports
      .filter(({ wantedBy }) => wantedBy.some(({ pod }) => stuck.includes(pod)))
      .flatMap(({ holders }) => holders.filter(({ blamed }) => blamed).map(({ pod }) => pod)),
  );
  const others = orphans.filter((pod) => !inTheWay.has(pod));
  return [
    ...stuck.map((pod) => ({
      command: `holdfast recover ${quoted(nameOf(pod))}`,
      why: `on ${view.node}: clears the orphan that holds its port, gives it a new uid, proves that it is Ready`,
    })),
    ...(others.length === 0
      ? []
      : [
          {
            command: "holdfast sweep --enforce",
            why: `on ${view.node}: clears ${others.length === 1 ? `the orphan ${nameOf(others[0])}` : count(others.length, "orphan")}${freed(others, ports)}, and asks before each step`,
          },
        ]),
  ];
}

function freed(pods: readonly PodView[], ports: readonly Holding[]): string {
  const own = ports.filter(({ holders }) =>
    holders.some(({ pod, blamed }) => blamed && pod !== null && pods.includes(pod)),
  );
  return own.length === 0 ? "" : `, which frees ${own.map(({ port, protocol }) => `${port}/${protocol}`).join(" ")}`;
}

/** Pods that want a port which an orphan holds, and that a controller makes anew. */
function waiting(ports: readonly Holding[]): readonly PodView[] {
  const pods = ports
    .filter(({ verdict }) => verdict === "orphan")
    .flatMap(({ wantedBy }) => wantedBy.map(({ pod }) => pod))
    .filter(({ api, standing }) => standing === "running" && api?.owner !== null);
  return [...new Set(pods)];
}

function nameOf(pod: PodView | undefined): string {
  return pod === undefined ? "" : podName(pod);
}
