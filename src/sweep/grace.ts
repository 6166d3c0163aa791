import type { Container } from "../model/ledger.ts";
import { isKnown } from "../model/told.ts";
import { sinceKilling } from "./killing.ts";
import type { Memory } from "./memory.ts";
import { ask, type Program } from "./requests.ts";
import type { Target } from "./target.ts";

/** Seconds that a container has to end by itself where it does not say [kubernetes v1.36.3, pkg/apis/core/v1/defaults.go]. */
const defaultGrace = 30;

/** Seconds. What a container says is as it stood when it was made: its deletion may have been listed with more. */
export function graceOf({ graceSeconds }: Pick<Container, "graceSeconds">, listed: number): number {
  return Math.max(graceSeconds ?? defaultGrace, listed);
}

/**
 * By container: when its grace is over, which some of may have passed: since its pod was seen to be gone, or since the kubelet began to end the
 * container. Also of one that is said to have ended: what it started may live.
 */
export function* graceEndsOf(target: Target, { absences, graces }: Memory): Program<Map<string, number>> {
  const killed = yield* killedFor(target);
  // After what was told: no more has passed by then than passes for it.
  const now = yield* ask({ kind: "time" });
  const { kind, uid, containers } = target;
  // A deletionTimestamp has the grace in it.
  if (kind === "overdue") return new Map(containers.map(({ id }) => [id, now]));
  const absence = absences.get(uid);
  const absent = absence?.kind === "orphan" ? (now - absence.since) / 1000 : 0;
  return new Map(
    containers.map((each) => {
      const left = graceOf(each, graces.get(uid) ?? 0) - Math.max(absent, killed.get(each.id) ?? 0);
      return [each.id, now + Math.max(0, left) * 1000];
    }),
  );
}

/** By the ids of containers: seconds since the kubelet said that it ends it. One of which nothing is said, or not told, is in none. */
function* killedFor({ kind, namespace, uid, containers }: Target): Program<ReadonlyMap<string, number>> {
  if (kind === "overdue" || namespace === null) return new Map();
  const killings = yield* ask({ kind: "killings", namespace, uid });
  const machine = yield* ask({ kind: "machine" });
  if (!isKnown(killings) || !isKnown(machine)) return new Map();
  const now = Date.parse(machine.known.at);
  return new Map(containers.map((each) => [each.id, sinceKilling(each, killings.known, now)]));
}
