/** A line for a POSIX shell that runs a program with exactly these arguments. */
export function shellCommand(argv: readonly string[]): string {
  return argv.map((argument) => `'${argument.replaceAll("'", `'\\''`)}'`).join(" ");
}
