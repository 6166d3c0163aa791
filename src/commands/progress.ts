import { printable } from "../report/safe.ts";

/** One line on stderr that says what is being done, on a terminal only. */
interface Progress {
  show(what: string): void;
  /** Takes the line away. */
  done(): void;
}

export function progress(): Progress {
  if (!process.stderr.isTTY) return { show: () => {}, done: () => {} };
  return {
    show: (what) => process.stderr.write(`\r\u{1b}[K${printable(what)}`),
    done: () => process.stderr.write("\r\u{1b}[K"),
  };
}

/** Lines as they come; the line is taken away behind the last of them, or where they end early. */
export async function* untilDone(lines: AsyncIterable<string>, line: Progress): AsyncGenerator<string> {
  try {
    yield* lines;
  } finally {
    line.done();
  }
}
