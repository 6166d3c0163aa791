import type { DeclaredWorkload, KeelMark } from "../../model/release.ts";
import { isKnown, known, unknown, type Told } from "../../model/told.ts";
import { triggerKey } from "../../repository/manifests/keel.ts";
import type { Reached } from "../../repository/manifests/match.ts";
import type { Injection } from "../../repository/repository.ts";

/** A policy, and whether it reaches the release or workload. */
export interface ReachingPolicy {
  readonly injection: Injection;
  readonly reached: Reached;
}

type OwnTexts = Pick<DeclaredWorkload, "annotations" | "labels" | "annotationsRest" | "labelsRest">;

/**
 * The trigger that a workload ends up with, for a policy written without one. Keel reads it from the annotations,
 * else the labels, wherever the policy stands, and whoever put it there.
 */
export function triggerBeside(policies: readonly ReachingPolicy[], own: OwnTexts): KeelMark["trigger"] {
  const writing = policies.filter(({ injection }) => writesTrigger(injection));
  const sure = writing.filter(({ reached }) => reached.reached === "yes").map(({ injection }) => injection);
  for (const from of ["annotation", "label"] as const) {
    const here = sure.filter(({ mark }) => (mark.from === "label") === (from === "label"));
    const forced = agreed(here.filter(({ addOnly }) => !addOnly));
    const told = forced ?? ownTrigger(own, from) ?? agreed(here);
    if (told !== undefined) return told;
  }
  const maybe = writing.find(({ reached }) => reached.reached === "conditional" || reached.reached === "unknown");
  if (maybe === undefined) return known(null);
  const text = `whether ${maybe.injection.policy} writes the trigger could not be told`;
  return unknown({ code: "not-declared", text, at: [maybe.injection.at] });
}

/** The mark with the trigger that stands beside it, where it has none of its own. */
export function withTrigger(mark: KeelMark, beside: KeelMark["trigger"]): KeelMark {
  return isKnown(mark.trigger) && mark.trigger.known === null ? { ...mark, trigger: beside } : mark;
}

function writesTrigger({ mark }: Injection): boolean {
  return (!isKnown(mark.trigger) || mark.trigger.known !== null) && mark.place !== "pod template";
}

function agreed(injections: readonly Injection[]): KeelMark["trigger"] | undefined {
  const [first, ...others] = injections.map(({ mark }) => mark.trigger);
  if (first === undefined || !isKnown(first)) return first;
  if (others.every((other) => isKnown(other) && other.known === first.known)) return first;
  const at = injections.map((injection) => injection.at);
  return unknown({ code: "not-declared", text: "several policies write the trigger", at });
}

function ownTrigger(own: OwnTexts, from: "annotation" | "label"): Told<string> | undefined {
  const written = from === "annotation" ? own.annotations : own.labels;
  const rest = from === "annotation" ? own.annotationsRest : own.labelsRest;
  return written.get(triggerKey) ?? (rest === undefined ? undefined : unknown(rest));
}
