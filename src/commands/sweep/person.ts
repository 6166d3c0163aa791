import { createInterface } from "node:readline/promises";
import { questionText } from "../../report/sweep/question-text.ts";
import type { Style } from "../../report/style.ts";
import type { Proposal } from "../../sweep/requests.ts";
import { Failure } from "../failure.ts";

/** Who is asked before anything is done. */
export interface Person {
  agrees(to: Proposal): Promise<boolean>;
}

/** The person at the terminal, or `--yes`, which answers for them. `signal`: they want to stop. */
export function personThere(
  options: { readonly yes?: boolean | undefined },
  style: Style,
  signal: AbortSignal,
): Person {
  const asks = terminalOf(options, signal);
  return { agrees: (to) => asks(style.text(questionText(to, style))) };
}

/**
 * Asks a question on stderr: standard output is the report's. Where nobody could answer, that is said before anything is begun. The text is printed
 * as it is.
 */
export function terminalOf(
  options: { readonly yes?: boolean | undefined },
  signal: AbortSignal,
): (question: string) => Promise<boolean> {
  if (options.yes === true) return () => Promise.resolve(!signal.aborted);
  if (!process.stdin.isTTY)
    throw new Failure(
      "SWEEP001",
      "it asks before each rung, and standard input is no terminal",
      "Answer with --yes, or see what would be done with --dry-run.",
    );
  return async (question) => {
    if (signal.aborted) return false;
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    // A terminal that is read line by line takes Ctrl-C for itself [Node, readline, event SIGINT].
    terminal.once("SIGINT", () => process.kill(process.pid, "SIGINT"));
    try {
      const answer = await terminal.question(`${question} [y/N] `, { signal });
      return /^y(?:es)?$/i.test(answer.trim());
    } catch {
      return false;
    } finally {
      terminal.close();
    }
  };
}
