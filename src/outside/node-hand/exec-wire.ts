import { PassThrough } from "node:stream";
import type { ExecStep } from "../../model/kube-source.ts";
import type { Reason } from "../../model/told.ts";
import { ProgramRun } from "../node-reader/program-run.ts";
import { linesOf } from "./lines.ts";
import { longestAnswer } from "./answer-limits.ts";
import type { NodeWire } from "./remote.ts";

/** Begins a program that is given this input, until the signal. */
export type BeginProgram = (input: AsyncIterable<Uint8Array>, signal: AbortSignal) => AsyncIterable<ExecStep>;

/** A wire over a program that runs in a pod: lines to its standard input, and from its standard output. */
export class ExecWire implements NodeWire {
  readonly #input = new PassThrough();
  readonly #over = new AbortController();
  readonly #run: ProgramRun;
  readonly #output: AsyncGenerator<string>;
  /** A line that was asked for and has not come: it may come for who asks next. */
  #next: Promise<IteratorResult<string>> | null = null;

  constructor(begin: BeginProgram) {
    this.#run = new ProgramRun(begin(this.#input, this.#over.signal));
    this.#output = linesOf(this.#run.output(), longestAnswer);
  }

  write(line: string): void {
    this.#input.write(line);
  }

  async read(signal: AbortSignal): Promise<{ readonly line: string } | { readonly reason: Reason }> {
    this.#next ??= this.#output.next();
    const line = await Promise.race([this.#next, whenAborted(signal)]);
    if (line === null) return { reason: late };
    this.#next = null;
    return line.done === true ? { reason: this.#run.whyEnded(cut) } : { line: line.value };
  }

  /** Ends the connection, by which the program is told that nobody asks any more. */
  async close(): Promise<void> {
    this.#over.abort();
    this.#input.end();
    // A generator lets go of what it holds where it is taken to its end.
    for (let line = await (this.#next ?? this.#output.next()); line.done !== true;) line = await this.#output.next();
  }
}

function whenAborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    else signal.addEventListener("abort", () => resolve(null), { once: true });
  });
}

const late: Reason = { code: "timed-out", text: "holdfast on the node gave no answer in time", at: [] };
const cut = { code: "incomplete", text: "holdfast on the node ended before it had answered" } as const;
