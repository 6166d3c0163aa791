import * as z from "zod";
import { nodes, pods } from "../../model/kube-kinds.ts";
import type { KubeSource } from "../../model/kube-source.ts";
import { isKnown, known, unknown, type Reason, type Told } from "../../model/told.ts";
import { podObjectsOnPage } from "../../outside/kubelet/pods-page.ts";
import type { AskKubelet } from "../../outside/kubelet/word.ts";
import { printable } from "../../report/safe.ts";
import { notReadmitted, sentenceOf } from "../../scheduling/readmission.ts";
import { projectSchedulingNode } from "../../snapshot/project-scheduling-node.ts";
import { projectSchedulingPods } from "../../snapshot/project-scheduling-pod.ts";

export interface Readmission {
  readonly kube: KubeSource;
  readonly kubelet: AskKubelet;
  readonly node: string;
}

/**
 * The pods of a node that its kubelet would not take again if it were restarted now, or perhaps not, a clause each. What a kubelet
 * takes is what the API server has for its node, and the static pods, of which a kubelet alone knows all.
 */
export async function readmission(
  { kube, kubelet, node }: Readmission,
  signal: AbortSignal,
): Promise<Told<readonly string[]>> {
  const served = await kube.get(nodes, { namespace: null, name: node }, { signal });
  if (!isKnown(served)) return served;
  if (served.known === null)
    return unknown({ code: "wrong-cluster", text: `the API server has no node ${printable(node)}`, at: [] });
  const version = kubeletIn(served.known.unredacted().object);
  if (!isReplayed(version)) return unknown(ofAnother(version));
  const scheduling = projectSchedulingNode(served.known.unredacted().object);
  if (!isKnown(scheduling)) return scheduling;
  const ofApi = await podsOfNode(kube, node, signal);
  if (!isKnown(ofApi)) return ofApi;
  const page = await kubelet("pods", signal);
  if (!isKnown(page)) return page;
  const ofKubelet = podObjectsOnPage(page.known, node);
  if (!isKnown(ofKubelet)) return ofKubelet;
  const all = projectSchedulingPods(ofApi.known);
  const own = projectSchedulingPods(ofKubelet.known);
  const found = notReadmitted({
    node: scheduling.known,
    pods: [...all.pods, ...own.pods.filter(({ source }) => source === "static")],
    unparsed: [...all.unparsed, ...own.unparsed],
  });
  return known(found.map((each) => printable(sentenceOf(each))));
}

/** As the kubelet itself wrote it; `null`: it has not. */
function kubeletIn(object: unknown): string | null {
  const read = nodeVersion.safeParse(object);
  return read.success ? read.data.status.nodeInfo.kubeletVersion : null;
}

const nodeVersion = z.object({ status: z.object({ nodeInfo: z.object({ kubeletVersion: z.string().min(1) }) }) });

/** What src/scheduling replays, and was held against (test/oracle/kubelet). What another takes is not known. */
function isReplayed(version: string | null): boolean {
  return version !== null && /^v1\.36\.\d+(?:[-+].*)?$/.test(version);
}

function ofAnother(version: string | null): Reason {
  const text =
    version === null
      ? "the Node does not say which version its kubelet is of"
      : `the kubelet is ${printable(version)}, and which pods one takes again is known of v1.36 alone`;
  return { code: "incomplete", text, at: [], supply: "drain the node, and restart its kubelet yourself" };
}

async function podsOfNode(kube: KubeSource, node: string, signal: AbortSignal): Promise<Told<readonly unknown[]>> {
  let objects: unknown[] = [];
  const fieldSelector = `spec.nodeName=${node}`;
  for await (const step of kube.list(pods, { freshness: "most-recent", fieldSelector, limit: 500, signal })) {
    if (step.step === "failed") return unknown(step.reason);
    if (step.step === "end") return known(objects);
    if (step.step === "begin") objects = [];
    if (step.step === "page") objects.push(...step.objects.map((each) => each.unredacted().object));
  }
  return unknown({ code: "incomplete", text: "the list of pods did not come to its end", at: [] });
}
