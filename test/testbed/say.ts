/** Tells a person what is being done. */
export type Say = (text: string) => void;

/** One line on standard error. */
export const sayOnStderr: Say = (text) => {
  process.stderr.write(`testbed: ${text}\n`);
};
