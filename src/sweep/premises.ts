import type { PodView } from "../ledger/node-view.ts";
import type { KubeletWord } from "../model/node-word.ts";
import { isKnown, type Reason, type Told } from "../model/told.ts";
import { backIn, type Memory } from "./memory.ts";
import type { Policy } from "./policy.ts";
import { isLeftOver, type Scan, type Word } from "./scan.ts";

/** What has to be true before anything is done. Only `holds` lets anything happen. */
export interface Premise {
  readonly id: PremiseId;
  readonly state: "holds" | "fails" | "untold";
  /** What was seen, or why it could not be told: one clause. */
  readonly text: string;
}

type PremiseId = "P1" | "P2" | "P3" | "P4" | "P5" | "P6";

/** Looks at every premise, also after one that fails: a person wants to know all. */
export function premisesOf(scan: Scan, memory: Memory, policy: Policy): readonly Premise[] {
  const { word } = scan;
  return [
    { id: "P1", ...ownPod(scan, policy) },
    { id: "P2", ...rightCluster(scan, word, memory) },
    { id: "P3", ...oneKubelet(word, policy) },
    { id: "P4", ...listsInOrder(scan, memory) },
    { id: "P5", ...enoughKnown(scan) },
    { id: "P6", ...kubeletTries(scan, word, policy) },
  ];
}

type Judged = Omit<Premise, "id">;

/** P1: a list of pods that lacks the pod that this runs in, or a runtime that does, is of another node or cluster. */
function ownPod({ view, after }: Scan, { self }: Policy): Judged {
  if (self === null) return holds("this runs in no pod");
  if (!isKnown(after)) return untold(after.unknown);
  const pod = view.pods.find(({ uid }) => uid === self);
  if (pod === undefined) return fails("its own pod is neither in the API nor in the runtime");
  if (!pod.sandboxes.some(({ sandbox }) => sandbox.state === "ready"))
    return fails("the runtime has no ready sandbox of its own pod");
  return pod.standing === "running" ? holds("its own pod is ready") : fails("the API does not have its own pod here");
}

/** P2: the namespace kube-system stands for the cluster, boot and machine ids for the node. */
function rightCluster({ kernel }: Scan, word: Word | null, { pins }: Memory): Judged {
  if (word === null) return notAsked;
  if (!isKnown(word.cluster)) return untold(word.cluster.unknown);
  if (!isKnown(word.machine)) return untold(word.machine.unknown);
  if (!isKnown(kernel)) return untold(kernel.unknown);
  const { clusterUid, node } = word.cluster.known;
  const { machine } = word;
  if (clusterUid === null) return fails("the API server has no namespace kube-system");
  if (node === null) return fails("the API server has no node of this name");
  if (pins !== null && pins.clusterUid !== clusterUid)
    return fails("the API server is of another cluster than when this node was first swept: its journal has both ids");
  if (pins !== null && pins.machineId !== machine.known.machineId)
    return fails("this is another machine than when this node was first swept: its journal has both ids");
  if (node.bootId !== kernel.known.bootId || machine.known.bootId !== kernel.known.bootId)
    return fails("the API's node is another machine, or has not been heard of since this one booted");
  if (machine.known.machineId === null || node.machineId !== machine.known.machineId)
    return fails("the API's node has another machine id than this machine");
  return holds("kube-system, boot and machine are those of this node");
}

/** P3: of two kubelets each would take the other's pods for orphans; one that just started has not looked around yet. */
function oneKubelet(word: Word | null, { minimumUptime }: Policy): Judged {
  if (word === null) return notAsked;
  if (!isKnown(word.peers)) return untold(word.peers.unknown);
  const { kubelets, runtime } = word.peers.known;
  const [kubelet, ...others] = kubelets;
  if (kubelet === undefined) return fails("no kubelet is connected to the runtime");
  if (others.length > 0) return fails(`${kubelets.length} kubelets are connected to the runtime`);
  const youngest = Math.min(kubelet.ageSeconds, runtime.ageSeconds);
  if (!(youngest >= minimumUptime))
    return fails(
      `${kubelet.ageSeconds < runtime.ageSeconds ? "the kubelet" : "the runtime"} is up for ${Math.floor(youngest)} s, and ${minimumUptime} s are asked for`,
    );
  return holds(`one kubelet, up for ${Math.floor(kubelet.ageSeconds)} s`);
}

