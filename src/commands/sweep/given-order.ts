import * as z from "zod";
import { sweeps } from "../../model/kube-kinds.ts";
import type { KubeSource } from "../../model/kube-source.ts";
import { isKnown } from "../../model/told.ts";
import { versionOf } from "../../outside/kube/version-of.ts";
import type { Waiting } from "../../outside/waiting.ts";
import type { OrderReport } from "../../report/sweep/order-report.ts";
import { wholeSeconds } from "../../report/whole-seconds.ts";
import { Failure } from "../failure.ts";

/** What is ordered: the `spec` of a Sweep. */
export interface OrderSpec {
  readonly node: string;
  readonly uid?: string;
  readonly maxRung: number;
  readonly overdue: boolean;
  readonly dryRun: boolean;
  /** For how long it may be begun. */
  readonly ttlSeconds: number;
}

/** An order that was given. */
export interface GivenOrder {
  /** Of its Sweep. */
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  /** For how many seconds it may be begun. */
  readonly ttlSeconds: number;
  /** Until when that is, by the time at which the API server made it. */
  readonly mayBeBegunUntil: string;
}

/** What was seen of an order last. */
export type SeenOrder = Pick<OrderReport, "unseen" | "deleted"> & OrderStatus;

type OrderStatus = Pick<OrderReport, "phase" | "outcome" | "text" | "startedAt" | "endedAt" | "agentPod">;

/** Milliseconds for one question to the API server. */
const apiDeadline = 15_000;
/** Milliseconds between two looks at how it goes. */
const betweenLooks = 1000;
/** Hours after which an order that was begun is not waited for any longer: its agent is gone, or at a pod with a long grace. */
const longestHours = 2;

/** Gives an order to the agent of a node. Throws a {@link Failure}. */
export async function giveOrder(kube: KubeSource, spec: OrderSpec): Promise<GivenOrder> {
  const object = {
    apiVersion: `${sweeps.group}/${sweeps.version}`,
    kind: sweeps.kind,
    metadata: { generateName: "by-hand-" },
    spec,
  };
  const made = await kube.create(sweeps, null, object, { signal: AbortSignal.timeout(apiDeadline) });
  if (!isKnown(made))
    throw new Failure(
      "SWEEP006",
      `the order could not be given: ${made.unknown.text}`,
      "The chart brings the kind Sweep, and who orders may create and get it. kubectl get sweeps shows whether it is there all the same.",
    );
  const { name, uid } = versionOf(made.known);
  const { node, ttlSeconds } = spec;
  const madeAt = created.safeParse(made.known.unredacted().object).data?.metadata.creationTimestamp;
  const end = (madeAt === undefined ? Date.now() : Date.parse(madeAt)) + ttlSeconds * 1000;
  return { name, uid, node, ttlSeconds, mayBeBegunUntil: wholeSeconds(new Date(end)) };
}

/**
 * Waits for the end of an order: of one that was begun for two hours, of another until nobody may begin it any more. What could not be read is
 * read again. Gives what was seen last, and where that is not the end, why no more was seen. `complain`: told once of what could not be read.
 */
export async function orderEnded(
  kube: KubeSource,
  { name, uid, ttlSeconds }: GivenOrder,
  { signal, waiting, complain }: OrderWait,
): Promise<SeenOrder> {
  const late = waiting.now() + ttlSeconds * 1000 + apiDeadline;
  const tooLate = waiting.now() + longestHours * 3_600_000;
  let last = nothingSaid;
  let unseen: string | null = null;
  while (!signal.aborted) {
    const look = await lookAt(kube, { name, uid });
    if ("deleted" in look) return { ...last, unseen: "it was deleted", deleted: true };
    if ("status" in look) last = look.status;
    else if (unseen === null) complain(look.unseen);
    unseen = "unseen" in look ? look.unseen : null;
    if (last.phase === "Done" || last.phase === "Refused") return { ...last, unseen: null, deleted: false };
    const isOver = last.phase === null ? waiting.now() > late : waiting.now() > tooLate;
    if (isOver) break;
    await waiting.sleep(betweenLooks, signal);
  }
  if (signal.aborted) unseen = "the waiting was broken off";
  else if (last.phase !== null) unseen ??= `it had not ended after ${longestHours} hours`;
  return { ...last, unseen, deleted: false };
}

interface OrderWait {
  readonly signal: AbortSignal;
  readonly waiting: Waiting;
  readonly complain: (reason: string) => void;
}

type Look = { readonly status: OrderStatus } | { readonly unseen: string } | { readonly deleted: true };

async function lookAt(kube: KubeSource, { name, uid }: Pick<GivenOrder, "name" | "uid">): Promise<Look> {
  const told = await kube.get(sweeps, { namespace: null, name }, { signal: AbortSignal.timeout(apiDeadline) });
  if (!isKnown(told)) return { unseen: told.unknown.text };
  if (told.known === null || versionOf(told.known).uid !== uid) return { deleted: true };
  const read = served.safeParse(told.known.unredacted().object);
  if (read.success) return { status: read.data.status };
  return { unseen: `what it says is not understood: ${z.prettifyError(read.error).split("\n", 1)[0]}` };
}

const nothingSaid: OrderStatus = {
  phase: null,
  outcome: null,
  text: null,
  startedAt: null,
  endedAt: null,
  agentPod: null,
};

const created = z.object({ metadata: z.object({ creationTimestamp: z.iso.datetime() }) });
const text = z.string().nullable().default(null);
const served = z.object({
  status: z
    .object({
      phase: z.enum(["Running", "Refused", "Done"]).nullable(),
      outcome: text,
      text,
      startedAt: text,
      endedAt: text,
      agentPod: text,
    })
    .default(nothingSaid),
});
