import type { Bed, NamespaceNode } from "../bed.ts";
import { kubectl } from "../clients.ts";
import { busyboxImage } from "../images.ts";

/**
 * kured as its chart installs it, as far as others can see: a DaemonSet with a pod on the node, which looks for a file in the node's
 * /run. Its program is not there: nothing is rebooted.
 */
export async function installKured(bed: Bed, { name: node }: NamespaceNode): Promise<void> {
  const labels = { app: "kured" };
  const container = {
    name: "kured",
    image: busyboxImage,
    command: ["sh", "-c", "sleep infinity"],
    args: ["--reboot-sentinel=/sentinel/reboot-required"],
    volumeMounts: [{ name: "sentinel", mountPath: "/sentinel", readOnly: true }],
  };
  const spec = {
    nodeSelector: { "kubernetes.io/hostname": node },
    tolerations: [{ operator: "Exists" }],
    terminationGracePeriodSeconds: 1,
    containers: [container],
    volumes: [{ name: "sentinel", hostPath: { path: "/run" } }],
  };
  const object = {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "kured", namespace: "kube-system" },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  };
  await kubectl(bed, ["apply", "--filename=-"], { input: JSON.stringify(object) });
  await kubectl(bed, ["rollout", "status", "daemonset/kured", "--namespace=kube-system", "--timeout=120s"]);
}

/** What kured writes when it begins with a node [kured 1.23.0, pkg/daemonsetlock/daemonsetlock.go]; `null`: when it is done. */
export async function lockKured(bed: Bed, node: string | null): Promise<void> {
  const lock = { nodeID: node, metadata: { unschedulable: false }, created: new Date().toISOString(), TTL: 0 };
  const name = "weave.works/kured-node-lock";
  const change = node === null ? `${name}-` : `${name}=${JSON.stringify(lock)}`;
  await kubectl(bed, ["annotate", "daemonset/kured", "--namespace=kube-system", "--overwrite", change]);
}

export async function removeKured(bed: Bed): Promise<void> {
  await kubectl(bed, ["delete", "daemonset", "kured", "--namespace=kube-system", "--ignore-not-found", "--wait"]);
}
