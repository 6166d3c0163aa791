import { Argument, Command, Option } from "commander";
import { severities } from "../model/finding.ts";
import { auditFormats, contradiction, excess, type AuditOptions } from "./audit/options.ts";
import { shells, type Shell } from "./completion/shells.ts";
import { nodeFormats, nodeName, portNumber, type ObserveOptions } from "./observe/options.ts";
import type { RecordOptions } from "./snapshot/options.ts";
import { printable } from "../report/safe.ts";
import { version } from "../version.ts";

/**
 * Every command with its arguments and options: help, completion and the documentation are made from it.
 * What a command does is loaded when it runs, so that `--help` stays fast.
 */
export function createProgram(): Command {
  const program = command("holdfast")
    .description(
      "Says what can move in a self-updating Kubernetes cluster without a reviewed commit, and what a failed move left behind.",
    )
    .version(version, "-V, --version", "print the version")
    .helpCommand(false);
  program.addCommand(auditCommand());
  program.addCommand(portsCommand());
  program.addCommand(nodeCommand());
  program.addCommand(snapshotCommand());
  program.addCommand(configCommand());
  program.addCommand(completionCommand(program));
  program.addCommand(helpCommand(program));
  return program;
}

function auditCommand(): Command {
  return command("audit")
    .description("say what can move without a reviewed commit, and what holds the rest")
    .argument("[path]", "infrastructure repository to read, or a folder or file of one", ".")
    .allowExcessArguments()
    .addOption(new Option("-o, --output <format>", "form of the report").choices(auditFormats).default("text"))
    .option("--explain <release>", "show one release in full: every cell with its reasons")
    .option("--since <revision>", "report only what changed since a git revision made worse")
    .addOption(
      new Option("--fix [mode]", "write the deployed versions as pins; dry-run prints the diff only").choices([
        "write",
        "dry-run",
      ]),
    )
    .addOption(
      new Option("--fix-to <version>", "with --fix: pin to the newest version instead, which is unreviewed").choices([
        "newest",
      ]),
    )
    .option("--output-file <file>", "write the report there instead of printing it")
    .option("--all", "fold nothing: show every row and every finding")
    .option("--plan <file>", "resolve unknowns with `terraform show -json` of a plan (may be repeated)", collect)
    .option(
      "--state <file>",
      "Terraform state, or `terraform show -json` of one, that tells what is deployed (may be repeated)",
      collect,
    )
    .option("--online", "ask the registries what each open cell would move to today")
    .option("--config <file>", "use this file instead of the holdfast.yaml of the repository")
    .option("--baseline <file>", "leave out the findings that this file lists")
    .option("--write-baseline <file>", "write the findings of this run as a baseline")
    .addOption(
      new Option(
        "--fail-on <severity>",
        "exit with 1 for findings at least this severe (default: high, or failOn of holdfast.yaml)",
      ).choices([...severities, "never"]),
    )
    .option("--strict", "exit with 3 when something could be read only in part")
    .addOption(colorOption())
    .addHelpText("after", auditExamples)
    .action(async (path: string, options: AuditOptions, self: Command) => {
      const wrong = excess(self.args, options) ?? contradiction(options);
      if (wrong !== null) self.error(`error: ${wrong}`);
      const { audit } = await import("./audit/run.ts");
      process.exitCode = await audit(path, options);
    });
}

const auditExamples = `
Examples:
  holdfast audit                                  the repository you stand in
  holdfast audit --explain nfs-csi/csi-driver-nfs one release, every cell with its evidence
  holdfast audit --since main                     what this branch makes worse
  holdfast audit --fix=dry-run                    the pins that --fix would write, as a diff
  holdfast audit --output sarif --output-file audit.sarif

Exit codes, the first that holds:
  2  wrong usage, or nothing could be read
  1  findings at or above --fail-on
  3  something could be read only in part, with --strict
  0  none of these`;

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

