import { Argument, Option, type Command } from "commander";
import { colorOption, command } from "./command.ts";
import { throughPod } from "./node-commands.ts";
import { nodeFormats, nodeName } from "./observe/options.ts";
import { disturbing } from "./sweep/disturbing-options.ts";
import {
  podName,
  podUid,
  seconds,
  wholeNumber,
  type ActingOptions,
  type PodName,
  type SweepOptions,
} from "./sweep/options.ts";

export function sweepCommand(): Command {
  return acting(command("sweep"))
    .description("say what a failed rollout left on a node, and clear it")
    .option("--enforce", "clear what may be cleared; without it nothing is done")
    .option("--overdue", "also what the API has as Terminating, past its time")
    .addOption(new Option("--uid <uid>", "only the pod that has this uid").argParser(podUid))
    .addOption(
      new Option(
        "--by-agent",
        "have the agent of --node do it, within what it may, and wait for what came of it",
      ).conflicts([
        "image",
        "snapshot",
        "criSocket",
        "root",
        "cgroupRoot",
        "perProcess",
        "evenIfServing",
        "denyNamespace",
        "minimumAge",
        "minimumUptime",
        "confirmations",
        "stateDir",
        "kured",
        "kuredSentinel",
        "kubeletRestartCommand",
        "readerNamespace",
        "failOn",
        "strict",
      ]),
    )
    .option("--deny-namespace <name>", "leave what is of this namespace alone (may be repeated)", collect, [])
    .addOption(
      new Option("--snapshot <file>", "read what holdfast snapshot recorded, and nothing of this node").conflicts([
        "enforce",
        "kubeconfig",
        "context",
        "criSocket",
        "root",
        "local",
      ]),
    )
    .addOption(
      new Option("--fail-on <severity>", "exit with 1 where something is left over, or never")
        .choices(["high", "never"])
        .default("high"),
    )
    .option("--strict", "exit with 3 when something could not be told")
    .addHelpText("after", sweepExamples)
    .action(async (options: SweepOptions) => {
      const { sweep } = await import("./sweep/sweep.ts");
      process.exitCode = await sweep(options);
    });
}

const sweepExamples = `
Run it as root on the node itself; or anywhere, with --node and --image: then through a privileged pod on that node, which is made
for it and ends by itself. A leftover is a pod that lives here and that the API does not have (an orphan), or has as
Terminating past its time (overdue). docs/commands/sweep.md says what is never touched, and why.

Examples:
  holdfast sweep                                  what is left over here, and what may be done about it
  holdfast sweep --enforce --dry-run              everything up to the first act
  holdfast sweep --enforce                        through the runtime alone; asks before each rung
  holdfast sweep --enforce --max-rung 2 --yes     by its cgroup too, where the runtime cannot
  holdfast sweep --enforce --max-rung 3           then by restarting the kubelet, which admits every pod again
  holdfast sweep --node cp --image registry.example/holdfast:0.1.0
  holdfast sweep --node cp --by-agent --enforce   ordered from the agent there (a Sweep object), which takes orders
  holdfast sweep --snapshot cp.snapshot           as it was when the snapshot was recorded

Exit codes, the first that holds:
  2  wrong usage, or nothing could be read
  1  something is left over (--fail-on)
  3  something could not be told, with --strict
  0  none of these`;

export function recoverCommand(): Command {
  return acting(command("recover"), "2")
    .description("clear what holds the port that a pod cannot have, and prove that it starts")
    .addArgument(new Argument("<pod>", "the stuck pod: NAMESPACE/NAME").argParser(podName))
    .addHelpText("after", recoverExamples)
    .action(async (pod: PodName, options: ActingOptions) => {
      const { recover } = await import("./sweep/recover.ts");
      process.exitCode = await recover(pod, options);
    });
}

const recoverExamples = `
Run it as root on the node of the pod, or anywhere with --image: then through a privileged pod on that node. It finds who holds the port by the sockets, proves three times that nothing has a right to
it, clears it, gives the stuck pod a new uid (deletes it, plainly), waits, and looks: port, sandbox, Ready, CSI driver.

Examples:
  holdfast recover nfs-csi/csi-nfs-node-4xk7p             asks before each rung, and before the pod is deleted
  holdfast recover nfs-csi/csi-nfs-node-4xk7p --dry-run   everything up to the first act
  holdfast recover nfs-csi/csi-nfs-node-4xk7p --yes --max-rung 1
  holdfast recover nfs-csi/csi-nfs-node-4xk7p --image registry.example/holdfast:0.1.0

Exit codes, the first that holds:
  2  wrong usage, or nothing could be read
  1  the pod is not recovered
  0  it is`;

/** What the commands that act on a node have in common. */
function acting(one: Command, highest = "1"): Command {
  return disturbing(throughPod(one), highest)
    .addOption(new Option("-o, --output <format>", "form of the report").choices(nodeFormats).default("text"))
    .addOption(new Option("--node <name>", "the node's name in the API (default: the host's name)").argParser(nodeName))
    .option("--dry-run", "do everything up to the first act")
    .option("-y, --yes", "answer every question with yes; never allows a rung that --max-rung does not")
    .option("--per-process", "on rung 2, signal processes one by one where the kernel cannot end a cgroup")
    .option("--even-if-serving", "also what others have connections to, or file systems on")
    .addOption(new Option("--minimum-age <time>", "leave alone what is younger").argParser(seconds).default(60, "60s"))
    .addOption(
      new Option("--minimum-uptime <time>", "for which kubelet and runtime have to be up")
        .argParser(seconds)
        .default(300, "5m"),
    )
    .addOption(
      new Option("--confirmations <number>", "scans in a row that have to agree")
        .argParser(wholeNumber)
        .default(3, "3"),
    )
    .option("--state-dir <directory>", "where the journal is kept", "/var/lib/holdfast")
    .option("--all", "fold nothing: show every row")
    .addOption(colorOption());
}

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}
