import type { ClusterObjects, KindName } from "../../model/cluster-objects.ts";
import { unpacked } from "../../outside/snapshot/read-file.ts";
import { clock } from "../../report/node/moment.ts";
import { kinds } from "../../snapshot/format/kinds.ts";
import { readLines } from "../../snapshot/read/lines.ts";
import { readObjects } from "../../snapshot/read/objects.ts";
import type { LiveOptions } from "../observe/options.ts";
import { progress } from "../progress.ts";
import { ofSnapshot } from "./fault.ts";
import { linesOfCluster } from "./live-cluster.ts";

/** The objects of some kinds, out of a snapshot. */
export function objectsOfSnapshot(file: string, wanted: readonly KindName[]): Promise<ClusterObjects> {
  return ofSnapshot(file, () =>
    readObjects(readLines(unpacked(file)), wanted, ({ at }) => `${file}, begun at ${clock(at, "")}`),
  );
}

/** The objects of some kinds, read now. They go the way of a snapshot, so that both are judged by the same. */
export async function objectsOfCluster(
  options: Pick<LiveOptions, "kubeconfig" | "context">,
  wanted: readonly KindName[],
): Promise<ClusterObjects> {
  const line = progress();
  const lines = await linesOfCluster(options, {
    kinds: kinds.filter((row) =>
      wanted.some(({ group, resource }) => group === row.group && resource === row.resource),
    ),
    withOpenApi: false,
    nodes: null,
    signal: new AbortController().signal,
    progress: (what) => line.show(`reading ${what}`),
    onPart: () => {},
  });
  try {
    return await readObjects(
      readLines(bytesOf(lines)),
      wanted,
      ({ server, at }) => `${server ?? "the cluster"}, asked at ${clock(at, "")}`,
    );
  } finally {
    line.done();
  }
}

async function* bytesOf(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const line of lines) yield Buffer.from(line);
}