function portsCommand(): Command {
  return observing(command("ports"))
    .description("say who holds a port of this node, whether that pod exists, and who wants it")
    .addArgument(new Argument("[port]", "the port; all of them where none is named").argParser(portNumber))
    .addOption(nodeOption())
    .addHelpText("after", portsExamples)
    .action(async (port: number | undefined, options: ObserveOptions & { readonly node?: string }) => {
      const { ports } = await import("./ports.ts");
      process.exitCode = await ports(port, options);
    });
}

const portsExamples = `
Run it as root on the node itself: only root sees who has a socket open.

Examples:
  holdfast ports 29653                            who holds it, and whether that pod exists
  holdfast ports                                  every port that is held or wanted, orphans first
  holdfast ports 29653 --kubeconfig /etc/kubernetes/kubelet.conf
  holdfast ports 29653 --snapshot cp.snapshot     as it was when the snapshot was recorded

Exit codes, the first that holds:
  2  wrong usage, or the kernel could not be read
  1  an orphan holds one of the ports (--fail-on)
  3  something could not be told, with --strict
  0  none of these`;

function nodeCommand(): Command {
  return observing(command("node"))
    .description("set side by side what the API, the runtime and the kernel say runs on this node")
    .addArgument(new Argument("[name]", "this node's name in the API (default: the host's name)").argParser(nodeName))
    .addHelpText("after", nodeExamples)
    .action(async (name: string | undefined, options: ObserveOptions) => {
      const { node } = await import("./node.ts");
      process.exitCode = await node(name, options);
    });
}

const nodeExamples = `
Run it as root on the node itself.

Examples:
  holdfast node                                   this node, what disagrees first
  holdfast node cp --output json                  with all ids and evidence
  holdfast node --snapshot cp.snapshot            as it was when the snapshot was recorded

Exit codes, the first that holds:
  2  wrong usage, or neither runtime nor kernel could be read
  1  the ledgers disagree at least as badly as --fail-on
  3  something could not be told, with --strict
  0  none of these`;

/** What is asked, and how it is printed: the same for every command that judges a node. */
function observing(one: Command): Command {
  const live = ["kubeconfig", "context", "criSocket", "root"];
  return reading(
    one
      .addOption(new Option("-o, --output <format>", "form of the report").choices(nodeFormats).default("text"))
      .addOption(
        new Option("--snapshot <file>", "read what holdfast snapshot recorded, and nothing of this node").conflicts(
          live,
        ),
      ),
  )
    .option("--all", "fold nothing: show every row")
    .addOption(
      new Option("--fail-on <severity>", "exit with 1 for what is at least this severe")
        .choices([...severities, "never"])
        .default("high"),
    )
    .option("--strict", "exit with 3 when something could not be told")
    .addOption(colorOption());
}

/** What a node is read through: the same for every command that reads one. */
function reading(one: Command): Command {
  return one
    .option("--kubeconfig <file>", "kubeconfig of the cluster (default: KUBECONFIG, or ~/.kube/config)")
    .option("--context <name>", "context of the kubeconfig (default: its current one)")
    .option("--cri-socket <path>", "socket of the container runtime (default: the well-known one that is there)")
    .option("--root <directory>", "where the node's root file system is mounted, for /proc and /sys", "/")
    .option("--cgroup-root <path>", "cgroup below which the kubelet has its pods (default: found by its pods)");
}

function nodeOption(): Option {
  return new Option("--node <name>", "the node's name in the API (default: the host's name)").argParser(nodeName);
}

function colorOption(): Option {
  return new Option("--color <when>", "colour the text").choices(["auto", "always", "never"]).default("auto");
}

interface SnapshotOptions extends Omit<RecordOptions, "output"> {
  readonly local?: true;
  readonly output?: string;
}

