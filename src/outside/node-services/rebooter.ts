import { daemonSets, nodes, pods } from "../../model/kube-kinds.ts";
import type { KubeSource } from "../../model/kube-source.ts";
import type { Rebooter } from "../../model/node-word.ts";
import { isKnown, known, unknown, type Reason, type Told } from "../../model/told.ts";
import { printable } from "../../report/safe.ts";
import { daemonSetOf, isRunningPodOf, kuredAtNode, kuredIn, podLabels, type Kured } from "./kured.ts";

export interface RebooterQuestion {
  /** The name of the Node. */
  readonly node: string;
  /** Of kured's DaemonSet. */
  readonly kured: KuredPlace;
  /** The file that a request is made with, as the node names it. */
  readonly sentinel: string;
  readonly now: () => Date;
  /** Milliseconds for one question to the API server. Default 15,000. */
  readonly deadline?: number;
}

export interface KuredPlace {
  readonly namespace: string;
  readonly name: string;
}

/**
 * What kured is at, and whether it would see a request on this node: it looks for a file, once an hour unless it is told otherwise,
 * and then drains, reboots and uncordons. It may be at a node the moment after this was asked. `null`: it is not in the cluster,
 * under this name or another.
 */
export async function rebooterOf(kube: KubeSource, question: RebooterQuestion): Promise<Told<Rebooter | null>> {
  const kured = await kuredNow(kube, question);
  if (!isKnown(kured)) return kured;
  if (kured.known === null) return noneByAnyName(kube, question);
  const begun = await begunAt(kube, question);
  if (!isKnown(begun)) return begun;
  const runs = await runsHere(kube, question, kured.known.uid);
  if (!isKnown(runs)) return runs;
  const { lockedBy, sentinel } = kured.known;
  const at = lockedBy.map((name) => printable(name).slice(0, 253));
  return known({
    at: begun.known && !at.includes(question.node) ? [...at, question.node] : at,
    deaf: whyDeaf(question, runs.known, sentinel),
  });
}

async function kuredNow(
  kube: KubeSource,
  { kured: { namespace, name }, now, deadline }: RebooterQuestion,
): Promise<Told<Kured | null>> {
  const told = await kube.get(daemonSets, { namespace, name }, within(deadline));
  if (!isKnown(told)) return told;
  return told.known === null ? known(null) : kuredIn(told.known, now());
}

/** One of another name is at nodes too, and its lock would not be seen. */
async function noneByAnyName(kube: KubeSource, question: RebooterQuestion): Promise<Told<null>> {
  const begun = await begunAt(kube, question);
  if (!isKnown(begun)) return begun;
  if (begun.known) return unknown(hasAnother(question, "a kured has begun with this node"));
  for (const labelSelector of podLabels) {
    const list = { freshness: "most-recent", labelSelector, limit: 100, ...within(question.deadline) } as const;
    let isWhole = false;
    for await (const step of kube.list(pods, list)) {
      if (step.step === "failed") return unknown(step.reason);
      if (step.step === "end") isWhole = true;
      const [of] = step.step === "page" ? step.objects.flatMap((object) => daemonSetOf(object) ?? []) : [];
      if (of === undefined) continue;
      const name = printable(`${of.namespace}/${of.name}`);
      return unknown(hasAnother(question, `there is a kured of the DaemonSet ${name}`));
    }
    if (!isWhole) return unknown(cutShort);
  }
  return known(null);
}

function hasAnother({ kured: { namespace, name } }: RebooterQuestion, what: string): Reason {
  const text = `${what}, and none of the DaemonSet ${namespace}/${name}`;
  return { code: "contradicted", text, at: [], supply: "name its DaemonSet: --kured, or agent.kured of the chart" };
}

const cutShort: Reason = { code: "incomplete", text: "the list of kured's pods did not come to its end", at: [] };

async function begunAt(kube: KubeSource, { node, deadline }: RebooterQuestion): Promise<Told<boolean>> {
  const told = await kube.get(nodes, { namespace: null, name: node }, within(deadline));
  if (!isKnown(told)) return told;
  if (told.known !== null) return kuredAtNode(told.known);
  return unknown({ code: "wrong-cluster", text: `the API server has no node ${printable(node)}`, at: [] });
}

/** Whether kured has a pod on the node that would see the file. */
async function runsHere(
  kube: KubeSource,
  { node, kured: { namespace }, deadline }: RebooterQuestion,
  uid: string,
): Promise<Told<boolean>> {
  let runs = false;
  const fieldSelector = `spec.nodeName=${node}`;
  const list = { freshness: "most-recent", namespace, fieldSelector, limit: 100, ...within(deadline) } as const;
  for await (const step of kube.list(pods, list)) {
    if (step.step === "begin") runs = false;
    else if (step.step === "page") runs ||= step.objects.some((object) => isRunningPodOf(object, uid));
    else if (step.step === "failed") return unknown(step.reason);
    else return known(runs);
  }
  return unknown(cutShort);
}

function within(deadline = 15_000): { readonly signal: AbortSignal } {
  return { signal: AbortSignal.timeout(deadline) };
}

function whyDeaf({ node, sentinel }: RebooterQuestion, runs: boolean, looksFor: Told<string>): Reason | null {
  if (!runs) return notHere(node);
  if (!isKnown(looksFor)) return looksFor.unknown;
  return ofOldName(looksFor.known) === ofOldName(sentinel) ? null : another(looksFor.known, sentinel);
}

/** /var/run is a link to /run wherever systemd is [FHS 3.0, 5.13]. */
function ofOldName(path: string): string {
  return path.replace(/^\/var\/run\//, "/run/");
}

function another(looksFor: string, sentinel: string): Reason {
  return {
    code: "contradicted",
    text: `kured looks for ${printable(looksFor)}, and not for ${printable(sentinel)}`,
    at: [],
    supply: "name the file that it looks for: --kured-sentinel",
  };
}

function notHere(node: string): Reason {
  return {
    code: "not-reached",
    text: `kured has no pod on ${printable(node)} that runs, so nobody there would see a request`,
    at: [],
    supply: "see whether kured tolerates the node's taints; or drain the node, and reboot it yourself",
  };
}
