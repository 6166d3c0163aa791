import { existsSync, lstatSync, mkdirSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bed, NamespaceNode } from "../bed.ts";
import { checkout } from "../checkout.ts";
import { kubeletOptions, nodeFiles, writeFiles } from "../node-files.ts";
import { runtimes, runtimeSocket } from "../runtimes.ts";

/**
 * Writes a node's root file system: the folders of a small Kubernetes node at their usual places, its configuration,
 * and, beside it, the description that its pid 1 (go/node/init) starts from.
 */
export function writeNodeRoot(bed: Bed, node: NamespaceNode): void {
  for (const folder of folders) mkdirSync(join(node.root, folder), { recursive: true });
  writeFiles(node.root, nodeFiles(bed, node, runtimes[bed.runtime]));
  linkSystemFolders(node);
  symlinkSync(join(bed.programs.node, "runc-fault"), join(node.root, ownPrograms, "runc"));
  writeFileSync(`${node.root}.json`, JSON.stringify(describeNode(bed, node), null, 1));
}

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
function describeNode(bed: Bed, node: NamespaceNode): object {
  const folder = runtimes[bed.runtime].folder(bed);
  const kubelet = [join(bed.programs.kubernetes, "kubelet"), ...kubeletOptions(node)];
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
function linkSystemFolders(node: NamespaceNode): void {
  for (const path of ["/bin", "/sbin", "/lib", "/lib64"].filter(existsSync)) {
    if (lstatSync(path).isSymbolicLink()) symlinkSync(readlinkSync(path), join(node.root, path));
    else throw new Error(`${path} is not a link into /usr: the test bed needs a system with merged /usr`);
  }
}
