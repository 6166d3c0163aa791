import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import type { Bed, Node } from "./bed.ts";
import { launch, launcherOf } from "./launcher.ts";
import { namespaceNode } from "./namespaces/node.ts";
import type { ExecOptions, NodeControl, Service } from "./node-control.ts";
import { killProcess, lookAtDaemon } from "./processes.ts";
import { run, type RunOptions } from "./run.ts";
import { runtimeSocket } from "./runtimes.ts";
import { until, type Look } from "./until.ts";
import { vmNode } from "./vm/node.ts";

/** How a node is reached, whatever it is made of. */
export function controlOf(bed: Bed, node: Node): NodeControl {
  return node.kind === "namespaces" ? namespaceNode(bed, node) : vmNode(bed, node);
}

/** Makes a node's files and whatever else it starts from, and starts it. */
export async function makeNode(bed: Bed, node: Node): Promise<void> {
  mkdirSync(join(bed.directory, "nodes"), { recursive: true });
  const control = controlOf(bed, node);
  await control.prepare();
  launch(bed, node, control.startCommand());
}

/** Runs a program on a node, as root there; gives its standard output, throws where it fails. */
export async function exec(bed: Bed, node: Node, argv: readonly string[], options?: RunOptions): Promise<string> {
  return run(execCommand(bed, node, argv), options);
}

export function execCommand(bed: Bed, node: Node, argv: readonly string[], options?: ExecOptions): string[] {
  return controlOf(bed, node).execCommand(argv, options);
}

/** Ends a service of a node, and waits until another process has taken its place. */
export async function restartService(bed: Bed, node: Node, service: Service): Promise<void> {
  const control = controlOf(bed, node);
  const before = await control.servicePid(service);
  if (before === null) throw new Error(`no ${service} runs on ${node.name}`);
  await control.restartService(service);
  await until(`another ${service} on ${node.name}`, async () => {
    const now = await control.servicePid(service);
    return { done: now !== null && now !== before, saw: now === null ? "none runs" : `still process ${now}` };
  });
}

/** Ends everything on a node at once, as when the power goes, and starts it from its disk. */
export async function reboot(bed: Bed, node: Node): Promise<void> {
  const control = controlOf(bed, node);
  await killProcess(control.mainProcess());
  launch(bed, node, control.startCommand());
  await waitForRuntime(bed, node);
}

/** Loads the images of an OCI archive (tools/oci/layout.ts) into a node's runtime. */
export async function loadImages(bed: Bed, node: Node, archive: string): Promise<void> {
  const control = controlOf(bed, node);
  const input = openSync(archive, "r");
  try {
    const ctr = ctrCommand(bed, node, [
      "--namespace=k8s.io",
      "images",
      "import",
      ...control.runtime.importOptions,
      "-",
    ]);
    await exec(bed, node, ctr, { input });
  } finally {
    closeSync(input);
  }
  await control.flush();
}

export async function waitForRuntime(bed: Bed, node: Node): Promise<void> {
  const look = async (): Promise<Look> => {
    const version = ctrCommand(bed, node, ["--address", runtimeSocket, "version"]);
    const failure = await exec(bed, node, version).then(() => null, String);
    return lookAtDaemon(launcherOf(bed, node), failure === null, failure ?? "it answers");
  };
  await until(`containerd on ${node.name}`, look, { deadline: controlOf(bed, node).patience });
}

/** The command, for a node, that runs the `ctr` of its runtime. */
export function ctrCommand(bed: Bed, node: Node, args: readonly string[]): string[] {
  return [join(controlOf(bed, node).runtime.folder(bed), "ctr"), ...args];
}
