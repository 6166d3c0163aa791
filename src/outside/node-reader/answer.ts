import type { ExecStep } from "../../model/kube-source.ts";
import type { NodeObservation } from "../../model/ledger.ts";
import type { Told } from "../../model/told.ts";
import { SnapshotFault } from "../../snapshot/format/fault.ts";
import type { Header } from "../../snapshot/format/format.ts";
import { readLines } from "../../snapshot/read/lines.ts";
import { readNode } from "../../snapshot/read/node.ts";
import { unpackedFrom } from "../snapshot/read-file.ts";
import { ProgramRun } from "./program-run.ts";

/** What a program printed that was run in the pod: a snapshot of the node, as `holdfast snapshot --local` writes one. */
export async function answerOf(steps: AsyncIterable<ExecStep>, node: string): Promise<Told<NodeObservation>> {
  const run = new ProgramRun(steps);
  try {
    const { observed } = await readNode(readLines(unpackedFrom(run.output())), (header) => onlyNode(header, node));
    return { known: observed.observation, at: [] };
  } catch (error) {
    if (!(error instanceof SnapshotFault)) throw error;
    const text = `what holdfast in the pod gave ${error.message}`;
    return { unknown: run.whyEnded({ code: error.kind === "truncated" ? "incomplete" : "not-understood", text }) };
  }
}

function onlyNode({ nodes }: Header, node: string): string {
  const [only, ...more] = nodes;
  if (only?.name !== node || more.length > 0)
    throw new SnapshotFault("foreign", "is not of the node that was asked for");
  return node;
}
