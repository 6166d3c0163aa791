import type * as z from "zod";
import type { NodeSide } from "../../model/node-hand.ts";
import { isKnown } from "../../model/told.ts";
import { jsonOf } from "../json-of.ts";
import { calls, longestQuestion, question, type CallName } from "./protocol.ts";
import { linesOf } from "./lines.ts";

/**
 * Answers the questions of a program elsewhere, one after the other, until its input ends. An act that was begun is not broken off
 * when that happens: nobody would know what became of it. A line that is no question ends it as well: nothing after it could be
 * taken for one.
 */
export async function serveNode(
  side: NodeSide<unknown>,
  input: AsyncIterable<Uint8Array>,
  write: (line: string) => Promise<void>,
): Promise<void> {
  for await (const line of linesOf(input, longestQuestion)) {
    const asked = question.safeParse(jsonOf(line));
    if (!asked.success) return;
    const { number, call, args } = asked.data;
    const answer = await answerTo(side, call, args);
    if (answer === null) return;
    await write(`${JSON.stringify({ number, answer })}\n`);
  }
}

type Args<C extends CallName> = z.output<(typeof calls)[C]["args"]>;

/** Nothing on the node is broken off: who asks elsewhere may give up waiting. */
const whole = new AbortController().signal;

/** `null`: it is no question, or its arguments are none. */
async function answerTo(side: NodeSide<unknown>, call: CallName, args: readonly unknown[]): Promise<unknown> {
  const { hand, lock, journal } = side;
  const given = calls[call].args.safeParse(args);
  if (!given.success) return null;
  const answers: { readonly [C in CallName]: (...args: Args<C>) => unknown } = {
    runtime: () => hand.runtime(whole),
    details: async (ids) => [...(await hand.details(ids, whole))],
    kernel: (quiet, pids) => hand.kernel(quiet, whole, pids),
    machine: () => hand.machine(whole),
    peers: () => hand.peers(whole),
    serving: (uid, processes) => hand.serving(uid, processes, whole),
    cause: (processes, attempt) => hand.cause(processes, attempt, whole),
    stopContainers: (containers) => hand.stopContainers(containers, whole),
    stopSandbox: (id) => hand.stopSandbox(id, whole),
    removeSandbox: (id) => hand.removeSandbox(id, whole),
    killCgroup: (target) => hand.killCgroup(target, whole),
    killProcesses: (target) => hand.killProcesses(target, whole),
    restartKubelet: () => hand.restartKubelet(whole),
    requestReboot: () => hand.requestReboot(whole),
    lock: (want) => lock(want),
    journalWrite: async (event) => {
      const written = await journal.write(event);
      return isKnown(written) ? { known: null } : written;
    },
    journalRead: () => journal.read(),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the arguments were read by the form of this very call
  return (answers[call] as (...args: readonly unknown[]) => unknown)(...given.data);
}
