import { createHash } from "node:crypto";
import { copyFileSync, existsSync, lstatSync, mkdirSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { controlPlane, type Bed, type Node } from "./bed.ts";
import { pkiOf } from "./certificates.ts";
import { admin, kubeconfig, kubeletUser } from "./kubeconfig.ts";
import { kubeletConfig } from "./kubelet-config.ts";
import { runtimes, runtimeSocket } from "./runtimes.ts";

/**
 * Writes a node's root file system: the folders of a small Kubernetes node at their usual places, its configuration,
 * and the description that its pid 1 (go/node/init) starts from. Gives the description's path.
 */
export function writeNodeRoot(bed: Bed, node: Node): string {
  const runtime = runtimes[bed.runtime];
  for (const folder of folders) mkdirSync(join(node.root, folder), { recursive: true });
  const files: Record<string, string> = {
    "/etc/hostname": `${node.name}\n`,
    "/etc/hosts": `127.0.0.1 localhost\n${bed.nodes.map(({ address, name }) => `${address} ${name}\n`).join("")}`,
    "/etc/resolv.conf": "",
    "/etc/machine-id": `${createHash("md5").update(`${bed.token}-${node.name}`).digest("hex")}\n`,
    "/etc/containerd/config.toml": runtime.config(),
    "/etc/cni/net.d/10-testbed.conflist": podNetwork(node),
    "/etc/kubernetes/kubelet.conf": kubeconfig(bed, kubeletUser(node)),
    "/var/lib/kubelet/config.yaml": kubeletConfig(bed, node),
    // As after kubeadm: who administers the cluster does so on its control plane, as root.
    ...(node === controlPlane(bed) ? { "/root/.kube/config": kubeconfig(bed, admin) } : {}),
  };
  for (const [path, text] of Object.entries(files)) write(node, path, text);
  copyFileSync(pkiOf(bed).ca, join(node.root, "etc/kubernetes/pki/ca.crt"));
  linkSystemFolders(node);
  symlinkSync(join(bed.programs.node, "runc-fault"), join(node.root, ownPrograms, "runc"));
  const description = `${node.root}.json`;
  writeFileSync(description, JSON.stringify(describeNode(bed, node), null, 1));
  return description;
}

/** Where the programs of this checkout are, in every node too. */
const checkout = resolve(import.meta.dirname, "../..");

/** First on the search path of a node's services. */
const ownPrograms = "opt/testbed";

const folders = [
  "etc/kubernetes/manifests",
  "etc/kubernetes/pki",
  ownPrograms,
  "root",
  "tmp",
  "var/lib/containerd",
  "var/lib/kubelet",
  "var/lib/testbed/faults",
  "var/log/pods",
  "var/tmp",
];

/** What init's `Description` is made from. */
function describeNode(bed: Bed, node: Node): object {
  const folder = runtimes[bed.runtime].folder(bed);
  const kubelet = [
    join(bed.programs.kubernetes, "kubelet"),
    "--config=/var/lib/kubelet/config.yaml",
    "--kubeconfig=/etc/kubernetes/kubelet.conf",
    `--hostname-override=${node.name}`,
    `--node-ip=${node.address}`,
  ];
  return {
    hostname: node.name,
    root: node.root,
    shown: [...shownFolders, checkout, ...Object.values(bed.programs)].filter(existsSync),
    path: [`/${ownPrograms}`, folder, "/usr/sbin", "/usr/bin", "/sbin", "/bin"].join(":"),
    services: [
      { name: "containerd", arguments: [join(folder, "containerd"), "--config", "/etc/containerd/config.toml"] },
      { name: "kubelet", arguments: kubelet, after: runtimeSocket },
    ],
  };
}

/** Of this machine, read-only: its programs and what they need to run. */
const shownFolders = [
  "/usr",
  "/etc/alternatives",
  "/etc/ld.so.cache",
  "/etc/group",
  "/etc/nsswitch.conf",
  "/etc/passwd",
  "/etc/protocols",
  "/etc/ssl",
];

/** `/bin`, `/lib` and the like are links into `/usr` on most systems, and folders on old ones. */
function linkSystemFolders(node: Node): void {
  for (const path of ["/bin", "/sbin", "/lib", "/lib64"].filter(existsSync)) {
    if (lstatSync(path).isSymbolicLink()) symlinkSync(readlinkSync(path), join(node.root, path));
    else throw new Error(`${path} is not a link into /usr: the test bed needs a system with merged /usr`);
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

function write(node: Node, path: string, text: string): void {
  mkdirSync(dirname(join(node.root, path)), { recursive: true });
  writeFileSync(join(node.root, path), text, { mode: 0o600 });
}
