import type { Bed } from "../bed.ts";
import { kubectl } from "../clients.ts";
import { busyboxImage } from "../images.ts";

export interface PodRequest {
  readonly name: string;
  readonly node: string;
  readonly command: readonly string[];
  /** It has to be on the node. Default: busybox. */
  readonly image?: string;
  /** Whether it has all of the node's devices. Default: no. */
  readonly privileged?: boolean;
  readonly hostNetwork?: boolean;
  readonly ports?: readonly {
    readonly containerPort: number;
    readonly hostPort: number;
    readonly protocol: "TCP" | "UDP";
  }[];
  /** Folders of the node that the container has at the same place, read-only. */
  readonly hostPaths?: readonly string[];
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /** Whether it has a token of the API, and so a volume. Default: it has. */
  readonly token?: boolean;
  /** Its terminationGracePeriodSeconds. Default 1. */
  readonly grace?: number;
}

/** Starts a pod of one container on a node, and waits until it is Ready. */
export function startPod(bed: Bed, namespace: string, request: PodRequest): Promise<void> {
  return startPods(bed, namespace, [request]);
}

/** Starts such pods at once, and waits until all are Ready. */
export async function startPods(bed: Bed, namespace: string, requests: readonly PodRequest[]): Promise<void> {
  const items = requests.map((request) => podObject(namespace, request));
  await kubectl(bed, ["apply", "--filename=-"], { input: JSON.stringify({ apiVersion: "v1", kind: "List", items }) });
  const names = requests.map(({ name }) => `pod/${name}`);
  await kubectl(bed, ["wait", ...names, `--namespace=${namespace}`, "--for=condition=Ready", "--timeout=120s"]);
}

function podObject(namespace: string, request: PodRequest): object {
  const { name, node, command, hostNetwork = false, ports = [], hostPaths = [] } = request;
  const { nodeSelector = {}, token = true, grace = 1, image = busyboxImage, privileged = false } = request;
  const folders = hostPaths.map((path, index) => ({ path, name: `folder-${index}` }));
  const volumeMounts = folders.map((folder) => ({ name: folder.name, mountPath: folder.path, readOnly: true }));
  const volumes = folders.map((folder) => ({ name: folder.name, hostPath: { path: folder.path } }));
  const containers = [{ name: "main", image, command, ports, volumeMounts, securityContext: { privileged } }];
  const spec = {
    nodeName: node,
    nodeSelector,
    hostNetwork,
    terminationGracePeriodSeconds: grace,
    automountServiceAccountToken: token,
    containers,
    volumes,
  };
  return { apiVersion: "v1", kind: "Pod", metadata: { name, namespace }, spec };
}

/** What `kubectl get -o jsonpath=PATH` says of a pod. */
export function podField(bed: Bed, namespace: string, name: string, path: string): Promise<string> {
  return kubectl(bed, ["get", "pod", name, `--namespace=${namespace}`, `--output=jsonpath=${path}`]);
}

/** Which container a pod's first is, and since when it runs: the same as before where nobody touched it. */
export function containerOf(bed: Bed, namespace: string, name: string): Promise<string> {
  const first = ".status.containerStatuses[0]";
  return podField(bed, namespace, name, `{${first}.containerID} {${first}.state.running.startedAt}`);
}
