import type { Said } from "../../model/node-actor.ts";
import { isKnown, type Reason, type Told } from "../../model/told.ts";
import { printable } from "../../report/safe.ts";
import { wholeSeconds } from "../../report/whole-seconds.ts";
import { bootClock } from "./boot-clock.ts";
import { runOnNode, type CommandEnd, type NodeCommand } from "./node-command.ts";
import { takeRestart, type BootClock } from "./restart-limit.ts";

export interface KubeletRestart {
  /** Where the node's root file system is: `/`, or in a pod `/proc/1/root`. */
  readonly root: string;
  /** The folder of this program's own files on the node. */
  readonly stateFolder: string;
  /** What restarts the kubelet, a program and its arguments: systemctl restart kubelet; of k3s: systemctl restart k3s. */
  readonly command: NodeCommand["argv"];
  /** Milliseconds for the command. Default 60,000: systemd waits for a kubelet until it says that it is there. */
  readonly deadline?: number;
  readonly now: () => Date;
  /** Default: the kernel's own. */
  readonly clock?: () => Told<BootClock>;
}

/** Seconds between two restarts of one kubelet. */
const between = 3600;

/**
 * Restarts the kubelet of the node, once an hour at most: what a restart does not clear, the next one will hardly. Whether it helped
 * is for whoever asked to look.
 */
export async function restartKubelet(restart: KubeletRestart, signal: AbortSignal): Promise<Said> {
  const { root, stateFolder: folder, command, deadline = 60_000, now } = restart;
  if (signal.aborted) return { said: "refused", reason: stopped };
  const at = now();
  const clock = (restart.clock ?? bootClock)();
  if (!isKnown(clock)) return { said: "refused", reason: clock.unknown };
  const taken = takeRestart({ folder, between }, clock.known, at);
  if (!isKnown(taken)) return { said: "refused", reason: taken.unknown };
  if (taken.known !== null) return { said: "refused", reason: tooSoon(taken.known, at) };
  return saying(command.join(" "), await runOnNode({ root, argv: command, deadline }), deadline);
}

const stopped: Reason = { code: "not-permitted", text: "it was stopped before it began", at: [] };

function tooSoon(seconds: number, at: Date): Reason {
  const again = wholeSeconds(new Date(at.getTime() + seconds * 1000));
  return {
    code: "not-permitted",
    text: `the kubelet was restarted less than an hour ago, and may be again at ${again}, in ${Math.ceil(seconds / 60)} min`,
    at: [],
  };
}

function saying(command: string, end: CommandEnd, deadline: number): Said {
  switch (end.end) {
    case "exit":
      return end.code === 0
        ? { said: "done" }
        : { said: "failed", text: `${command}: exit code ${end.code}${words(end.said)}` };
    case "signal":
      return { said: "failed", text: `${command}: ended by ${end.signal}${words(end.said)}` };
    case "not-started":
      return { said: "failed", text: `${command} could not be started: ${printable(end.why)}` };
    case "late": {
      const text = `${command} did not end within ${deadline / 1000} s`;
      return { said: "silent", reason: { code: "timed-out", text, at: [] } };
    }
  }
}

/** The first line of what a program complained. */
function words(said: string): string {
  const line = said.trim().split("\n", 1)[0] ?? "";
  return line === "" ? "" : `: ${printable(line).slice(0, 300)}`;
}
