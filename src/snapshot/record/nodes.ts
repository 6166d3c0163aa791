import type { ApiLedger, NodeObservation, ObservedNode, PodKnowledge } from "../../model/ledger.ts";
import { isKnown, type Told } from "../../model/told.ts";
import { closing, content, header, unread, version, type ContentKind, type NodeSection } from "../format/format.ts";
import { toldFor } from "../format/ledger-schemas.ts";
import { redactNode } from "../redact/node.ts";
import { outcomeOf, type PartOutcome } from "./part-outcome.ts";
import { Seal } from "./seal.ts";

interface RecordedNode {
  readonly observed: ObservedNode;
  /** The cgroup root that a person named; `null`: nobody did. */
  readonly cgroupRoot: string | null;
}

export interface Recording {
  readonly toolVersion: string;
  /** ISO 8601, in UTC. */
  readonly at: string;
  readonly server: string | null;
  readonly nodes: readonly RecordedNode[];
  readonly onPart?: (outcome: PartOutcome) => void;
}

/** The text of a snapshot of nodes, in lines with their newline. Secrets are out, and only what has a schema is in it. */
export function* snapshotLines({ toolVersion, at, server, nodes, onPart }: Recording): Generator<string> {
  const seal = new Seal();
  const line = (value: object): string => {
    const outcome = outcomeOf(value);
    if (outcome !== null) onPart?.(outcome);
    return seal.line(JSON.stringify(value));
  };
  const names = nodes.map(({ observed }) => ({ name: observed.observation.node, asked: true }));
  yield line(header.parse({ holdfast: "snapshot", version, tool: toolVersion, at, server, nodes: names }));
  for (const { observed, cgroupRoot } of nodes) {
    const { observation, knowledge } = redactNode(observed);
    const values = [
      pods("pods before", observation.node, knowledge.before),
      observationLines(observation, cgroupRoot),
      pods("pods after", observation.node, knowledge.after),
      answerLines(observation.node, knowledge.asked),
    ];
    for (const each of values) for (const value of each) yield line(value);
  }
  yield seal.end();
}

/**
 * What runtime and kernel of a node said, section by section. Redacted before.
 *
 * @param ownPod the uid of the pod that it was read through
 */
export function* observationLines(
  { node, runtime, kernel, details }: NodeObservation,
  cgroupRoot: string | null,
  ownPod: string | null = null,
): Generator<object> {
  yield* told("runtime", node, runtime, ({ sandboxes, containers, tasks, ...rest }) => ({
    lines: [
      ["sandbox", sandboxes],
      ["container", containers],
      ["task", isKnown(tasks) ? tasks.known : []],
    ],
    facts: { ...rest, tasks: isKnown(tasks) ? { known: tasks.known.length } : tasks },
  }));
  yield* told("kernel", node, kernel, ({ processes, sockets, ...rest }) => ({
    lines: [
      ["process", processes],
      ["socket", sockets],
    ],
    facts: rest,
  }));
  yield* section("details", node, {
    lines: [["detail", [...details].map(([sandbox, detail]) => ({ sandbox, told: toldFor(detail) }))]],
    facts: { cgroupRoot, ...(ownPod === null ? {} : { ownPod }) },
  });
}

/** What the API server said of the pods that were asked for by name. Redacted before. */
export function* answerLines(node: string, asked: PodKnowledge["asked"]): Generator<object> {
  yield* section("answers", node, {
    lines: [["answer", [...asked].map(([name, answer]) => ({ name, told: toldFor(answer) }))]],
    facts: {},
  });
}

function pods(name: "pods before" | "pods after", node: string, list: Told<ApiLedger>): Generator<object> {
  return told(name, node, list, ({ reading, node: scope, resourceVersion, servedAt, pods: all, unparsed }) => ({
    lines: [
      ["pod", all],
      ["unparsed", unparsed],
    ],
    facts: { reading, scope, resourceVersion, servedAt },
  }));
}

interface Section {
  /** What there is of each kind. */
  readonly lines: readonly (readonly [ContentKind, readonly unknown[]])[];
  /** What the close says of it. */
  readonly facts: object;
}

/** A section, or that it could not be had and why. */
function* told<T>(
  what: NodeSection,
  node: string,
  ledger: Told<T>,
  sectionOf: (ledger: T) => Section,
): Generator<object> {
  if (isKnown(ledger)) yield* section(what, node, sectionOf(ledger.known));
  else yield unread.parse({ unread: { what, node, reason: ledger.unknown } });
}

function* section(name: NodeSection, node: string, { lines, facts }: Section): Generator<object> {
  yield { open: name, node };
  let count = 0;
  for (const [kind, values] of lines) {
    for (const value of values) yield content.parse({ [kind]: value });
    count += values.length;
  }
  yield closing.parse({ close: name, node, count, complete: true, ...facts });
}
