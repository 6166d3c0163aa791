import type { NodeReading } from "../../model/sources.ts";
import type { Reason } from "../../model/told.ts";
import { kinds } from "../../snapshot/format/kinds.ts";
import type { PartOutcome } from "../../snapshot/record/part-outcome.ts";
import { explainFailure, Failure } from "../failure.ts";
import { lookOf } from "../observe/print.ts";
import { progress, untilDone } from "../progress.ts";
import { linesOfCluster } from "./live-cluster.ts";
import type { ClusterRecordOptions } from "./options.ts";
import { write } from "./write.ts";

/** Runs `holdfast snapshot`; gives the exit code. */
export async function recordCluster(options: ClusterRecordOptions): Promise<number> {
  if (options.nodes === undefined) return record(options);
  // So that no pod of ours stays on a node when a person gives it up.
  const { untilStopped } = await import("../../outside/node-reader/until-stopped.ts");
  return untilStopped((stopped) => record(options, stopped));
}

async function record(options: ClusterRecordOptions, stopped?: AbortSignal): Promise<number> {
  const parts: PartOutcome[] = [];
  const leaving: NodeReading["left"][] = [];
  // What cannot be written is not read to its end: a pod that is on a node by then is removed.
  const failed = new AbortController();
  const line = progress();
  const lines = await linesOfCluster(options, {
    kinds,
    withOpenApi: options.openapi,
    signal: stopped === undefined ? failed.signal : AbortSignal.any([stopped, failed.signal]),
    progress: (what) => line.show(`reading ${what}`),
    onPart: (outcome) => parts.push(outcome),
    onLeaving: (left) => leaving.push(left),
  });
  let written = false;
  let left = false;
  try {
    written = await write(options.output, untilDone(lines, line), lookOf(options), stopped);
  } finally {
    failed.abort();
    // Whatever became of the file: this ends when nothing of ours is on a node any more, or says that it is.
    left = await seenToLeave(leaving, line);
  }
  if (!written || parts.every((outcome) => outcome === "unread" || outcome === "warned")) return 2;
  return options.strict === true && (left || parts.some((outcome) => outcome !== "read")) ? 3 : 0;
}

/** Waits until the pods that nodes were read through are gone, and tells of those that are not. Whether there are any. */
async function seenToLeave(
  leaving: readonly NodeReading["left"][],
  line: ReturnType<typeof progress>,
): Promise<boolean> {
  if (leaving.length === 0) return false;
  line.show("removing the pods from the nodes");
  const left = (await Promise.all(leaving).finally(() => line.done())).flat();
  for (const reason of left) process.stderr.write(explainFailure(leftOnNode(reason), false));
  return left.length > 0;
}

function leftOnNode({ text, supply }: Reason): Failure {
  return new Failure("NODE005", text, `${supply ?? "Remove it"}.`);
}
