import { mkdirSync, openSync, closeSync } from "node:fs";
import { join } from "node:path";
import type { Bed, Node } from "./bed.ts";
import { makeCgroups } from "./namespaces/cgroups.ts";
import { readJournal } from "./journal.ts";
import { inNetwork } from "./network.ts";
import { writeNodeRoot } from "./namespaces/root.ts";
import {
  childrenOf,
  isAlive,
  killAll,
  lookAtDaemon,
  readOrNull,
  startDaemon,
  startTime,
  type Daemon,
} from "./processes.ts";
import { run, type RunOptions } from "./run.ts";
import { runtimes, runtimeSocket } from "./runtimes.ts";
import { until } from "./until.ts";

/** What pid 1 of a node keeps running. */
export type Service = "kubelet" | "containerd";

export const services: readonly Service[] = ["kubelet", "containerd"];

/** Makes a node's files and cgroups, and starts it. */
export function makeNode(bed: Bed, node: Node): void {
  mkdirSync(join(bed.directory, "nodes"), { recursive: true });
  makeCgroups(bed, node);
  writeNodeRoot(bed, node);
  startNode(bed, node);
}

/** Runs a program in all of a node's namespaces, as root there; gives its standard output, throws where it fails. */
export async function exec(bed: Bed, node: Node, argv: readonly string[], options?: RunOptions): Promise<string> {
  return run(execCommand(bed, node, argv), options);
}

export function execCommand(bed: Bed, node: Node, argv: readonly string[]): string[] {
  const namespaces = ["--mount", "--uts", "--ipc", "--net", "--pid", "--root", "--wd"];
  return ["nsenter", `--target=${pidOne(bed, node)}`, ...namespaces, "--", ...argv];
}

/** Kills a service; the node's pid 1 starts it again. Waits until another process has taken its place. */
export async function restartService(bed: Bed, node: Node, service: Service): Promise<void> {
  const before = servicePid(bed, node, service);
  if (before === null) throw new Error(`no ${service} runs on ${node.name}`);
  const started = startTime(before);
  await killAll(() => (startTime(before) === started ? [before] : []));
  await until(`another ${service} on ${node.name}`, () => {
    const now = servicePid(bed, node, service);
    return { done: now !== null && now !== before, saw: now === null ? "none runs" : `still process ${now}` };
  });
}

/** Ends everything on a node at once, as when the power goes, and starts it from its disk. */
export async function reboot(bed: Bed, node: Node): Promise<void> {
  const before = pidOne(bed, node);
  const started = startTime(before);
  await killAll(() => (startTime(before) === started ? [before] : []));
  startNode(bed, node);
  await waitForRuntime(bed, node);
}

/** Loads the images of an OCI archive (tools/oci/layout.ts) into a node's runtime. */
export async function loadImages(bed: Bed, node: Node, archive: string): Promise<void> {
  const ctr = join(runtimes[bed.runtime].folder(bed), "ctr");
  const input = openSync(archive, "r");
  try {
    const options = runtimes[bed.runtime].importOptions;
    await exec(bed, node, [ctr, "--namespace=k8s.io", "images", "import", ...options, "-"], { input });
  } finally {
    closeSync(input);
  }
}

export async function waitForRuntime(bed: Bed, node: Node): Promise<void> {
  const ctr = join(runtimes[bed.runtime].folder(bed), "ctr");
  await until(`containerd on ${node.name}`, async () => {
    const failure = await exec(bed, node, [ctr, "--address", runtimeSocket, "version"]).then(() => null, String);
    return lookAtDaemon(launcherOf(bed, node), failure === null, failure ?? "it answers");
  });
}

/** The id, on this machine, of a node's pid 1. Throws where the node is not running. */
export function pidOne(bed: Bed, node: Node): number {
  const launcher = launcherOf(bed, node);
  const [pid] = isAlive(launcher) ? childrenOf(launcher.pid) : [];
  if (pid === undefined) throw new Error(`node ${node.name} is not running; its log is ${launcher.log}`);
  return pid;
}

/** The last lines of what a service printed. */
export function serviceLog(node: Node, service: Service): string {
  return (readOrNull(join(node.root, `var/log/${service}.log`)) ?? "").trimEnd().split("\n").slice(-3).join("\n");
}

/** The id, on this machine, of a service's process; `null` between its end and its next start. */
export function servicePid(bed: Bed, node: Node, service: Service): number | null {
  return childrenOf(pidOne(bed, node)).find((pid) => commandName(pid) === service) ?? null;
}

/** The file name of the program that a process was started as. */
function commandName(pid: number): string | undefined {
  return readOrNull(`/proc/${pid}/cmdline`)?.split("\0")[0]?.split("/").at(-1);
}

/** The process that made a node's namespaces and waits for its pid 1. */
function launcherOf(bed: Bed, node: Node): Daemon {
  const name = `node ${node.name}`;
  const made = readJournal(bed.directory).findLast((each) => each.kind === "process" && each.name === name);
  if (made?.kind !== "process") throw new Error(`node ${node.name} was never started`);
  return { ...made, log: `${node.root}.log` };
}

function startNode(bed: Bed, node: Node): void {
  const namespaces = ["--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child"];
  const init = [join(bed.programs.node, "init"), `${node.root}.json`];
  const argv = inNetwork(node, ["unshare", ...namespaces, "--", ...init]);
  startDaemon(bed.directory, `node ${node.name}`, argv, `${node.root}.log`);
}
