import type { Journal } from "../../model/journal.ts";
import type { KubeSource } from "../../model/kube-source.ts";
import { isKnown, known, mapTold, unknown, type Reason, type Told } from "../../model/told.ts";
import type { ProcessId } from "../../model/node-actor.ts";
import type { NodeHand } from "../../model/node-hand.ts";
import type { Written } from "../../outside/cluster/written.ts";
import { directly } from "../../outside/kubelet/direct.ts";
import { heldLock } from "../../outside/node-lock/held-lock.ts";
import type { AskKubelet } from "../../outside/kubelet/word.ts";
import type { SweepEvent } from "../../sweep/events.ts";
import { handHere } from "../../outside/node-hand/here.ts";
import { servicesOf } from "../sweep/disturbing-options.ts";
import { partiesFor } from "../sweep/parties.ts";
import type { Parties } from "../sweep/world.ts";
import type { AgentOptions, AgentPod } from "./options.ts";

export interface AgentActing {
  readonly run: string;
  readonly journal: Journal<SweepEvent>;
  readonly tell: (event: SweepEvent) => void;
  readonly signal: AbortSignal;
  /** What this agent wrote last. */
  readonly written: () => Written | "not-yet";
}

/** Who answers in an agent's pod: the node's files below its pid 1, the API server and the kubelet by the pod's own account. */
export function agentParties(
  kube: KubeSource,
  { node }: AgentPod,
  options: AgentOptions,
  { run, journal, tell, signal, written }: AgentActing,
): Parties {
  let readings = 0;
  const counter = { sequence: () => (readings += 1), now: () => new Date() };
  const { root, criSocket = null, kubeletPort: port } = options;
  const hand = handHere({ root, criSocket, services: servicesOf(options), ...counter });
  const kubelet: AskKubelet = async (page, given) => {
    const found = await kubeletListens(hand, port, given);
    if (!isKnown(found)) return found;
    const listener = async () => mapTold(await kubeletListens(hand, port, given), ({ kubelet: process }) => process);
    return directly({ address: found.known.address, port, listener })(page, given);
  };
  const side = { hand, lock: heldLock(options.stateDir), journal };
  const person = { agrees: () => Promise.resolve(!signal.aborted) };
  const acting = { run, kube, side, journal, sequence: counter.sequence, kubelet, written, person, tell, signal };
  const notAsked = () => Promise.resolve(unknown(notHere));
  // Its own clock says how long a pod is gone; what any client may write as an event is nothing to hurry for where nobody is there.
  return { ...partiesFor(node, options, acting), drivers: notAsked, killings: notAsked };
}

const notHere: Reason = { code: "not-served", text: "an agent does not ask for this", at: [] };

/** Where the one kubelet that the runtime has listens, and that nobody else does: the token is for it alone. */
async function kubeletListens(
  hand: NodeHand,
  port: number,
  signal: AbortSignal,
): Promise<Told<{ readonly kubelet: ProcessId; readonly address: string }>> {
  const peers = await hand.peers(signal);
  if (!isKnown(peers)) return peers;
  const [kubelet, ...others] = peers.known.kubelets;
  if (kubelet === undefined || others.length > 0)
    return doubt(`${peers.known.kubelets.length} kubelets have the runtime`);
  const kernel = await hand.kernel([], signal);
  if (!isKnown(kernel)) return kernel;
  const { processes, sockets, hostNetwork } = kernel.known;
  const listening = sockets.filter(
    (each) => each.network === hostNetwork && each.protocol === "tcp" && each.port === port,
  );
  const inodes = new Set(listening.map(({ inode }) => inode));
  const holders = processes.filter((each) => each.sockets.some((inode) => inodes.has(inode)));
  const [socket] = listening;
  if (socket === undefined || holders.length === 0 || holders.some(({ pid }) => pid !== kubelet.pid))
    return doubt(`port ${port} is not the kubelet's alone`);
  const address = everywhere.has(socket.address) ? "127.0.0.1" : socket.address;
  return known({ kubelet: { pid: kubelet.pid, startTicks: kubelet.startTicks }, address });
}

const everywhere: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

function doubt(text: string): Told<never> {
  return unknown({ code: "contradicted", text, at: [] });
}
