import type { ExecStep, KubeTold } from "../../model/kube-source.ts";
import type { Reason } from "../../model/told.ts";
import { shown } from "./pod-state.ts";

/** The last of what a program complained about, in bytes. */
const mostComplaint = 4096;

/** A program of ours that runs in a pod: what it prints, and when that ends, why. */
export class ProgramRun {
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

  /**
   * Why there is no more of its output, or it is not what it should be. The connection's end explains more than what is missing
   * by it, and so does the program's own word; `otherwise` is for where neither says anything.
   */
  whyEnded(otherwise: Pick<Reason, "code" | "text">): Reason {
    if (this.#exit !== null && "unknown" in this.#exit) return this.#exit.unknown;
    const complaint = shown(this.#complaint.toString("utf8").trimEnd().split("\n").at(-1));
    if (this.#exit !== null && this.#exit.known !== 0) {
      const text = `holdfast in the pod ended with code ${this.#exit.known}${complaint}`;
      return { code: "incomplete", text, at: [], supply: sameVersion };
    }
    return { code: otherwise.code, text: `${otherwise.text}${complaint}`, at: [], supply: sameVersion };
  }
}

const sameVersion = "name an image of this version of holdfast (--image)";
