import { CommanderError } from "commander";
import { createProgram } from "./commands/program.ts";
import { explainFailure, Failure } from "./commands/failure.ts";
import { failureText } from "./outside/files/read.ts";

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

/** So that `--fix PATH` reads PATH as the repository, not as the value of `--fix`, and `holdfast -v` works as `-V` does. */
function completeOption(arg: string, index: number): string {
  if (index === 0 && arg === "-v") return "--version";
  return arg === "--fix" ? "--fix=write" : arg;
}

/** `holdfast audit | head` closes the pipe early: that is no failure of the audit. A full disk is one. */
function endQuietlyWhenReaderLeaves(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return;
    const failure = new Failure(
      "WRITE001",
      `standard output could not be written (${failureText(error)})`,
      "Give it room, or name a file to write to.",
    );
    process.stderr.write(explainFailure(failure, false));
    process.once("exit", () => (process.exitCode = 2));
  });
  process.stderr.on("error", () => {});
}