/** P4: whole lists that never go back, and what this program wrote last is there. */
function listsInOrder(scan: Scan, memory: Memory): Judged {
  const { before, after, view, word } = scan;
  const back = backIn(memory, scan);
  if (back !== null) return fails(`${back}: a restored etcd, or another API server`);
  if (!isKnown(before)) return untold(before.unknown);
  if (!isKnown(after)) return untold(after.unknown);
  const doubt = view.warnings.find(({ code }) => ofLists.has(code));
  if (doubt !== undefined) return fails(doubt.text);
  if (word === null) return holds("the lists of pods are whole and in order");
  if (!isKnown(word.cluster)) return untold(word.cluster.unknown);
  if (word.cluster.known.ownWrite === "not-yet") return { state: "untold", text: notWritten };
  return holds("the lists of pods are whole and in order");
}

const notWritten =
  "no report of this agent was taken by the API server so far, and nothing else would show a restored etcd: its log says why";

const ofLists: ReadonlySet<string> = new Set(["list-order", "list-scope", "resource-version-back", "unparsed"]);

/** P5: many orphans among few pods that are known say more of the list than of the node. The join holds them back itself. */
function enoughKnown({ view }: Scan): Judged {
  const doubt = view.warnings.find(({ code }) => code === "wrong-cluster");
  return doubt === undefined ? holds("enough pods of this node are known to the API") : fails(doubt.text);
}

/** P6: a kubelet that does not try to end them does not take them for leftovers. */
function kubeletTries({ view }: Scan, word: Word | null, { named }: Policy): Judged {
  if (word === null) return notAsked;
  if (!isKnown(word.kubelet)) return untold(word.kubelet.unknown);
  const ready = view.pods.filter((pod) => isLeftOver(pod) && hasReady(pod) && (named === null || named.has(pod.uid)));
  const orphans = ready.filter(({ standing }) => standing !== "overdue").length;
  const overdue = ready.length - orphans;
  const terminating = (configs: ReadonlySet<string>) => terminatingOf(word.kubelet, configs);
  if (terminating(ofNoConfig) < orphans)
    return fails(
      `the kubelet is ending ${terminating(ofNoConfig)} pods that it has no config of, and ${orphans} are left over`,
    );
  if (terminating(ofAnyConfig) < orphans + overdue)
    return fails(`the kubelet is ending ${terminating(ofAnyConfig)} pods, and ${orphans + overdue} are left over`);
  return holds("the kubelet is trying to end them");
}

const ofNoConfig: ReadonlySet<string> = new Set(["orphan", "runtime_only"]);
const ofAnyConfig: ReadonlySet<string> = new Set(["orphan", "runtime_only", "desired"]);

function hasReady({ sandboxes }: PodView): boolean {
  return sandboxes.some(({ sandbox }) => sandbox.state === "ready");
}

function terminatingOf(kubelet: Told<KubeletWord>, configs: ReadonlySet<string>): number {
  if (!isKnown(kubelet)) return 0;
  return kubelet.known.working
    .filter((each) => each.lifecycle === "terminating" && configs.has(each.config) && each.static !== true)
    .reduce((sum, { count }) => sum + count, 0);
}

const notAsked: Judged = { state: "holds", text: "nothing is left over that it would be asked for" };

function holds(text: string): Judged {
  return { state: "holds", text };
}

function fails(text: string): Judged {
  return { state: "fails", text };
}

function untold({ text }: Reason): Judged {
  return { state: "untold", text };
}
