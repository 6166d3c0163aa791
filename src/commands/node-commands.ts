import { Argument, InvalidArgumentError, Option, type Command } from "commander";
import { severities } from "../model/finding.ts";
import { colorOption, command } from "./command.ts";
import { nodeFormats, nodeName, nodeNames, portNumber, type ObserveOptions } from "./observe/options.ts";
import type { ClusterRecordOptions, NodeRecordOptions, ShowOptions } from "./snapshot/options.ts";

export function portsCommand(): Command {
  return observing(command("ports"))
    .description("say who holds a port of this node, whether that pod exists, and who wants it")
    .addArgument(new Argument("[port]", "the port; all of them where none is named").argParser(portNumber))
    .addOption(new Option("--node <name>", "the node (default: the one that has the host's name)").argParser(nodeName))
    .addHelpText("after", portsExamples)
    .action(async (port: number | undefined, options: ObserveOptions & { readonly node?: string }) => {
      const { ports } = await import("./ports.ts");
      process.exitCode = await ports(port, options);
    });
}

const portsExamples = `
Run it as root on the node itself, since only root sees who has a socket open; or anywhere, with --node: then it makes a
privileged pod on that node, which ends by itself, and removes it.

Examples:
  holdfast ports 29653                            who holds it, and whether that pod exists
  holdfast ports                                  every port that is held or wanted, orphans first
  holdfast ports 29653 --kubeconfig /etc/kubernetes/kubelet.conf
  holdfast ports 29653 --snapshot cp.snapshot     as it was when the snapshot was recorded
  holdfast ports 29653 --node cp --image registry.example/holdfast:0.1.0

Exit codes, the first that holds:
  2  wrong usage, or the kernel could not be read
  1  an orphan holds one of the ports (--fail-on)
  3  something could not be told, with --strict
  0  none of these`;

export function nodeCommand(): Command {
  return (
    observing(command("node"))
      .description("set side by side what the API, the runtime and the kernel say runs on this node")
      .addArgument(new Argument("[name]", "the node (default: the one that has the host's name)").argParser(nodeName))
      // As ports and snapshot have it; here it stands for nothing.
      .addOption(new Option("--node <name>").argParser(notAnOption).hideHelp())
      .addHelpText("after", nodeExamples)
      .action(async (name: string | undefined, options: ObserveOptions) => {
        const { node } = await import("./node.ts");
        process.exitCode = await node(name, options);
      })
  );
}

function notAnOption(name: string): never {
  throw new InvalidArgumentError(`The name stands by itself: holdfast node ${name}.`);
}

const nodeExamples = `
Run it as root on the node itself; or name another, and it is read through a pod that is made there and removed.

Examples:
  holdfast node                                   this node, what disagrees first
  holdfast node cp --output json                  with all ids and evidence
  holdfast node --snapshot cp.snapshot            as it was when the snapshot was recorded
  holdfast node cp --image registry.example/holdfast:0.1.0

Exit codes, the first that holds:
  2  wrong usage, or neither runtime nor kernel could be read
  1  the ledgers disagree at least as badly as --fail-on
  3  something could not be told, with --strict
  0  none of these`;

/** What is asked, and how it is printed: the same for every command that judges a node. */
function observing(one: Command): Command {
  const live = ["kubeconfig", "context", "criSocket", "root", "local", "image"];
  return throughPod(
    one
      .addOption(new Option("-o, --output <format>", "form of the report").choices(nodeFormats).default("text"))
      .addOption(
        new Option("--snapshot <file>", "read what holdfast snapshot recorded, and nothing of this node").conflicts(
          live,
        ),
      ),
  )
    .option("--local", "the node is this machine, whatever its name in the API")
    .option("--all", "fold nothing: show every row")
    .addOption(
      new Option("--fail-on <severity>", "exit with 1 for what is at least this severe")
        .choices([...severities, "never"])
        .default("high"),
    )
    .option("--strict", "exit with 3 when something could not be told")
    .addOption(colorOption());
}

/** What another node is read through: the same for every command that reads one. */
export function throughPod(one: Command): Command {
  return readingNode(one)
    .option("--image <image>", "what the pod runs through which another node is read; it has holdfast in its PATH")
    .option("--reader-namespace <name>", "where that pod is made", "kube-system");
}

