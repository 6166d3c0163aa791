import { packed, writeSnapshot } from "../../outside/snapshot/write-file.ts";
import { unpacked } from "../../outside/snapshot/read-file.ts";
import type { TextOptions } from "../../report/text.ts";
import { contentsOf } from "../../snapshot/read/contents.ts";
import { readLines } from "../../snapshot/read/lines.ts";
import { Failure } from "../failure.ts";
import { contentsText } from "./contents-text.ts";

/**
 * Writes the lines of a snapshot into a file, whole or not at all, and prints what the file says when it is read back,
 * before it takes its name; `-` is standard output. `false`: standard output could not be written.
 * `stopped` is that of {@link writeSnapshot}.
 */
export async function write(
  file: string,
  lines: Iterable<string> | AsyncIterable<string>,
  look: TextOptions,
  stopped?: AbortSignal,
): Promise<boolean> {
  if (file === "-") return toStdout(lines);
  let text = "";
  const check = async (temporary: string): Promise<void> => {
    text = contentsText(await contentsOf(readLines(unpacked(temporary))), look);
  };
  const failure = await writeSnapshot(file, packed(lines), check, stopped);
  if (failure !== null)
    throw new Failure(
      "WRITE001",
      `${file} could not be written (${failure})`,
      "Name a file that this user can write, or give the disk room.",
    );
  process.stdout.write(text);
  return true;
}

/** What stands against it is told by whoever has standard output. */
async function toStdout(lines: Iterable<string> | AsyncIterable<string>): Promise<boolean> {
  let written = true;
  const writeOn = (chunk: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) =>
      process.stdout.write(chunk, (error) => {
        written = error === null || error === undefined;
        if (written) resolve();
        else reject(error ?? new Error("not written"));
      }),
    );
  try {
    await packed(lines)(writeOn);
    return true;
  } catch (error) {
    if (written) throw error;
    return false;
  }
}
