import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { connect } from "node:net";
import { NamespaceMode, RuntimeService } from "../../system/containerd/generated/run_pb.ts";
import type { Bed, NamespaceNode } from "../bed.ts";
import { pidOne } from "../namespaces/node.ts";
import { runtimeSocket } from "../runtimes.ts";

/** What a sandbox that no kubelet made says of itself. */
export interface SandboxClaims {
  readonly name: string;
  /** In its metadata. */
  readonly uid: string;
  /**
   * Its label `io.kubernetes.pod.uid`, with which it has all that a kubelet gives a pod of the API; `null`: no label and no
   * annotation at all, as `crictl runp` makes it.
   */
  readonly labelUid: string | null;
  /** The cgroup in which its own is made, below each hierarchy. */
  readonly cgroupParent: string;
}

/** Makes a sandbox through CRI, past the kubelet of the node; gives its id. What lives of it is its pause. */
export async function runForeignSandbox(
  bed: Bed,
  node: NamespaceNode,
  { name, uid, labelUid, cgroupParent }: SandboxClaims,
): Promise<string> {
  // As the node's own processes see it, where /run is a file system of its own.
  const socket = `/proc/${pidOne(bed, node)}/root${runtimeSocket}`;
  const transport = createGrpcTransport({
    baseUrl: "http://localhost",
    nodeOptions: { createConnection: () => connect(socket) },
    acceptCompression: [],
    defaultTimeoutMs: 60_000,
  });
  const namespace = "default";
  const ofKubelet = {
    labels: {
      "io.kubernetes.pod.name": name,
      "io.kubernetes.pod.namespace": namespace,
      "io.kubernetes.pod.uid": labelUid ?? "",
    },
    annotations: { "kubernetes.io/config.source": "api" },
  };
  const { podSandboxId } = await createClient(RuntimeService, transport).runPodSandbox({
    config: {
      metadata: { name, namespace, uid, attempt: 0 },
      ...(labelUid === null ? {} : ofKubelet),
      linux: {
        cgroupParent,
        securityContext: { namespaceOptions: { network: NamespaceMode.NODE, pid: NamespaceMode.CONTAINER } },
      },
    },
  });
  return podSandboxId;
}
