/** One line on stderr that says what is being done, on a terminal only. */
export interface Progress {
  show(what: string): void;
  /** Takes the line away. */
  done(): void;
}

export function progress(): Progress {
  if (!process.stderr.isTTY) return { show: () => {}, done: () => {} };
  return {
    show: (what) => process.stderr.write(`\r\u{1b}[K${what}`),
    done: () => process.stderr.write("\r\u{1b}[K"),
  };
}
