import type { Severity } from "../../../model/finding.ts";
import type { Injection } from "../../../repository/repository.ts";
import type { Comparison } from "../../cluster/comparison.ts";
import { lostHolds, type LostHold } from "../../findings/lost-holds.ts";
import { findingsOf, isSamePlace, type Occurrence } from "../../findings/occurrences.ts";
import type { Rule } from "../../rule.ts";

export const rule: Rule = {
  id: "KYV003",
  name: "policy-not-in-force",
  title: "A policy that holds something in the repository is not in force in the cluster",
  severity: "high",
  severityNote: "low where only its exclusions hold something; info where it holds nothing",
  fix: "none",
  check({ repository, rows, comparison }) {
    if (comparison === null) return [];
    const lost = rows.flatMap(({ subjects }) => subjects.flatMap((subject) => lostHolds(subject, "policy")));
    return findingsOf(
      "KYV003",
      repository.injections.flatMap((injection) => occurrence(comparison, injection, lost)),
    );
  },
};

function occurrence(comparison: Comparison, injection: Injection, all: readonly LostHold[]): Occurrence[] {
  const force = comparison.forceOf(injection);
  if (force === null || (force.state !== "absent" && force.state !== "not written")) return [];
  const lost = all.filter(({ answer }) => answer.at.some((span) => isSamePlace(span, injection.at)));
  // A policy that only gives images to Keel holds nothing while it is not carried out.
  if (lost.length === 0 && (force.state === "not written" || injection.triggerOnly === true)) return [];
  const { policy, rule: name } = injection;
  const { source } = comparison.running;
  const holds = lost.length === 0 ? "It holds nothing here" : `It holds ${imagesOf(lost)} in the repository only`;
  return [
    {
      subject: policy,
      address: `${policy}:${name}`,
      severity: severityOf(lost),
      confidence: "observed",
      place: injection.at,
      from: force.at,
      cells: lost.map(({ subject }) => ({ subject: subject.key, mover: "keel" })),
      what: () => `${policy}: its rule ${name} is not in force in the cluster`,
      why: `${force.why} (${source}). ${holds}.`,
      do: force.state === "absent" ? "apply it, and audit again" : force.mend,
    },
  ];
}

function severityOf(lost: readonly LostHold[]): Severity {
  if (lost.length === 0) return "info";
  return lost.some(({ answer }) => answer.lost?.hold !== "excl.") ? "high" : "low";
}

function imagesOf(lost: readonly LostHold[]): string {
  const images = new Set(lost.map(({ subject }) => subject.key)).size;
  return images === 1 ? "1 image" : `${images} images`;
}
