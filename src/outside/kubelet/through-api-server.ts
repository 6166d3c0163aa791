import type { KubeSource } from "../../model/kube-source.ts";
import type { AskKubelet } from "./word.ts";

/** The kubelet of a node, with the right of a person: `get` of nodes/proxy, which an agent must never have. */
export function throughApiServer(kube: KubeSource, node: string): AskKubelet {
  return (page, signal) => kube.kubeletPage(node, page, { signal });
}
