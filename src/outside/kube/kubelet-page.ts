import type { KubeCall, KubeletPage, KubeReason, KubeTold } from "../../model/kube-source.ts";
import { known } from "../../model/told.ts";
import { kubeletPath } from "./paths.ts";
import { notUnderstood, reason } from "./refusal.ts";
import type { Reply, Requests } from "./requests.ts";

/** Reads a page of a node's kubelet through the API server. See {@link KubeSource.kubeletPage}. */
export async function kubeletPage(
  requests: Requests,
  node: string,
  page: KubeletPage,
  { signal }: KubeCall = {},
): Promise<KubeTold<string>> {
  const path = kubeletPath(node, page);
  if (path === null) return { unknown: notUnderstood("what was asked for is no name of a node", null) };
  const needs = { verb: "get", group: "", resource: "nodes/proxy" };
  const reply = await requests.send({ method: "GET", path, accept: accepted[page], needs, signal });
  return "reason" in reply ? { unknown: byWhom(reply, page) } : known(reply.answer);
}

export const accepted: Readonly<Record<KubeletPage, string>> = {
  pods: "application/json",
  metrics: "text/plain;version=0.0.4",
};

/** The kubelet refuses in plain text, which the API server passes on [kubernetes v1.36.3, pkg/kubelet/server/server.go]. */
function byWhom(reply: Extract<Reply<string>, { reason: KubeReason }>, page: KubeletPage): KubeReason {
  const { status, said } = reply.reason;
  if (reply.status !== null || (status !== 401 && status !== 403)) return reply.reason;
  const text = `/${page} of the kubelet is not permitted (${status}), and it is not the API server that says so`;
  const grant = `grant the user of the API server's --kubelet-client-certificate get of nodes/${page}`;
  return reason("not-permitted", text, { status, said }, grant);
}
