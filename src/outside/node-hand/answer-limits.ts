import type { CallName } from "./protocol.ts";

/** What of an answer is looked at before it is parsed. */
interface AnswerLimit {
  /** Characters of its line. */
  readonly characters: number;
  /** Values in it: a value may take two characters there and dozens of bytes in memory. */
  readonly values: number;
}

const mebi = 1024 * 1024;
/** A word about one thing, with a text that may be as long as the protocol takes. */
const word: AnswerLimit = { characters: mebi, values: 10_000 };

const limits: Readonly<Partial<Record<CallName, AnswerLimit>>> = {
  // Two lists, each of several messages of 16 MiB where it has to be (src/outside/cri/lists.ts), of which a part is kept.
  runtime: { characters: 64 * mebi, values: 3_000_000 },
  details: { characters: 16 * mebi, values: 1_000_000 },
  // A node with 200,000 connections has some 40 million characters, and ten values for each.
  kernel: { characters: 64 * mebi, values: 5_000_000 },
  serving: { characters: 4 * mebi, values: 200_000 },
  // Two files of 8 MiB (src/outside/journal/journal.ts).
  journalRead: { characters: 24 * mebi, values: 3_000_000 },
};

/** Most bytes of any line that a node answers with. */
export const longestAnswer = Math.max(...Object.values(limits).map(({ characters }) => characters));

/**
 * Whether a line may be parsed as the answer to this call. Who serves a node has its root, and need not be Holdfast any more: what it
 * says must not take the memory of who asked.
 */
export function fits(line: string, call: CallName): boolean {
  const { characters, values } = limits[call] ?? word;
  return line.length <= characters && !hasMoreValues(line, values);
}

/** Each value but the first comes behind one of these; a text may have some too. */
const separators = new Set(["[", "{", ","].map((each) => each.charCodeAt(0)));

function hasMoreValues(line: string, most: number): boolean {
  let count = 0;
  for (let at = 0; at < line.length; at++) if (separators.has(line.charCodeAt(at))) count += 1;
  return count > most;
}
