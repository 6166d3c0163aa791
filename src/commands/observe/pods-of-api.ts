import { nodes, pods } from "../../model/kube-kinds.ts";
import type { KubeSource } from "../../model/kube-source.ts";
import type { ApiLedger, PodAnswer, Reading } from "../../model/ledger.ts";
import type { Sequence } from "../../model/sources.ts";
import { isKnown, known, unknown, type Told } from "../../model/told.ts";
import { bootIdOf } from "../../snapshot/project-node.ts";
import { projectPod, projectPods } from "../../snapshot/project-pod.ts";
import type { PodSource } from "./observe-node.ts";

export interface PodsOfApiOptions {
  readonly sequence: Sequence;
  readonly now: () => Date;
  /** Milliseconds for one question, all its tries included. */
  readonly deadline: number;
}

const podsAPage = 500;

/**
 * The pods of one node as the API server has them. They are selected by `spec.nodeName`, the one list of pods that a
 * kubelet's own credentials may ask for [kubernetes v1.36.3, plugin/pkg/auth/authorizer/node/node_authorizer.go].
 */
export function podsOfApi(kube: KubeSource, { sequence, now, deadline }: PodsOfApiOptions): PodSource {
  const reading = (began: number): Reading => ({ began, ended: sequence(), at: now().toISOString() });
  return {
    list: async (node) => {
      const began = sequence();
      const told = await wholeList(kube, node, AbortSignal.timeout(deadline));
      return isKnown(told) ? known({ reading: reading(began), node, ...told.known }) : told;
    },
    get: async (namespace, name): Promise<Told<PodAnswer>> => {
      const began = sequence();
      const told = await kube.get(pods, { namespace, name }, { signal: AbortSignal.timeout(deadline) });
      if ("unknown" in told) return told;
      if (told.known === null) return known({ reading: reading(began), pod: null });
      const projected = projectPod(told.known.unredacted().object);
      if ("pod" in projected) return known({ reading: reading(began), pod: projected.pod });
      const text = `the API has a pod ${namespace}/${name}, and ${projected.unparsed.text}`;
      return unknown({ code: "not-understood", text, at: [] });
    },
    bootId: async (node): Promise<Told<string | null>> => {
      const told = await kube.get(nodes, { namespace: null, name: node }, { signal: AbortSignal.timeout(deadline) });
      if ("unknown" in told) return told;
      if (told.known === null) return known(null);
      const bootId = bootIdOf(told.known.unredacted().object);
      if (bootId !== null) return known(bootId);
      return unknown({
        code: "not-understood",
        text: `the API's node ${node} does not say which boot it is of`,
        at: [],
      });
    },
  };
}

/** What comes after the last `begin`, if the list came to its end. */
async function wholeList(
  kube: KubeSource,
  node: string,
  signal: AbortSignal,
): Promise<Told<Pick<ApiLedger, "resourceVersion" | "servedAt" | "pods" | "unparsed">>> {
  const options = {
    freshness: "most-recent",
    fieldSelector: `spec.nodeName=${node}`,
    limit: podsAPage,
    signal,
  } as const;
  let objects: unknown[] = [];
  for await (const step of kube.list(pods, options)) {
    if (step.step === "begin") objects = [];
    else if (step.step === "page") objects.push(...step.objects.map((served) => served.unredacted().object));
    else if (step.step === "failed") return unknown(step.reason);
    else {
      const { resourceVersion, servedAt } = step;
      return known({ resourceVersion, servedAt, ...projectPods(objects) });
    }
  }
  return unknown({ code: "incomplete", text: "the list of pods did not come to its end", at: [] });
}
