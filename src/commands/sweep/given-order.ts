import * as z from "zod";
import { sweeps } from "../../model/kube-kinds.ts";
import type { KubeSource } from "../../model/kube-source.ts";
import { isKnown } from "../../model/told.ts";
import { versionOf } from "../../outside/kube/version-of.ts";
import type { Waiting } from "../../outside/waiting.ts";
import type { OrderReport } from "../../report/sweep/order-report.ts";
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

/** How an order goes. */
export type OrderStatus = Omit<OrderReport, "$schema" | "sweep" | "node" | "uid">;

/** Milliseconds for one question to the API server. */
const apiDeadline = 15_000;
/** Milliseconds between two looks at how it goes. */
const betweenLooks = 1000;

/** Gives an order to the agent of a node, and the name that it got. Throws a {@link Failure}. */
export async function giveOrder(kube: KubeSource, spec: OrderSpec): Promise<string> {
  const object = {
    apiVersion: `${sweeps.group}/${sweeps.version}`,
    kind: sweeps.kind,
    metadata: { generateName: "by-hand-" },
    spec,
  };
  const made = await kube.create(sweeps, null, object, { signal: AbortSignal.timeout(apiDeadline) });
  if (isKnown(made)) return versionOf(made.known).name;
  throw new Failure(
    "SWEEP006",
    `the order could not be given: ${made.unknown.text}`,
    "The chart brings the kind Sweep, and who orders may create it. kubectl get sweeps shows whether it is there all the same.",
  );
}

/**
 * Waits for the end of an order: of one that was begun for as long as it takes, of another until nobody may begin it any more. What could not be read
 * is read again. Gives what was told last.
 */
export async function orderEnded(
  kube: KubeSource,
  name: string,
  { ttlSeconds }: Pick<OrderSpec, "ttlSeconds">,
  { signal, waiting }: { readonly signal: AbortSignal; readonly waiting: Waiting },
): Promise<OrderStatus> {
  const late = waiting.now() + ttlSeconds * 1000 + apiDeadline;
  let last = nothingSaid;
  while (!signal.aborted) {
    const told = await kube.get(sweeps, { namespace: null, name }, { signal: AbortSignal.timeout(apiDeadline) });
    if (isKnown(told)) {
      if (told.known === null) break;
      const read = served.safeParse(told.known.unredacted().object);
      if (read.success) last = read.data.status;
    }
    if (last.phase === "Done" || last.phase === "Refused") break;
    if (last.phase === null && waiting.now() > late) break;
    await waiting.sleep(betweenLooks, signal);
  }
  return last;
}

const nothingSaid: OrderStatus = {
  phase: null,
  outcome: null,
  text: null,
  startedAt: null,
  endedAt: null,
  agentPod: null,
};

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
