import type { ClusterObjects, KindName } from "../../model/cluster-objects.ts";
import type { Header } from "../../snapshot/format/format.ts";
import type { AuditOptions } from "./options.ts";

/** The objects of the cluster that the options name: recorded, or asked for now in the way in which they are recorded. */
export async function clusterObjectsOf(options: AuditOptions, kinds: readonly KindName[]): Promise<ClusterObjects> {
  const { snapshot } = options;
  const [{ readLines }, { readObjects }] = await Promise.all([
    import("../../snapshot/read/lines.ts"),
    import("../../snapshot/read/objects.ts"),
  ]);
  if (snapshot === undefined) {
    const lines = await liveLines(options, kinds);
    const sourceOf = ({ server, at }: Header) => `${server ?? "the cluster"}, read at ${timeText(at)}`;
    return readObjects(readLines(bytesOf(lines)), kinds, sourceOf);
  }
  const [{ ofSnapshot }, { unpacked }] = await Promise.all([
    import("../snapshot/fault.ts"),
    import("../../outside/snapshot/read-file.ts"),
  ]);
  const sourceOf = ({ at }: Header) => `${snapshot}, taken at ${timeText(at)}`;
  return ofSnapshot(snapshot, () => readObjects(readLines(unpacked(snapshot)), kinds, sourceOf));
}

/** The lines of a snapshot of these kinds, without secrets like every snapshot; none of it is written anywhere. */
async function liveLines(options: AuditOptions, wanted: readonly KindName[]): Promise<AsyncIterable<string>> {
  const [{ linesOfCluster }, { kinds }, { progress, untilDone }] = await Promise.all([
    import("../snapshot/live-cluster.ts"),
    import("../../snapshot/format/kinds.ts"),
    import("../progress.ts"),
  ]);
  const line = progress();
  const { kubeconfig, context } = options;
  const lines = await linesOfCluster(
    { ...(kubeconfig === undefined ? {} : { kubeconfig }), ...(context === undefined ? {} : { context }) },
    {
      kinds: kinds.filter((row) =>
        wanted.some(({ group, resource }) => row.group === group && row.resource === resource),
      ),
      withOpenApi: false,
      signal: new AbortController().signal,
      progress: (what) => line.show(`reading ${what}`),
      onPart: () => {},
    },
  );
  return untilDone(lines, line);
}

async function* bytesOf(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const line of lines) yield Buffer.from(line);
}

/** `2026-05-17 09:00:39Z`. */
function timeText(at: string): string {
  return at.replace("T", " ").replace(/\.\d+/, "");
}
