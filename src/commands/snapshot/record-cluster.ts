import { kinds } from "../../snapshot/format/kinds.ts";
import type { PartOutcome } from "../../snapshot/record/part-outcome.ts";
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
  // What cannot be written is not read to its end: a pod that is on a node by then is removed.
  const failed = new AbortController();
  const line = progress();
  const lines = await linesOfCluster(options, {
    kinds,
    withOpenApi: options.openapi,
    signal: stopped === undefined ? failed.signal : AbortSignal.any([stopped, failed.signal]),
    progress: (what) => line.show(`reading ${what}`),
    onPart: (outcome) => parts.push(outcome),
  });
  const written = await write(options.output, untilDone(lines, line), lookOf(options), stopped).finally(() =>
    failed.abort(),
  );
  if (!written || parts.every((outcome) => outcome === "unread" || outcome === "warned")) return 2;
  return options.strict === true && parts.some((outcome) => outcome !== "read") ? 3 : 0;
}
