import { isOrphaned } from "../../ledger/holders.ts";
import type { Holding } from "../../ledger/holdings.ts";
import type { NodeView, PodView } from "../../ledger/node-view.ts";
import { isKnown } from "../../model/told.ts";
import type { ReportStep } from "./schema.ts";

/**
 * What a person can do about orphans, and about what could not bind because of them: stop them through the runtime, which
 * kills what runs in a sandbox without its grace period [containerd v2.x, internal/cri/server/sandbox_stop.go]; look
 * again; and delete what waits, so that a new uid ends its back-off. Nothing is proposed for what is not certain.
 */
export function stepsFor(pods: readonly PodView[], ports: readonly Holding[], view: NodeView): readonly ReportStep[] {
  const orphans = pods.filter(isOrphaned);
  if (orphans.length === 0) return [];
  const endpoint = isKnown(view.sources.runtime) ? view.sources.runtime.known.endpoint : null;
  const stops = orphans.flatMap((pod) =>
    pod.sandboxes.map(({ sandbox }) => ({
      command: `${crictl(endpoint)} stopp ${sandbox.id.slice(0, shortId)}`,
      why: `on ${view.node}: kills the orphan ${nameOf(pod)}${freed(pod, ports)}`,
    })),
  );
  const [only, ...more] = ports.map(({ port }) => port);
  const again = ports.length === 0 ? "node" : only === undefined || more.length > 0 ? "ports" : `ports ${only}`;
  return [
    ...stops,
    { command: `holdfast ${again}`, why: `on ${view.node}: looks again, since what crictl returns proves nothing` },
    ...waiting(ports).map((pod) => ({
      command: `kubectl -n ${quoted(pod.namespace ?? "")} delete pod ${quoted(pod.name ?? "")}`,
      why: "once its ports are free: a new pod has no back-off to wait for",
    })),
  ];
}

/** As many digits as crictl shows; it takes any start of an id that is unique. */
const shortId = 13;

/** The socket that crictl tries first by itself [cri-tools, cmd/crictl, defaultRuntimeEndpoints]. */
const triedFirst = "/run/containerd/containerd.sock";

function crictl(endpoint: string | null): string {
  return endpoint === null || endpoint === triedFirst ? "crictl" : `crictl -r ${quoted(`unix://${endpoint}`)}`;
}

function freed(pod: PodView, ports: readonly Holding[]): string {
  const own = ports.filter(({ holders }) => holders.some((holder) => holder.pod === pod && holder.blamed));
  return own.length === 0 ? "" : `: frees ${own.map(({ port, protocol }) => `${port}/${protocol}`).join(" ")}`;
}

/** Pods that want a port which an orphan holds, and that a controller makes anew. */
function waiting(ports: readonly Holding[]): readonly PodView[] {
  const pods = ports
    .filter(({ verdict }) => verdict === "orphan")
    .flatMap(({ wantedBy }) => wantedBy.map(({ pod }) => pod))
    .filter(({ api, standing }) => standing === "running" && api?.owner !== null);
  return [...new Set(pods)];
}

function nameOf({ namespace, name, uid }: PodView): string {
  return name === null ? uid : `${namespace}/${name}`;
}

/** For a shell: what is not plain is put in quotes, so that a name does nothing when the line is pasted. */
function quoted(text: string): string {
  return /^[A-Za-z0-9._/:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
