import { Argument, Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { join, resolve } from "node:path";
import { nodeNamed, openBed } from "./bed.ts";
import { buildPrograms, recipesFor } from "./build/programs.ts";
import { helmCommand, kubectlCommand } from "./clients.ts";
import { endBed } from "./down.ts";
import { setFault } from "./faults.ts";
import { playNight, stageNames, stages, type StageName } from "./incident/night.ts";
import { recorder } from "./incident/record.ts";
import { faults, services, type Fault, type Service } from "./node-control.ts";
import { execCommand, reboot, restartService } from "./nodes.ts";
import { whyNoSystem } from "./requirements.ts";
import { runInteractively } from "./run.ts";
import { runtimeNames, type RuntimeName } from "./runtimes.ts";
import { sayOnStderr as say } from "./say.ts";
import { describeStatus } from "./status.ts";
import { startBed } from "./up.ts";

/** Runs one command of `npm run testbed`; gives its exit code. */
export async function commandLine(args: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = new Command("testbed")
    .description(
      "A real Kubernetes cluster on this machine: real kubelets and containerd, in namespaces or in emulated machines. Needs root.",
    )
    .enablePositionalOptions()
    .exitOverride();
  addLifeCommands(program, (code) => (exitCode = code));
  addClientCommands(program, (code) => (exitCode = code));
  addNodeCommands(program);
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
  return exitCode;
}

type Exit = (code: number) => void;

/** The commands that start and end beds, and what happens in one. */
function addLifeCommands(program: Command, exit: Exit): void {
  program
    .command("build")
    .description("Build the cluster's programs from Go modules, where the cache does not have them.")
    .option("--vm", "also the disk of nodes that are whole machines, from Debian packages; needs root")
    .action(async ({ vm = false }: { vm?: boolean }) => {
      await buildPrograms(recipesFor({ vmNodes: vm ? 1 : 0 }), say);
    });

  bedCommand(program, "up")
    .description("Start a bed, and wait until its nodes are Ready. Builds what is not built.")
    .option("--workers <count>", "nodes beside the control plane's, 0 to 9", nodeCount, 4)
    .option("--vm-nodes <count>", "nodes that are whole emulated machines besides, 0 to 9; slow", nodeCount, 0)
    .addOption(new Option("--runtime <name>", "container runtime").choices(runtimeNames).default("containerd-2"))
    .action(async ({ name, directory, ...asked }: Place & Asked) => {
      await up(directoryOf({ name, directory }), asked);
    });

  bedCommand(program, "down")
    .description("End a bed: everything it started, also where `up` was killed.")
    .action(async (place: Place) => {
      await endBed(directoryOf(place));
      say(`down: nothing is left of ${directoryOf(place)}`);
    });

  bedCommand(program, "status")
    .description("Say what of a bed runs; exits with 1 where something does not.")
    .action(async (place: Place) => {
      const { text, well } = await describeStatus(directoryOf(place));
      process.stdout.write(text);
      exit(well ? 0 : 1);
    });

  const night = stages.map(({ name, title }) => `  ${name.padEnd(14)}${title}`).join("\n");
  bedCommand(program, "incident")
    .description("Play the night that Holdfast exists for, on a bed that is up.")
    .addOption(new Option("--until <stage>", "the last stage to play").choices(stageNames).default(stageNames.at(-1)))
    .addHelpText(
      "after",
      `\nStages, each proven by what is seen of it:\n${night}\n\nWhat was played already is not played again.`,
    )
    .option("--record <folder>", "record each stage that is played in FOLDER/STAGE.snapshot")
    .action(async ({ until, record, ...place }: Place & { until: StageName; record?: string }) => {
      const bed = openBed(directoryOf(place));
      const after = record === undefined ? {} : { after: await recorder(bed, resolve(record), say) };
      await playNight(bed, { until, say, ...after });
    });
}

interface Asked {
  readonly workers: number;
  readonly vmNodes: number;
  readonly runtime: RuntimeName;
}

async function up(directory: string, asked: Asked): Promise<void> {
  const why = whyNoSystem(asked);
  if (why !== null) throw new Error(why);
  const start = performance.now();
  const programs = await buildPrograms(recipesFor(asked), say);
  const { nodes } = await startBed(directory, { ...asked, programs }, say);
  say(`up: ${nodes.length} nodes Ready in ${Math.round((performance.now() - start) / 1000)} s; it is in ${directory}`);
}

/** The commands that end with another program's exit code. */
function addClientCommands(program: Command, exit: Exit): void {
  for (const [name, command] of Object.entries({ kubectl: kubectlCommand, helm: helmCommand })) {
    bedCommand(program, name)
      .argument("[arguments...]", `of ${name}; what is meant for the bed comes before them`)
      .description(`Run the bed's ${name} as its administrator.`)
      .allowUnknownOption()
      .passThroughOptions()
      .action(async (args: string[], place: Place) => {
        exit(await runInteractively(command(openBed(directoryOf(place)), args)));
      });
  }

  bedCommand(program, "exec")
    .addArgument(nodeArgument())
    .argument("<command...>", "after --")
    .description("Run a program on a node, as root there.")
    .action(async (name: string, argv: string[], place: Place) => {
      const bed = openBed(directoryOf(place));
      const terminal = process.stdin.isTTY && process.stdout.isTTY;
      exit(await runInteractively(execCommand(bed, nodeNamed(bed, name), argv, { terminal })));
    });
}

/** The commands that do something to a node. */
function addNodeCommands(program: Command): void {
  bedCommand(program, "fault")
    .addArgument(nodeArgument())
    .addArgument(
      new Argument(
        "<fault>",
        "kill: runc cannot kill running containers, as under AppArmor; on a whole machine, under AppArmor",
      ).choices(faults),
    )
    .addArgument(new Argument("<state>", "on or off").choices(["on", "off"]))
    .description("Make something fail on a node, or let it work again.")
    .action(async (name: string, fault: Fault, state: "on" | "off", place: Place) => {
      const bed = openBed(directoryOf(place));
      await setFault(bed, nodeNamed(bed, name), fault, state === "on");
    });

  bedCommand(program, "restart")
    .addArgument(nodeArgument())
    .addArgument(new Argument("<service>", "what to restart").choices(services))
    .description("End a service of a node, and wait until it was started again.")
    .action(async (name: string, service: Service, place: Place) => {
      const bed = openBed(directoryOf(place));
      await restartService(bed, nodeNamed(bed, name), service);
    });

  bedCommand(program, "reboot")
    .addArgument(nodeArgument())
    .description("End everything on a node at once, and start it again from its disk.")
    .action(async (name: string, place: Place) => {
      const bed = openBed(directoryOf(place));
      await reboot(bed, nodeNamed(bed, name));
    });
}

/** Which bed a command is about. */
interface Place {
  readonly name: string;
  readonly directory: string;
}

function bedCommand(program: Command, name: string): Command {
  return program
    .command(name)
    .option("--name <name>", "which bed; several run side by side", "default")
    .option("--directory <path>", "where beds are kept", "/var/tmp/holdfast-testbed");
}

/** npm runs scripts in the package's directory; the person may stand elsewhere. */
function directoryOf({ name, directory }: Place): string {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) throw new Error(`--name ${name}: small letters, digits and dashes only`);
  return join(resolve(process.env["INIT_CWD"] ?? ".", directory), name);
}

function nodeArgument(): Argument {
  return new Argument("<node>", "cp, w1, w2, ..., vm1, ...");
}

function nodeCount(text: string): number {
  if (!/^\d$/.test(text)) throw new InvalidArgumentError("a number from 0 to 9 is needed.");
  return Number(text);
}
