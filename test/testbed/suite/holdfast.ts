import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeReport, type NodeReport } from "../../../src/report/node/node-report.ts";
import { portsReport, type PortsReport } from "../../../src/report/node/ports-report.ts";
import { sweepReport, type SweepReport } from "../../../src/report/sweep/schema.ts";
import type { Bed, NamespaceNode, Node } from "../bed.ts";
import { checkout } from "../checkout.ts";
import { admin, kubeconfig } from "../kubeconfig.ts";
import { execCommand } from "../nodes.ts";
import { tryRun, type Ran } from "../run.ts";

/** Runs the checkout's Holdfast on a node, as root there, with the Node that the checkout has; whatever its exit code. */
export function holdfast(bed: Bed, node: Node, args: readonly string[]): Promise<Ran> {
  return programOn(bed, node, [...program, ...args]);
}

/** The same where the unified hierarchy is not mounted, as on a node with cgroup v1 alone: no cgroup can be killed there. */
export function holdfastOnV1(bed: Bed, node: Node, args: readonly string[]): Promise<Ran> {
  return programOn(bed, node, [...afterMounting("umount /sys/fs/cgroup/unified"), ...program, ...args]);
}

/** The same where cgroups can be read alone: none can be killed there either. */
export function holdfastReadingCgroups(bed: Bed, node: Node, args: readonly string[]): Promise<Ran> {
  return programOn(bed, node, [...afterMounting("mount -o remount,bind,ro /sys/fs/cgroup"), ...program, ...args]);
}

/** Runs what follows with mounts of its own. */
function afterMounting(command: string): string[] {
  return ["unshare", "--mount", "--", "sh", "-c", `${command} && exec "$@"`, "sh"];
}

const program = [join(checkout, "node_modules/.bin/node"), join(checkout, "bin/holdfast.js")];

function programOn(bed: Bed, node: Node, argv: readonly string[]): Promise<Ran> {
  return tryRun(execCommand(bed, node, argv), { env: { HOME: "/root", KUBECONFIG: undefined } });
}

/** The kubelet's own credentials. Without it, on the control plane: those of the bed's administrator. */
export const kubeletConfig = "--kubeconfig=/etc/kubernetes/kubelet.conf";

/** What `holdfast ports` says in JSON. Throws where it says nothing. */
export async function portsOf(bed: Bed, node: Node, args: readonly string[]): Promise<PortsReport> {
  return portsReport.parse(await reportOf(bed, node, ["ports", ...args]));
}

/** What `holdfast node` says in JSON. Throws where it says nothing. */
export async function nodeOf(bed: Bed, node: Node, args: readonly string[]): Promise<NodeReport> {
  return nodeReport.parse(await reportOf(bed, node, ["node", ...args]));
}

/** What `holdfast sweep` says in JSON. Throws where it says nothing. */
export async function sweepOf(bed: Bed, node: Node, args: readonly string[]): Promise<SweepReport> {
  return sweepReport.parse(await reportOf(bed, node, ["sweep", ...args]));
}

async function reportOf(bed: Bed, node: Node, args: readonly string[]): Promise<unknown> {
  const { stdout, stderr, status } = await holdfast(bed, node, [...args, "--output=json"]);
  if (stdout === "") throw new Error(`holdfast ${args.join(" ")}: exit code ${status}\n${stderr}`);
  return JSON.parse(stdout);
}

/** Writes a kubeconfig on a node whose API server is not there; gives the option that names it. */
export function unreachable(bed: Bed, node: NamespaceNode): string {
  return kubeconfigOn(node, "unreachable", kubeconfig(bed, admin).replaceAll(":6443", ":1"));
}

/** Writes a kubeconfig on a node; gives the option that names it. */
export function kubeconfigOn(node: NamespaceNode, name: string, content: string): string {
  const path = `/root/${name}.conf`;
  writeFileSync(join(node.root, path), content, { mode: 0o600 });
  return `--kubeconfig=${path}`;
}