function snapshotCommand(): Command {
  const snapshot = reading(
    command("snapshot")
      .description("record what is read of a node in one file")
      .helpCommand(false)
      .option("--local", "record this node")
      .option("-o, --output <file>", "the file to write; - is standard output"),
  )
    .addOption(nodeOption())
    .option("--strict", "exit with 3 when something could not be read")
    .addOption(colorOption())
    .addHelpText("after", snapshotExamples)
    .action(async ({ local, output, ...options }: SnapshotOptions, self: Command) => {
      if (local !== true) self.error("error: say what to record: --local, this node");
      if (output === undefined) self.error("error: say where to write it: -o FILE, or -o - for standard output");
      if (output === "-" && process.stdout.isTTY) self.error("error: a snapshot is not for a terminal: -o FILE");
      const { recordSnapshot } = await import("./snapshot/record.ts");
      process.exitCode = await recordSnapshot({ ...options, output });
    });
  snapshot.addCommand(
    command("snapshot show")
      .description("say what a snapshot holds, and what could not be read")
      .argument("<file>", "the file")
      .addOption(colorOption())
      .action(async (file: string, options: Pick<RecordOptions, "color">) => {
        const [{ showSnapshot }, { lookOf }] = await Promise.all([
          import("./snapshot/show.ts"),
          import("./observe/print.ts"),
        ]);
        process.exitCode = await showSnapshot(file, lookOf(options));
      }),
  );
  return snapshot;
}

const snapshotExamples = `
Run it as root on the node itself. It holds no secrets of pods: docs/commands/snapshot.md says what is in it.

Examples:
  holdfast snapshot --local -o cp.snapshot        this node, to be read elsewhere
  holdfast snapshot show cp.snapshot              what the file holds
  holdfast ports 29653 --snapshot cp.snapshot     who held the port
  ssh cp holdfast snapshot --local -o - > cp.snapshot

Exit codes, the first that holds:
  2  wrong usage, it could not be written, or neither runtime nor kernel could be read
  3  something could not be read, with --strict
  0  none of these`;

function configCommand(): Command {
  const config = command("config").description("work with holdfast.yaml").helpCommand(false);
  config.addCommand(
    command("config check")
      .description("check a holdfast.yaml without reading anything else")
      .argument("[file]", "the file to check", "holdfast.yaml")
      .action(async (file: string) => {
        const { checkConfig } = await import("./config-check.ts");
        process.exitCode = await checkConfig(file);
      }),
  );
  return config;
}

function completionCommand(program: Command): Command {
  return command("completion")
    .description("print the completion script of a shell")
    .addArgument(new Argument("<shell>", "the shell to complete in").choices(shells))
    .addHelpText(
      "after",
      `
Load it with one of:
  bash  source <(holdfast completion bash)
  zsh   holdfast completion zsh > "\${fpath[1]}/_holdfast"
  fish  holdfast completion fish > ~/.config/fish/completions/holdfast.fish`,
    )
    .action(async (shell: Shell) => {
      const { completion } = await import("./completion.ts");
      process.stdout.write(completion(program, shell));
    });
}

/** `holdfast help audit`, which many type before `holdfast audit --help`. */
function helpCommand(program: Command): Command {
  const names = program.commands.map((each) => each.name());
  return command("help")
    .description("print the help of a command")
    .addArgument(new Argument("[command]", "the command to tell about").choices(names))
    .argument("[subcommand]", "the command below it")
    .action((name: string | undefined, below: string | undefined, _options: unknown, self: Command) => {
      const above = program.commands.find((each) => each.name() === name) ?? program;
      const told = below === undefined ? above : above.commands.find((each) => each.name() === below);
      if (told === undefined) self.error(`error: unknown command '${name} ${below}'`);
      told.outputHelp();
    });
}

/** @param path the command's name after those of the commands above it, as it is typed behind `holdfast` */
function command(path: string): Command {
  const name = path.split(" ").at(-1) ?? path;
  const typed = path === "holdfast" ? path : `holdfast ${path}`;
  return (
    new Command(name)
      .helpOption("-h, --help", "print this help")
      .addOption(new Option("--debug", "print the stack of a failure").hideHelp())
      .exitOverride()
      // What stands behind a command's name is that command's, also where the one above has an option of that name.
      .enablePositionalOptions()
      .showHelpAfterError(`Run ${typed} --help to see what there is.`)
      .configureOutput({
        outputError: (text, write) =>
          write(printable(text.replace(/^error: /, "holdfast: USAGE001: "), { newlines: true })),
      })
  );
}
