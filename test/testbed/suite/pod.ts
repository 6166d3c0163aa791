import type { Bed } from "../bed.ts";
import { kubectl } from "../clients.ts";
import { busyboxImage } from "../images.ts";

export interface PodRequest {
  readonly name: string;
  readonly node: string;
  readonly command: readonly string[];
  readonly hostNetwork?: boolean;
}

/** Starts a busybox pod on a node, and waits until it is Ready. */
export async function startPod(bed: Bed, namespace: string, request: PodRequest): Promise<void> {
  const { name, node, command, hostNetwork = false } = request;
  const container = { name: "main", image: busyboxImage, command };
  const spec = { nodeName: node, hostNetwork, terminationGracePeriodSeconds: 1, containers: [container] };
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name, namespace }, spec };
  await kubectl(bed, ["apply", "--filename=-"], { input: JSON.stringify(pod) });
  await kubectl(bed, ["wait", `pod/${name}`, `--namespace=${namespace}`, "--for=condition=Ready", "--timeout=120s"]);
}

/** What `kubectl get -o jsonpath=PATH` says of a pod. */
export function podField(bed: Bed, namespace: string, name: string, path: string): Promise<string> {
  return kubectl(bed, ["get", "pod", name, `--namespace=${namespace}`, `--output=jsonpath=${path}`]);
}
