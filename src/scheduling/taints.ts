import type { Taint, Toleration } from "../model/scheduling.ts";

/** The first taint of this effect that none of the tolerations is for; `null`: there is none. */
export function untolerated(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
  effect: "NoExecute" | "NoSchedule",
): Taint | null {
  return taints.find((taint) => taint.effect === effect && !isTolerated(taint, tolerations)) ?? null;
}

/**
 * How long it is tolerated does not count. `Lt` and `Gt` are for a feature that is off unless somebody turned it on
 * [api v0.36.3, core/v1/toleration.go, ToleratesTaint].
 */
export function isTolerated(taint: Taint, tolerations: readonly Toleration[]): boolean {
  return tolerations.some(({ key, operator, value, effect }) => {
    if (effect !== "" && effect !== taint.effect) return false;
    if (key !== "" && key !== taint.key) return false;
    return operator === "Exists" || ((operator === "" || operator === "Equal") && value === taint.value);
  });
}
