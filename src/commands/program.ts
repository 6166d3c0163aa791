import { Argument, Option, type Command } from "commander";
import { severities } from "../model/finding.ts";
import { agentCommand } from "./agent-command.ts";
import { auditFormats, contradiction, excess, type AuditOptions } from "./audit/options.ts";
import { shells, type Shell } from "./completion/shells.ts";
import { colorOption, command } from "./command.ts";
import { nodeCommand, portsCommand, snapshotCommand } from "./node-commands.ts";
import { nodeReaderCommands } from "./node-reader.ts";
import { preflightCommand } from "./preflight-command.ts";
import { recoverCommand, sweepCommand } from "./sweep-commands.ts";
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
  program.addCommand(preflightCommand());
  program.addCommand(portsCommand());
  program.addCommand(nodeCommand());
  program.addCommand(sweepCommand());
  program.addCommand(recoverCommand());
  program.addCommand(agentCommand());
  program.addCommand(snapshotCommand());
  for (const each of nodeReaderCommands()) program.addCommand(each, { hidden: true });
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
    .addOption(
      new Option("--snapshot <file>", "compare with the cluster that holdfast snapshot recorded").conflicts([
        "live",
        "kubeconfig",
        "context",
      ]),
    )
    .option("--live", "compare with the cluster that the kubeconfig names")
    .option(
      "--kubeconfig <file>",
      "compare with the cluster of this kubeconfig (default: KUBECONFIG, or ~/.kube/config)",
    )
    .option("--context <name>", "compare with the cluster of this context (default: the kubeconfig's current one)")
    .option("--cluster <name>", "which of the clusters of holdfast.yaml that is")
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
  const names = program
    .createHelp()
    .visibleCommands(program)
    .map((each) => each.name());
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
