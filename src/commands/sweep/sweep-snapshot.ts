import { unknown, type Reason } from "../../model/told.ts";
import { judge, type Judgement } from "../../sweep/judge.ts";
import { noMemory } from "../../sweep/memory.ts";
import type { Policy } from "../../sweep/policy.ts";
import type { Scan } from "../../sweep/scan.ts";
import { fromSnapshot } from "../snapshot/from-snapshot.ts";

/** What was left over on a node when its snapshot was recorded: a list, by the same rules, as far as a file can tell. */
export async function leftoversIn(
  file: string,
  node: string | undefined,
  policyFor: (node: string) => Policy,
): Promise<{ readonly scan: Scan; readonly judgement: Judgement; readonly server: string | null }> {
  const { view, server, observed } = await fromSnapshot(file, node, {});
  const { knowledge, observation } = observed;
  const { before, after } = knowledge;
  const { runtime, kernel } = observation;
  const word = {
    cluster: unknown(notInFile),
    machine: unknown(notInFile),
    kubelet: unknown(notInFile),
    peers: unknown(notInFile),
    serving: new Map(),
  };
  const scan: Scan = { at: 0, before, first: runtime, kernel, after, again: runtime, view, word };
  return { scan, judgement: judge(scan, noMemory, policyFor(view.node)), server };
}

const notInFile: Reason = {
  code: "incomplete",
  text: "a snapshot does not tell it: it is asked on the node, just before anything is done",
  at: [],
};
