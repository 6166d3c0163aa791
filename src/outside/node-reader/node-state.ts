import * as z from "zod";
import { nodes } from "../../model/kube-kinds.ts";
import type { KubeCall, KubeSource } from "../../model/kube-source.ts";
import type { Reason } from "../../model/told.ts";
import { shown } from "./pod-state.ts";

/**
 * Why nothing would run a pod on a node. `null`: nothing speaks against it, or who asks may not look at Nodes, and then the pod
 * itself will tell.
 */
export async function whyNothingRuns(kube: KubeSource, node: string, call: KubeCall): Promise<Reason | null> {
  const told = await kube.get(nodes, { namespace: null, name: node }, call);
  if ("unknown" in told) return told.unknown.code === "not-permitted" ? null : told.unknown;
  if (told.known === null) return reasonOf("wrong-cluster", `the API server has no node ${node}`, nameIt);
  const read = served.safeParse(told.known.unredacted().object);
  if (!read.success) return null;
  const { conditions = [], nodeInfo } = read.data.status;
  if (nodeInfo.operatingSystem !== "linux")
    return reasonOf(
      "not-reached",
      `the node ${node} runs ${nodeInfo.operatingSystem}, and only Linux can be read`,
      nameIt,
    );
  const ready = conditions.find(({ type }) => type === "Ready");
  if (ready?.status === "True") return null;
  const since = ready?.lastTransitionTime === undefined ? "" : ` since ${ready.lastTransitionTime}`;
  const why = `${ready?.reason ?? "no condition Ready"}${shown(ready?.message)}`;
  return reasonOf("not-reached", `the node ${node} is not ready${since} (${why})`, readItThere);
}

const nameIt = "name the node as kubectl get nodes prints it, and the right cluster (--kubeconfig, --context)";
const readItThere =
  "see why its kubelet does not answer, or read it on the node itself: holdfast snapshot --local -o FILE";

function reasonOf(code: Reason["code"], text: string, supply: string): Reason {
  return { code, text, at: [], supply };
}

const served = z.object({
  status: z.object({
    nodeInfo: z.object({ operatingSystem: z.string().max(40) }),
    conditions: z
      .array(
        z.object({
          type: z.string(),
          status: z.string(),
          reason: z.string().optional(),
          message: z.string().optional(),
          lastTransitionTime: z.iso.datetime().optional(),
        }),
      )
      .optional(),
  }),
});
