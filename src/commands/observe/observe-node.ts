import { isOrphaned } from "../../ledger/holders.ts";
import { joinLedgers, type JoinOptions } from "../../ledger/join.ts";
import type { NodeView, PodView } from "../../ledger/node-view.ts";
import { sandboxesInQuestion } from "../../ledger/sandboxes-in-question.ts";
import { nameKey } from "../../ledger/sightings.ts";
import type {
  ApiLedger,
  KernelLedger,
  NodeObservation,
  ObservedNode,
  PodAnswer,
  PodKnowledge,
} from "../../model/ledger.ts";
import type { NodeReading, RuntimeSource } from "../../model/sources.ts";
import { isKnown, isSilent, unknown, type Reason, type Told } from "../../model/told.ts";

/** The API server, as far as one node is concerned. None of it throws. */
export interface PodSource {
  /** A whole list of the pods that are bound to the node. */
  list(node: string): Promise<Told<ApiLedger>>;
  get(namespace: string, name: string): Promise<Told<PodAnswer>>;
  /** The boot id that the kubelet wrote into the Node; `null`: there is no Node of this name. */
  bootId(node: string): Promise<Told<string | null>>;
}

/** What runtime and kernel of a node say. None of it throws. */
export interface NodeSource {
  /**
   * Begins once the list is settled: absence is judged by that order.
   *
   * @param list the node's pods, as far as the API told them: where they say enough, the runtime need not
   */
  read(node: string, list: Promise<Told<ApiLedger>>): Promise<NodeReading>;
}

export interface NodeSources {
  readonly pods: PodSource;
  readonly node: NodeSource;
}

/**
 * Reads a node in the order that can tell an orphan: its pods by the API, then runtime and kernel, then its pods once
 * more; and what would be an orphan by then is asked for by name. `view` is what that gives, joined. Nothing is written
 * anywhere.
 */
export async function observeNode(
  node: string,
  sources: NodeSources,
  options: JoinOptions = {},
): Promise<ObservedNode & { readonly view: NodeView; readonly left: readonly Reason[] }> {
  const { pods } = sources;
  const first = pods.list(node);
  const { observation, cgroupRoot, left: leaving } = await sources.node.read(node, first);
  // The pod that it was read through is gone by the second list, or told.
  const left = await leaving;
  const before = await first;
  const again = isKnown(before) || !isSilent(before.unknown) ? pods.list(node) : before;
  const bootId = isKnown(before) && isKnown(observation.kernel) ? pods.bootId(node) : null;
  const after = await again;
  const doubt = await doubtOf(observation, pods, [before, after], bootId);
  const listed: PodKnowledge = { before: doubt ?? before, after: doubt ?? after, asked: new Map() };
  const found = cgroupRoot === null ? options : { cgroupRoot, ...options };
  const view = joinLedgers(listed, observation, found);
  const candidates = view.pods.filter(isOrphaned);
  if (candidates.length === 0) return { knowledge: listed, observation, view, left };
  const knowledge = { ...listed, asked: await answersFor(candidates, pods) };
  return { knowledge, observation, view: joinLedgers(knowledge, observation, found), left };
}

/**
 * The node that this machine is. `readKernel` begins once its argument is settled: what it takes before that can be done
 * meanwhile.
 */
export function nodeHere(
  runtime: Pick<RuntimeSource, "list" | "inspect">,
  readKernel: (after: Promise<unknown>) => Promise<Told<KernelLedger>>,
  signal: AbortSignal,
): NodeSource {
  return {
    read: async (node, list) => {
      const [asked, told, kernel] = await Promise.all([list, list.then(() => runtime.list(signal)), readKernel(list)]);
      const details = await runtime.inspect(sandboxesInQuestion(asked, told), signal);
      return {
        observation: { node, runtime: told, kernel, details },
        cgroupRoot: null,
        ownPod: null,
        left: Promise.resolve([]),
      };
    },
  };
}

/**
 * The lists are of this machine only if the Node of that name was last booted when this machine was. `null`: nothing
 * speaks against it.
 */
async function doubtOf(
  { node, kernel }: NodeObservation,
  pods: PodSource,
  lists: readonly Told<ApiLedger>[],
  asked: ReturnType<PodSource["bootId"]> | null,
): Promise<Told<never> | null> {
  if (!lists.some(isKnown) || !isKnown(kernel)) return null;
  const bootId = await (asked ?? pods.bootId(node));
  const supply = "name the node as the API has it, or the right cluster (--kubeconfig, --context)";
  if (!isKnown(bootId)) return bootId;
  if (bootId.known === null)
    return unknown({ code: "wrong-cluster", text: `the API server has no node ${node}`, at: [], supply });
  if (bootId.known === kernel.known.bootId) return null;
  const text = `the API server's node ${node} is another machine, or has not been heard of since this one booted`;
  return unknown({ code: "wrong-cluster", text, at: [], supply });
}

/**
 * Who may only list is not asked: so a kubelet's own credentials, which get no pod but those that the API server has on
 * its node [kubernetes v1.36.3, plugin/pkg/auth/authorizer/node]. The two lists are what is known then.
 */
async function answersFor(candidates: readonly PodView[], pods: PodSource): Promise<PodKnowledge["asked"]> {
  const answers = new Map<string, Told<PodAnswer>>();
  let silence: Told<PodAnswer> | null = null;
  for (const { namespace, name } of candidates) {
    if (namespace === null || name === null) continue;
    const answer: Told<PodAnswer> = silence ?? (await pods.get(namespace, name));
    if (!isKnown(answer) && isSilent(answer.unknown)) silence = answer;
    if (isKnown(answer) || answer.unknown.code !== "not-permitted") answers.set(nameKey(namespace, name), answer);
  }
  return answers;
}
