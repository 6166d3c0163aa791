import type { Journal } from "../../model/journal.ts";
import { isKnown, known } from "../../model/told.ts";
import type { SweepEvent } from "../../sweep/events.ts";
import { resumed } from "../../sweep/resume.ts";
import { noMemory, type Memory } from "../../sweep/memory.ts";
import { perform } from "../../sweep/perform.ts";
import type { Policy } from "../../sweep/policy.ts";
import type { Program } from "../../sweep/requests.ts";
import type { KubeSource } from "../../model/kube-source.ts";
import { newRun } from "../../outside/journal/journal.ts";
import { throughApiServer } from "../../outside/kubelet/through-api-server.ts";
import { untilStopped } from "../../outside/node-reader/until-stopped.ts";
import { styleOf } from "../../report/style.ts";
import { eventLines } from "../../report/sweep/event-lines.ts";
import { Failure } from "../failure.ts";
import { connectNamed } from "../observe/connect-named.ts";
import { lookOf } from "../observe/print.ts";
import { ownNodeName } from "../observe/real-sources.ts";
import { withNode } from "./node-side.ts";
import type { ActingOptions } from "./options.ts";
import { partiesFor } from "./parties.ts";
import { personThere, type Person } from "./person.ts";
import { worldOf } from "./world.ts";

export interface Acted<T> {
  readonly result: T;
  readonly node: string;
  /** The address of the API server. */
  readonly server: string;
  /** What was written down, in order. */
  readonly events: readonly SweepEvent[];
  readonly seconds: number;
}

/** For what does nothing. */
const agreeable: Person = { agrees: () => Promise.resolve(true) };

/** What a person has done, once it is known which node it is about. */
export interface Deed<T> {
  /** The name of the node, in the API. */
  readonly node: (kube: KubeSource) => Promise<string>;
  /** `self`: the uid of the pod that the node is reached through; `null`: this is the node. */
  readonly policy: (node: string, self: string | null) => Policy;
  readonly program: (memory: Memory, policy: Policy) => Program<T>;
}

/**
 * Runs a program on a node, for the person at the terminal: told what is done as it is done, in the text format, and asked before
 * it is. The first Ctrl-C ends it before the next act, and says what was done.
 */
export async function act<T>(options: ActingOptions, deed: Deed<T>): Promise<Acted<T>> {
  const look = lookOf(options);
  const style = styleOf({ color: look.color ?? false, ascii: look.ascii ?? false });
  const frame = { columns: look.width ?? 100, style };
  const events: SweepEvent[] = [];
  const tell = (event: SweepEvent): void => {
    events.push(event);
    if (options.output !== "text" || isRepeated(event, events)) return;
    for (const line of eventLines(event, frame)) process.stdout.write(`${line}\n`);
  };
  return untilStopped(async (signal) => {
    const connected = await connectNamed(options);
    if ("failure" in connected)
      throw new Failure(connected.failure.code, connected.failure.what, connected.failure.advice);
    const kube = connected.source;
    const node = await deed.node(kube);
    // Who cannot be asked is told so before a pod is made.
    const { mode } = deed.policy(node, null);
    const person = mode === "enforce" ? personThere(options, style, signal) : agreeable;
    let readings = 0;
    const sequence = (): number => (readings += 1);
    const work = { kube, node, options, sequence, signal };
    return withNode(work, async (side, ownPod): Promise<Acted<T>> => {
      const policy = deed.policy(node, ownPod);
      const journal = policy.mode === "enforce" ? side.journal : readOnly(side.journal);
      const kubelet = throughApiServer(kube, node);
      const asked = { run: newRun(), kube, side, journal, sequence, kubelet, written: () => null };
      const acting = { ...asked, person, tell, signal };
      const began = performance.now();
      const memory = await memoryFrom(journal, policy.mode);
      const result = await perform(deed.program(memory, policy), worldOf(partiesFor(node, options, acting)));
      return { result, node, server: kube.server, events, seconds: (performance.now() - began) / 1000 };
    });
  });
}

/** An intent is written down before each act, and a person reads once that a rung is climbed. */
function isRepeated(event: SweepEvent, events: readonly SweepEvent[]): boolean {
  if (event.event !== "intent") return false;
  const before = events.slice(0, -1).findLast((each) => each.event === "intent");
  return before?.event === "intent" && before.rung === event.rung && before.target.uid === event.target.uid;
}

/**
 * What an earlier run wrote down of leftovers. How often it tried does not count here: a person who asks again has a reason. One
 * that cannot be read is no reason not to look; to act it is.
 */
async function memoryFrom(journal: Journal<SweepEvent>, mode: Policy["mode"]): Promise<Memory> {
  const told = await journal.read();
  if (isKnown(told)) {
    const { ours, pins, graces } = resumed(told.known.entries, { now: Date.now(), forget: 0 });
    return { ...noMemory, ours, pins, graces };
  }
  if (mode !== "enforce") return noMemory;
  throw new Failure("SWEEP002", told.unknown.text, "Name a folder for it that can be written: --state-dir DIRECTORY.");
}

/** Reads what is there, and writes nothing: who only looks leaves no trace. */
function readOnly(journal: Journal<SweepEvent>): Journal<SweepEvent> {
  return { read: () => journal.read(), write: () => Promise.resolve(known(undefined)) };
}

/** The node that the options name; this one, where they name no image for a pod on another. */
export function nodeNamed({ node, image }: ActingOptions): string {
  if (node !== undefined || image === undefined) return node ?? ownNodeName();
  throw new Failure("SWEEP003", "an image is named for a pod on a node, and no node", "Name it: --node NAME.");
}
