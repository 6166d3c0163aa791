import { nameTheSocket, NotTold } from "./not-told.ts";
import { Runtime } from "./runtime.ts";
import type { Asking } from "./runtime.ts";

/** Where runtimes listen when nobody says otherwise. */
export const wellKnownSockets: readonly string[] = [
  // containerd: defaults/defaults_unix.go; also kubeadm's default.
  "/run/containerd/containerd.sock",
  // k3s and RKE2: k3s pkg/agent/containerd.
  "/run/k3s/containerd/containerd.sock",
  // k0s: docs/runtime.md.
  "/run/k0s/containerd.sock",
  // MicroK8s.
  "/var/snap/microk8s/common/run/containerd.sock",
  // CRI-O: crictl's list, cri-tools cmd/crictl/main_unix.go.
  "/run/crio/crio.sock",
];

/** A path, or the URL that a kubelet's configuration has: `unix:///run/containerd/containerd.sock`. */
export function socketPath(endpoint: string): string {
  return endpoint.replace(/^unix:\/\//, "");
}

/**
 * The one socket of a list behind which a runtime is, or may be. Where several are left, nobody is picked: a machine can
 * have a second containerd for Docker, and the kubelet uses only one. Throws {@link NotTold}.
 */
export async function findSocket(sockets: readonly string[], asking: Omit<Asking, "socket">): Promise<string> {
  const left: string[] = [];
  const none: NotTold[] = [];
  for (const socket of sockets) {
    const failure = await whyNoRuntime({ ...asking, socket });
    if (failure === null) left.push(socket);
    else none.push(failure);
  }
  const [only, ...others] = left;
  if (only === undefined) {
    const tried = none.map(({ reason }) => reason.text).join("; ");
    throw new NotTold("not-reached", `no container runtime was found: ${tried}`, {
      supply: nameTheSocket,
      noRuntime: true,
    });
  }
  if (others.length > 0) {
    const text = `more than one container runtime could be meant: ${left.join(", ")}`;
    throw new NotTold("not-understood", text, { supply: nameTheSocket });
  }
  return only;
}

/** `null`: there is one, or it cannot be ruled out. */
async function whyNoRuntime(asking: Asking): Promise<NotTold | null> {
  try {
    using runtime = await Runtime.connect(asking);
    await runtime.version();
    return null;
  } catch (error) {
    return error instanceof NotTold && error.noRuntime ? error : null;
  }
}
