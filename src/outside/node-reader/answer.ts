import type { ExecStep, KubeTold } from "../../model/kube-source.ts";
import type { NodeObservation } from "../../model/ledger.ts";
import type { Reason, Told } from "../../model/told.ts";
import { SnapshotFault } from "../../snapshot/format/fault.ts";
import type { Header } from "../../snapshot/format/format.ts";
import { readLines } from "../../snapshot/read/lines.ts";
import { readNode } from "../../snapshot/read/node.ts";
import { unpackedFrom } from "../snapshot/read-file.ts";
import { shown } from "./pod-state.ts";

/** What a program printed that was run in the pod: a snapshot of the node, as `holdfast snapshot --local` writes one. */
export async function answerOf(steps: AsyncIterable<ExecStep>, node: string): Promise<Told<NodeObservation>> {
  const run = new Run(steps);
  try {
    const { observed } = await readNode(readLines(unpackedFrom(run.output())), (header) => onlyNode(header, node));
    return { known: observed.observation, at: [] };
  } catch (error) {
    if (!(error instanceof SnapshotFault)) throw error;
    return { unknown: run.whyNot(error) };
  }
}

function onlyNode({ nodes }: Header, node: string): string {
  const [only, ...more] = nodes;
  if (only?.name !== node || more.length > 0)
    throw new SnapshotFault("foreign", "is not of the node that was asked for");
  return node;
}

/** The last of what a program complained about, in bytes. */
const mostComplaint = 4096;

class Run {
  readonly #steps: AsyncIterable<ExecStep>;
  #complaint = Buffer.alloc(0);
  #exit: KubeTold<number> | null = null;

  constructor(steps: AsyncIterable<ExecStep>) {
    this.#steps = steps;
  }

  async *output(): AsyncGenerator<Uint8Array> {
    for await (const step of this.#steps) {
      if (step.step === "ended") this.#exit = step.exit;
      else if (step.stream === "stdout") yield step.bytes;
      else this.#complaint = Buffer.concat([this.#complaint, step.bytes]).subarray(-mostComplaint);
    }
  }

  /** The connection's end explains more than what is missing by it, and so does the program's own word. */
  whyNot(fault: SnapshotFault): Reason {
    if (this.#exit !== null && "unknown" in this.#exit) return this.#exit.unknown;
    const complaint = shown(this.#complaint.toString("utf8").trimEnd().split("\n").at(-1));
    if (this.#exit !== null && this.#exit.known !== 0) {
      const text = `holdfast in the pod ended with code ${this.#exit.known}${complaint}`;
      return { code: "incomplete", text, at: [], supply: sameVersion };
    }
    const text = `what holdfast in the pod gave ${fault.message}${complaint}`;
    return { code: fault.kind === "truncated" ? "incomplete" : "not-understood", text, at: [], supply: sameVersion };
  }
}

const sameVersion = "name an image of this version of holdfast (--image)";
