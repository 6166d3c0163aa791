import { printable } from "../report/safe.ts";

/**
 * A failure that is explained to the person who ran the command: `holdfast: CODE: what (where). Do this.`
 * Throw it for what the person can mend; anything else that is thrown is a defect of this program.
 */
export class Failure extends Error {
  override readonly name = "Failure";
  /** Stable: letters and three digits, such as `CONFIG001`. */
  readonly code: string;
  /** What to do, a sentence with its full stop. */
  readonly advice: string;

  constructor(code: string, what: string, advice: string, options?: ErrorOptions) {
    super(what, options);
    this.code = code;
    this.advice = advice;
  }
}

/** The line for stderr, with its newline; the stack and the causes only with `debug`. */
export function explainFailure(error: unknown, debug: boolean): string {
  const line =
    error instanceof Failure
      ? `holdfast: ${error.code}: ${oneLine(error.message)}. ${error.advice}`
      : `holdfast: BUG001: ${oneLine(messageOf(error))}. This is a defect of holdfast: run it again with --debug and report what it prints.`;
  return debug ? `${line}\n${printable(stackOf(error), { newlines: true })}\n` : `${line}\n`;
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\ncaused by ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Messages can carry names from the input; a sentence goes on behind them. */
function oneLine(text: string): string {
  return printable(text.trimEnd()).replace(/\.$/, "");
}
