import type { Bed } from "../bed.ts";
import { kubectl } from "../clients.ts";
import { busyboxImage } from "../images.ts";

export interface PodRequest {
  readonly name: string;
  readonly node: string;
  readonly command: readonly string[];
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
}

/** Starts a busybox pod on a node, and waits until it is Ready. */
export async function startPod(bed: Bed, namespace: string, request: PodRequest): Promise<void> {
  const { name, node, command, hostNetwork = false, ports = [], hostPaths = [], nodeSelector = {} } = request;
  const { token = true } = request;
  const folders = hostPaths.map((path, index) => ({ path, name: `folder-${index}` }));
  const volumeMounts = folders.map((folder) => ({ name: folder.name, mountPath: folder.path, readOnly: true }));
  const volumes = folders.map((folder) => ({ name: folder.name, hostPath: { path: folder.path } }));
  const containers = [{ name: "main", image: busyboxImage, command, ports, volumeMounts }];
  const spec = {
    nodeName: node,
    nodeSelector,
    hostNetwork,
    terminationGracePeriodSeconds: 1,
    automountServiceAccountToken: token,
    containers,
    volumes,
  };
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name, namespace }, spec };
  await kubectl(bed, ["apply", "--filename=-"], { input: JSON.stringify(pod) });
  await kubectl(bed, ["wait", `pod/${name}`, `--namespace=${namespace}`, "--for=condition=Ready", "--timeout=120s"]);
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
