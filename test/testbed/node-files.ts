import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { controlPlane, type Bed, type Node } from "./bed.ts";
import { pkiOf } from "./certificates.ts";
import { admin, kubeconfig, kubeletUser } from "./kubeconfig.ts";
import { kubeletConfig } from "./kubelet-config.ts";
import type { Runtime } from "./runtimes.ts";

/** What makes a small Linux a node of the bed: its configuration, by path, at the usual places. */
export function nodeFiles(bed: Bed, node: Node, runtime: Runtime): Record<string, string> {
  return {
    "/etc/hostname": `${node.name}\n`,
    "/etc/hosts": `127.0.0.1 localhost\n${bed.nodes.map(({ address, name }) => `${address} ${name}\n`).join("")}`,
    "/etc/resolv.conf": "",
    "/etc/machine-id": `${machineId(bed, node)}\n`,
    "/etc/containerd/config.toml": runtime.config(),
    "/etc/cni/net.d/10-testbed.conflist": podNetwork(node),
    "/etc/kubernetes/pki/ca.crt": readFileSync(pkiOf(bed).ca, "utf8"),
    "/etc/kubernetes/kubelet.conf": kubeconfig(bed, kubeletUser(node)),
    "/var/lib/kubelet/config.yaml": kubeletConfig(bed, node),
    // As after kubeadm: who administers the cluster does so on its control plane, as root.
    ...(node === controlPlane(bed) ? { "/root/.kube/config": kubeconfig(bed, admin) } : {}),
  };
}

/** Options of the kubelet that its configuration file has no place for. */
export function kubeletOptions(node: Node): string[] {
  return [
    "--config=/var/lib/kubelet/config.yaml",
    "--kubeconfig=/etc/kubernetes/kubelet.conf",
    `--hostname-override=${node.name}`,
    `--node-ip=${node.address}`,
  ];
}

/** 32 hex digits; the same at each start of a node, and another one on each node. */
export function machineId(bed: Bed, node: Node): string {
  return createHash("md5").update(`${bed.token}-${node.name}`).digest("hex");
}

/** Writes files, readable by root alone, below a folder. */
export function writeFiles(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, { mode: 0o600 });
  }
}

function podNetwork(node: Node): string {
  const ipam = { type: "host-local", ranges: [[{ subnet: node.podSubnet }]], routes: [{ dst: "0.0.0.0/0" }] };
  const plugins = [
    { type: "ptp", ipam },
    { type: "portmap", capabilities: { portMappings: true } },
  ];
  return JSON.stringify({ cniVersion: "1.0.0", name: "testbed", plugins });
}
