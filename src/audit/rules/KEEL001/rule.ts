import { severities } from "../../../model/finding.ts";
import type { ObjectReference } from "../../../model/running-cluster.ts";
import type { Repository } from "../../../repository/repository.ts";
import { answersOf } from "../../matrix.ts";
import type { Rule } from "../../rule.ts";
import { shownImage } from "../../findings/image-tags.ts";
import {
  editInValues,
  injectionsOf,
  isLatest,
  keelFindings,
  ofReach,
  ownInstruction,
  policyNames,
  policySeverity,
  reachingObject,
  type KeelReach,
  type ReachedImage,
} from "../../findings/keel-reach.ts";
import { toldBy } from "../../matrix-cells.ts";
import type { Occurrence, Who } from "../../findings/occurrences.ts";

export const rule: Rule = {
  id: "KEEL001",
  name: "keel-moves-image",
  title: "Keel moves an image, by the workload's own instruction or by an injected one",
  severity: "high",
  severityNote:
    "high for `force`, `all`, `major`, `glob:` and `regexp:`, and for any policy on the tag `latest` or no tag; medium for `minor`; low for `patch`",
  fix: "none",
  check(audited) {
    return keelFindings("KEEL001", audited, "open", occurrence);
  },
};

function occurrence(repository: Repository, reach: KeelReach): Occurrence {
  const worst = worstImage(reach);
  const { policies, severity } = judged(worst);
  const latest =
    worst.image !== null && isLatest(worst.image) ? '; from "latest" it takes any tag that is offered' : "";
  return {
    ...ofReach({ ...reach, cell: worst.cell }),
    severity,
    what: (who) => `Keel moves ${imagesOf(reach, worst, who)} (policy ${policies})`,
    why: `${toldBy(worst.cell).text}${latest}.`,
    do: remedy(repository, reach),
  };
}

function imagesOf({ reached }: KeelReach, { image }: ReachedImage, { names }: Who): string {
  if (image === null) return `the images that the chart of ${names} runs`;
  const others = reached.filter((one) => one.image !== null).length - 1;
  return `${shownImage(image)}${others > 0 ? ` and ${others} more` : ""} of ${names}`;
}

/** Of several policies that reach it, whichever Keel finds on the workload: as severe as the worst. */
function judged({ cell, image }: ReachedImage) {
  // The note of an answer that Keel leaves open is its policy.
  const notes = answersOf(cell).flatMap((answer) => (answer.state === "open" ? [answer.note] : []));
  const policies = [...new Set(notes)];
  const found = new Set(policies.map((policy) => policySeverity(policy, image) ?? "high"));
  return {
    policies: policies.join(" or "),
    severity: severities.find((severity) => found.has(severity)) ?? "high",
  };
}

/** Of equally bad ones an image with a name says more than "the images of its chart". */
function worstImage({ reached }: KeelReach): ReachedImage {
  const rank = (one: ReachedImage) => severities.indexOf(judged(one).severity) * 2 + (one.image === null ? 1 : 0);
  return reached.reduce((a, b) => (rank(b) < rank(a) ? b : a));
}

function remedy(repository: Repository, reach: KeelReach): string {
  const { owner, cell } = reach;
  const object = reachingObject(repository, cell);
  if (object !== null) return remedyInCluster(object);
  const injecting = injectionsOf(repository, reach);
  const overwriting = injecting.filter(({ addOnly }) => !addOnly);
  if (overwriting.length > 0) {
    const policies = policyNames(overwriting);
    return `exclude its namespace in ${policies}: what it annotates overwrites an annotation of the workload itself; or let ${policies} only add: +(keel.sh/policy)`;
  }
  const own = ownInstruction(owner, cell);
  if (own !== null)
    return owner.kind === "workload" ? "keel.sh/policy: never   in its place" : editInValues(owner, own);
  return owner.kind === "workload"
    ? "keel.sh/policy: never   as an annotation of the workload itself: a label does not stand against an injected annotation"
    : `exclude its namespace in ${policyNames(injecting)}, where the annotation comes from, or let the chart annotate the workload keel.sh/policy: never`;
}

function remedyInCluster({ kind, namespace, name }: ObjectReference): string {
  if (namespace === null || kind === "Policy")
    return `mend ${kind} ${name} in the cluster, which is not as it is written here, or is not written here`;
  return `write what is meant into the repository, and take off what nobody wrote: kubectl -n ${namespace} annotate ${kind.toLowerCase()}/${name} keel.sh/policy-`;
}
