import type { KubeletPage } from "../../model/kube-source.ts";
import type { KubeletWord } from "../../model/node-word.ts";
import { isKnown, known, unknown, type Told } from "../../model/told.ts";
import { podsOnPage } from "./pods-page.ts";
import { workingPods } from "./working-pods.ts";

/** Reads a page of one kubelet, however that is reached. Nothing is thrown. */
export type AskKubelet = (page: KubeletPage, signal: AbortSignal) => Promise<Told<string>>;

/** What the kubelet of a node says of its pods: known only where both of its pages are, as a whole. */
export async function kubeletWord(ask: AskKubelet, node: string, signal: AbortSignal): Promise<Told<KubeletWord>> {
  const pods = await read(ask, "pods", signal, (text) => podsOnPage(text, node));
  if (!isKnown(pods)) return pods;
  const working = await read(ask, "metrics", signal, workingPods);
  return isKnown(working) ? known({ pods: pods.known, working: working.known }) : working;
}

async function read<T>(
  ask: AskKubelet,
  page: KubeletPage,
  signal: AbortSignal,
  parse: (text: string) => Told<T>,
): Promise<Told<T>> {
  const text = await ask(page, signal);
  const told = isKnown(text) ? parse(text.known) : text;
  return isKnown(told) ? told : unknown({ ...told.unknown, text: `/${page} of the kubelet: ${told.unknown.text}` });
}
