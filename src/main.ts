import { CommanderError } from "commander";
import { createProgram } from "./commands/program.ts";
import { explainFailure } from "./commands/failure.ts";

/** Runs the command that the arguments name. The process's exit code is set, and the process ends when its work is done. */
export async function main(args: readonly string[]): Promise<void> {
  endQuietlyWhenReaderLeaves();
  try {
    await createProgram().parseAsync(args.map(completeOption), { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has printed the usage error, or the help or version that was asked for.
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    process.stderr.write(explainFailure(error, args.includes("--debug")));
    process.exitCode = 2;
  }
}

/** So that `--fix PATH` reads PATH as the repository, not as the value of `--fix`. */
function completeOption(arg: string): string {
  return arg === "--fix" ? "--fix=write" : arg;
}

/** `holdfast audit | head` closes the pipe early: that is no failure of the audit. */
function endQuietlyWhenReaderLeaves(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
}
