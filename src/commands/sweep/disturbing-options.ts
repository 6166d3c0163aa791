import { posix } from "node:path";
import { InvalidArgumentError, Option, type Command } from "commander";
import type { NodeServices } from "../../outside/node-hand/here.ts";
import type { KuredPlace } from "../../outside/node-services/rebooter.ts";
import { podName, rungNumber } from "./options.ts";
import type { Rung } from "../../sweep/policy.ts";

/** How far a sweep may go, and what the rungs that disturb the node need. */
export interface DisturbingOptions {
  readonly maxRung: Rung;
  readonly kubeletRestartCommand: NodeServices["kubeletRestart"];
  readonly kured: KuredPlace;
  readonly kuredSentinel: string;
}

export function disturbing(command: Command, highest: string): Command {
  return command
    .addOption(
      new Option("--max-rung <rung>", "how far to go: 1 runtime, 2 cgroup, 3 kubelet restart, 4 reboot by kured")
        .argParser(rungNumber)
        .default(rungNumber(highest), highest),
    )
    .addOption(
      new Option("--kubelet-restart-command <words>", "on rung 3, a program and its arguments; no shell reads it")
        .argParser(words)
        .default(words(systemd), systemd),
    )
    .addOption(
      new Option("--kured <daemonset>", "NAMESPACE/NAME of kured, which rungs 3 and 4 heed")
        .argParser(kuredPlace)
        .default(kuredPlace(kured), kured),
    )
    .addOption(
      new Option("--kured-sentinel <file>", "on rung 4, the node's file that kured looks for")
        .argParser(wholePath)
        .default(sentinel, sentinel),
    );
}

const systemd = "systemctl restart kubelet";
/** kured's own defaults [kured 1.23.0, cmd/kured/main.go, --ds-namespace, --ds-name, --reboot-sentinel]. */
const kured = "kube-system/kured";
const sentinel = "/var/run/reboot-required";

export function servicesOf({
  stateDir: stateFolder,
  kubeletRestartCommand: kubeletRestart,
  kuredSentinel,
}: DisturbingOptions & { readonly stateDir: string }): NodeServices {
  return { stateFolder, kubeletRestart, sentinel: kuredSentinel };
}

/** Words with spaces between them; what a shell would read otherwise is refused. */
function words(text: string): DisturbingOptions["kubeletRestartCommand"] {
  const [program, ...args] = text.split(" ").filter((word) => word !== "");
  if (program === undefined || !/^[\w@%+=:,./ -]+$/.test(text))
    throw new InvalidArgumentError(
      "It is a program and its arguments with spaces between them; what needs a shell or quotes goes into a script.",
    );
  return [program, ...args];
}

function kuredPlace(text: string): KuredPlace {
  try {
    return podName(text);
  } catch {
    throw new InvalidArgumentError("It is NAMESPACE/NAME, as kubectl get daemonsets -A prints them.");
  }
}

function wholePath(text: string): string {
  if (!text.startsWith("/") || text.endsWith("/") || posix.normalize(text) !== text)
    throw new InvalidArgumentError("It is the whole path of a file on the node.");
  return text;
}