/** What this node is read through: the same for every command that reads one. */
function readingNode(one: Command): Command {
  return one
    .option("--kubeconfig <file>", "kubeconfig of the cluster (default: KUBECONFIG, or ~/.kube/config)")
    .option("--context <name>", "context of the kubeconfig (default: its current one)")
    .option("--cri-socket <path>", "socket of the container runtime (default: the well-known one that is there)")
    .option(
      "--root <directory>",
      "where the node's root file system is mounted, for /proc, /sys and sockets (default: /)",
    )
    .option("--cgroup-root <path>", "cgroup below which the kubelet has its pods (default: found by its pods)");
}

interface SnapshotOptions extends Omit<NodeRecordOptions & ClusterRecordOptions, "output"> {
  readonly local?: true;
  readonly output?: string;
}

export function snapshotCommand(): Command {
  const snapshot = throughPod(
    command("snapshot")
      .description("record in one file what a cluster's API, or a node, says")
      .helpCommand(false)
      .option("-o, --output <file>", "the file to write; - is standard output")
      .addOption(
        new Option(
          "--nodes <names>",
          "read these nodes too, each through a pod on it: all, or names with commas between",
        ).argParser(nodeNames),
      )
      .option("--no-openapi", "without the schemas of the API")
      .option("--local", "record this node instead of the cluster"),
  )
    .addOption(new Option("--node <name>", "the node's name in the API (default: the host's name)").argParser(nodeName))
    .option("--strict", "exit with 3 when something could not be read, or a pod of ours was left")
    .addOption(colorOption())
    .addHelpText("after", snapshotExamples)
    .action(async ({ local, output, ...options }: SnapshotOptions, self: Command) => {
      if (output === undefined) self.error("error: say where to write it: -o FILE, or -o - for standard output");
      if (output === "-" && process.stdout.isTTY) self.error("error: a snapshot is not for a terminal: -o FILE");
      if (local === true && self.getOptionValueSource("nodes") === "cli")
        self.error("error: --local is about this node alone: without it, --nodes names those of the cluster");
      const misplaced = ofOneNode.find((name) => local !== true && self.getOptionValueSource(name) === "cli");
      if (misplaced !== undefined)
        self.error(`error: ${long(self, misplaced)} is about one node: it needs --local, on the node itself`);
      if (local === true) {
        const { recordNode } = await import("./snapshot/record-node.ts");
        process.exitCode = await recordNode({ ...options, output });
      } else {
        const { recordCluster } = await import("./snapshot/record-cluster.ts");
        process.exitCode = await recordCluster({ ...options, output });
      }
    });
  snapshot.addCommand(
    command("snapshot show")
      .description("say what a snapshot holds, and what could not be read")
      .argument("<file>", "the file")
      .addOption(new Option("-o, --output <format>", "form of the report").choices(nodeFormats).default("text"))
      .addOption(colorOption())
      .action(async (file: string, options: ShowOptions) => {
        const { showSnapshot } = await import("./snapshot/show.ts");
        process.exitCode = await showSnapshot(file, options);
      }),
  );
  return snapshot;
}

/** Options that make sense on a node alone. */
const ofOneNode = ["node", "criSocket", "root", "cgroupRoot"];

function long(self: Command, name: string): string {
  return self.options.find((option) => option.attributeName() === name)?.long ?? name;
}

const snapshotExamples = `
Secrets are taken out before anything is written: docs/commands/snapshot.md says what is in it and what is not.

Examples:
  holdfast snapshot -o home.snapshot              the cluster of the kubeconfig, from anywhere
  holdfast snapshot -o home.snapshot --nodes all --image registry.example/holdfast:0.1.0
  holdfast snapshot show home.snapshot            what the file holds
  holdfast snapshot --local -o cp.snapshot        this node alone, as root on it
  holdfast ports 29653 --snapshot cp.snapshot     who held the port
  ssh cp holdfast snapshot --local -o - > cp.snapshot

Exit codes, the first that holds:
  2  wrong usage, it could not be written, or nothing could be read (of a node: no runtime and kernel)
  3  something could not be read in full, or a pod of ours was left, with --strict
  0  none of these`;
