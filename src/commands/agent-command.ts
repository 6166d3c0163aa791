import { InvalidArgumentError, Option, type Command } from "commander";
import { command } from "./command.ts";
import { listenAddress, type AgentOptions } from "./agent/options.ts";
import { portNumber } from "./observe/options.ts";
import { disturbing } from "./sweep/disturbing-options.ts";
import { seconds, wholeNumber } from "./sweep/options.ts";

export function agentCommand(): Command {
  return disturbing(command("agent"), "1")
    .description("watch a node for leftovers, in a pod of the chart (deploy/chart)")
    .addOption(
      new Option("--interval <time>", "between two cycles, 10s to 7d").argParser(between(10)).default(60, "60s"),
    )
    .option("--enforce", "clear what may be cleared; without it, it reports")
    .option("--take-orders", "carry out Sweep objects for this node, also without --enforce")
    .option("--per-process", "on rung 2, signal processes one by one where the kernel cannot end a cgroup")
    .option("--deny-namespace <name>", "leave what is of this namespace alone (may be repeated)", collect, [])
    .addOption(new Option("--minimum-age <time>", "leave alone what is younger").argParser(seconds).default(600, "10m"))
    .addOption(
      new Option("--minimum-uptime <time>", "for which kubelet and runtime have to be up")
        .argParser(seconds)
        .default(300, "5m"),
    )
    .addOption(
      new Option("--unseen-grace <time>", "what a pod is taken to have had whose deletion was never seen")
        .argParser(seconds)
        .default(3600, "1h"),
    )
    .addOption(
      new Option("--grace-margin <time>", "to wait on top of a pod's grace").argParser(seconds).default(300, "5m"),
    )
    .addOption(
      new Option("--confirmations <number>", "cycles in a row that have to agree")
        .argParser(wholeNumber)
        .default(3, "3"),
    )
    .addOption(
      new Option("--attempts <number>", "on one leftover before it is left to a person")
        .argParser(wholeNumber)
        .default(2, "2"),
    )
    .option("--state-dir <directory>", "where the journal is kept", "/var/lib/holdfast")
    .addOption(
      new Option("--metrics <address>", "where metrics are served, or off")
        .argParser(address)
        .default(address(":9753"), ":9753"),
    )
    .addOption(
      new Option("--health <address>", "where the kubelet's probes are answered, or off")
        .argParser(address)
        .default(address("127.0.0.1:9754"), "127.0.0.1:9754"),
    )
    .option("--root <directory>", "where the node's root file system is", "/proc/1/root")
    .option("--cri-socket <path>", "socket of the container runtime (default: the well-known one that is there)")
    .option("--cgroup-root <path>", "cgroup below which the kubelet has its pods (default: found by its pods)")
    .addOption(
      new Option("--kubelet-port <port>", "on which the kubelet listens")
        .argParser(portNumber)
        .default(10_250, "10250"),
    )
    .addOption(new Option("--cycles <number>", "end after so many").argParser(wholeNumber).hideHelp())
    .addOption(
      new Option("--test-interval <time>", "instead of --interval, from 1s on").argParser(between(1)).hideHelp(),
    )
    .addHelpText("after", agentExamples)
    .action(async ({ testInterval, ...options }: AgentOptions & { readonly testInterval?: number }) => {
      const { agent } = await import("./agent/agent.ts");
      process.exitCode = await agent({ ...options, interval: testInterval ?? options.interval });
    });
}

const agentExamples = `
It runs in a pod of a DaemonSet, which helm installs: docs/agent.md. It reports; only with --enforce it clears, and only what no
person has to answer for. It deletes no pod. kubectl -n kube-system create configmap holdfast-pause stops all agents before their
next act.`;

/** Seconds: no fewer than these, which would have API server and node asked all the time; no more than a week. */
function between(least: number): (text: string) => number {
  return (text) => {
    const value = seconds(text);
    if (value < least || value > 7 * 86_400) throw new InvalidArgumentError(`It is a time from ${least}s to 7d.`);
    return value;
  };
}

function address(text: string): AgentOptions["metrics"] {
  const read = listenAddress(text);
  if (read === "invalid") throw new InvalidArgumentError("It is ADDRESS:PORT, :PORT, or off.");
  return read;
}

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}
