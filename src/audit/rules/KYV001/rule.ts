import type { Injection } from "../../../repository/repository.ts";
import type { Rule } from "../../rule.ts";
import { findingsOf, type Occurrence } from "../../findings/occurrences.ts";
import { widening } from "./policy-targets.ts";

export const rule: Rule = {
  id: "KYV001",
  name: "policy-targets-wider-than-match",
  title: "A policy's mutateExisting targets reach what its match or exclude leaves out",
  severity: "high",
  fix: "none",
  check({ repository }) {
    return findingsOf("KYV001", repository.injections.flatMap(occurrence));
  },
};

function occurrence(injection: Injection): Occurrence[] {
  if (injection.triggerOnly === true) return [];
  // The targets of the newer MutatingPolicy are a field of its own kind, which replaces the match.
  if (!/^(?:Cluster)?Policy\//.test(injection.policy)) return [];
  const found = widening(injection);
  if (found === null) return [];
  const { policy, rule: name } = injection;
  return [
    {
      subject: policy,
      address: `${policy}:${name}`,
      severity: "high",
      confidence: "observed",
      place: found.target.at,
      from: [...found.at, ...injection.mark.at],
      cells: [],
      what: () => `${policy}: the targets of rule ${name} ${found.reach}`,
      why: "match and exclude only choose what sets the rule off. Nothing but themselves limits the targets, so Keel's annotation gets there as well.",
      do: `repeat it in the targets: ${found.repeat}`,
    },
  ];
}
