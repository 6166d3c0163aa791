import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { connect } from "node:net";
import type { Containerd } from "./containerd.ts";
import { NamespaceMode, Protocol, RuntimeService } from "./generated/run_pb.ts";
import { image } from "./image.ts";

/** A sandbox with one container, made as the kubelet does. */
export interface Workload {
  readonly sandbox: string;
  readonly container: string;
  /** StopPodSandbox: the record stays. */
  stop(): Promise<void>;
}

export const podUid = "6e2c1b1a-0f0c-4b5e-9d3a-2f7a54c0a001";
export const secret = "hunter2";

/** `hostNetwork`: in the network of the node, as a pod with `hostNetwork: true`. */
export async function runWorkload(
  { socket, cgroup }: Containerd,
  { name, hostNetwork = false }: { name: string; hostNetwork?: boolean },
): Promise<Workload> {
  const transport = createGrpcTransport({
    baseUrl: "http://localhost",
    nodeOptions: { createConnection: () => connect(socket) },
    acceptCompression: [],
    defaultTimeoutMs: 60_000,
  });
  const runtime = createClient(RuntimeService, transport);
  const labels = { "io.kubernetes.pod.uid": podUid, "io.kubernetes.pod.name": name };
  const namespaceOptions = {
    pid: NamespaceMode.CONTAINER,
    network: hostNetwork ? NamespaceMode.NODE : NamespaceMode.POD,
  };
  const sandboxConfig = {
    metadata: { name, namespace: "default", uid: podUid, attempt: 2 },
    labels,
    annotations: { "kubernetes.io/config.source": "api", "example.com/note": secret },
    portMappings: [
      { containerPort: 80, hostPort: 18080 },
      { protocol: Protocol.UDP, containerPort: 53, hostPort: 15353, hostIp: "127.0.0.1" },
      { containerPort: 9 },
    ],
    linux: { cgroupParent: `${cgroup}/pod${podUid}`, securityContext: { namespaceOptions } },
  };
  const { podSandboxId } = await runtime.runPodSandbox({ config: sandboxConfig });
  const config = {
    metadata: { name: "main", attempt: 1 },
    image: { image },
    command: ["/bin/busybox", "sleep", "3600"],
    envs: [{ key: "PASSWORD", value: Buffer.from(secret) }],
    labels,
    annotations: { "io.kubernetes.pod.terminationGracePeriod": "300" },
    linux: { securityContext: { namespaceOptions } },
  };
  const { containerId } = await runtime.createContainer({ podSandboxId, config, sandboxConfig });
  await runtime.startContainer({ containerId });
  return {
    sandbox: podSandboxId,
    container: containerId,
    stop: async () => {
      await runtime.stopPodSandbox({ podSandboxId });
    },
  };
}
