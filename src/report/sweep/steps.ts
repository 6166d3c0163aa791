import type { Leftover } from "../../sweep/judge.ts";
import type { Premise } from "../../sweep/premises.ts";
import type { ReportStep } from "../node/schema.ts";
import { quoted } from "../shell-word.ts";
import type { Swept } from "./assemble.ts";

/** The flags by which a node is reached that this is not; `null`: this is the node. */
export type NodeReach = { readonly node: string; readonly image: string; readonly readerNamespace: string } | null;

/** What is known beside the node: what was done to it, who waits for it, and from where. */
interface Around {
  readonly swept: readonly Swept[];
  readonly stuck: readonly { readonly namespace: string; readonly name: string }[];
  readonly reach: NodeReach;
}

/** What a person can do now. Nothing is proposed that would be refused. */
export function stepsAfter(
  premises: readonly Premise[],
  leftovers: readonly Leftover[],
  { swept, stuck, reach }: Around,
): readonly ReportStep[] {
  const done = new Set(swept.filter(({ outcome }) => outcome.is === "cleared").map(({ target }) => target.uid));
  const open = leftovers.filter(({ pod }) => !done.has(pod.uid));
  const hold = premises.every(({ state }) => state === "holds");
  if (open.length === 0 || !hold) return [];
  const mayBeCleared = open.filter(({ verdict }) => verdict.is === "candidate");
  const overdue = open.filter(({ verdict }) => verdict.is === "protected" && verdict.by === "overdue-by-agent");
  const [first] = stuck;
  const there = reach === null ? "" : ` --node ${quoted(reach.node)}${throughPod(reach)}`;
  return [
    ...(first === undefined || (mayBeCleared.length === 0 && overdue.length === 0)
      ? []
      : [
          {
            command: `holdfast recover ${quoted(`${first.namespace}/${first.name}`)}${throughPod(reach)}`,
            why: "clears what holds its port, gives it a new uid, and proves that it is Ready",
          },
        ]),
    ...(mayBeCleared.length === 0
      ? []
      : [
          { command: `holdfast sweep${there} --enforce`, why: "clears what may be cleared, and asks before each rung" },
        ]),
    ...(overdue.length === 0
      ? []
      : [{ command: `holdfast sweep${there} --enforce --overdue`, why: "also what is Terminating past its time" }]),
  ];
}

function throughPod(reach: NodeReach): string {
  if (reach === null) return "";
  const { image, readerNamespace: namespace } = reach;
  const where = namespace === usualNamespace ? "" : ` --reader-namespace ${quoted(namespace)}`;
  return ` --image ${quoted(image)}${where}`;
}

const usualNamespace = "kube-system";
