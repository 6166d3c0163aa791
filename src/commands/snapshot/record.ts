import type { ObservedNode } from "../../model/ledger.ts";
import { isKnown } from "../../model/told.ts";
import { unpacked } from "../../outside/snapshot/read-file.ts";
import { packed, writeSnapshot } from "../../outside/snapshot/write-file.ts";
import { contentsText } from "./contents-text.ts";
import { contentsOf } from "../../snapshot/contents.ts";
import { readLines } from "../../snapshot/read-lines.ts";
import { snapshotLines } from "../../snapshot/write-lines.ts";
import { version } from "../../version.ts";
import { Failure } from "../failure.ts";
import { observeNode } from "../observe/observe-node.ts";
import { joinOptions } from "../observe/options.ts";
import { lookOf } from "../observe/print.ts";
import { ownNodeName, realSources } from "../observe/real-sources.ts";
import type { RecordOptions } from "./options.ts";

/** Runs `holdfast snapshot --local`; gives the exit code. */
export async function recordSnapshot(options: RecordOptions): Promise<number> {
  const at = new Date().toISOString();
  const sources = await realSources(options);
  const observed = await observeNode(options.node ?? ownNodeName(), sources, joinOptions(options));
  const nodes = [{ observed, cgroupRoot: options.cgroupRoot ?? null }];
  const pack = packed(snapshotLines({ toolVersion: version, at, server: sources.server, nodes }));
  if (options.output === "-") return (await toStdout(pack)) ? exitCode(observed, options) : 2;
  await toFile(options.output, pack, options);
  return exitCode(observed, options);
}

/** What is printed is what the file says when it is read back, before it takes its name. */
async function toFile(file: string, pack: ReturnType<typeof packed>, options: RecordOptions): Promise<void> {
  let text = "";
  const failure = await writeSnapshot(file, pack, async (temporary) => {
    text = contentsText(await contentsOf(readLines(unpacked(temporary))), lookOf(options));
  });
  if (failure !== null)
    throw new Failure(
      "WRITE001",
      `${file} could not be written (${failure})`,
      "Name a file that this user can write, or give the disk room.",
    );
  process.stdout.write(text);
}

/** Whether it could be written; what stands against it is told by whoever has standard output. */
async function toStdout(pack: ReturnType<typeof packed>): Promise<boolean> {
  let written = true;
  const write = (chunk: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) =>
      process.stdout.write(chunk, (error) => {
        written = error === null || error === undefined;
        if (written) resolve();
        else reject(error ?? new Error("not written"));
      }),
    );
  try {
    await pack(write);
    return true;
  } catch (error) {
    if (written) throw error;
    return false;
  }
}

/** Of those that hold the first: 2 neither runtime nor kernel could be read, 3 with `--strict` not all could, 0. */
function exitCode({ knowledge, observation }: ObservedNode, { strict }: RecordOptions): number {
  const { before, after } = knowledge;
  const { runtime, kernel } = observation;
  if (!isKnown(runtime) && !isKnown(kernel)) return 2;
  const whole = isKnown(before) && isKnown(after) && isKnown(runtime) && isKnown(kernel);
  return strict === true && !whole ? 3 : 0;
}
