import { severities } from "../../../model/finding.ts";
import type { Repository } from "../../../repository/repository.ts";
import type { Rule } from "../../rule.ts";
import { shownImage } from "../../findings/image-tags.ts";
import {
  isLatest,
  keelReach,
  ofReach,
  ownInstruction,
  policySeverity,
  type KeelReach,
  type ReachedImage,
} from "../../findings/keel-reach.ts";
import { toldBy } from "../../matrix-cells.ts";
import { findingsOf, isSamePlace, type Occurrence, type Who } from "../../findings/occurrences.ts";

export const rule: Rule = {
  id: "KEEL001",
  name: "keel-moves-image",
  title: "Keel moves an image, by the workload's own instruction or by an injected one",
  severity: "high",
  severityNote:
    "high for `force`, `all`, `major`, `glob:` and `regexp:`, and for any policy on the tag `latest` or no tag; medium for `minor`; low for `patch`",
  fix: "none",
  check(audited) {
    return findingsOf(
      "KEEL001",
      keelReach(audited)
        .filter(({ cell }) => cell.state === "open")
        .map((reach) => occurrence(audited.repository, reach)),
    );
  },
};

function occurrence(repository: Repository, reach: KeelReach): Occurrence {
  const worst = worstImage(reach);
  const { policy, severity } = judged(worst);
  const latest =
    worst.image !== null && isLatest(worst.image) ? '; from "latest" it takes any tag that is offered' : "";
  return {
    ...ofReach({ ...reach, cell: worst.cell }),
    severity,
    what: (who) => `Keel moves ${imagesOf(reach, worst, who)} (policy ${policy})`,
    why: `${toldBy(worst.cell).text}${latest}.`,
    do: remedy(repository, reach),
  };
}

function imagesOf({ reached }: KeelReach, { image }: ReachedImage, { names }: Who): string {
  if (image === null) return `the images that the chart of ${names} runs`;
  const others = reached.filter((one) => one.image !== null).length - 1;
  return `${shownImage(image)}${others > 0 ? ` and ${others} more` : ""} of ${names}`;
}

function judged({ cell, image }: ReachedImage) {
  // The note of a cell that Keel leaves open is its policy.
  const policy = cell.state === "open" ? cell.note : "";
  return { policy, severity: policySeverity(policy, image) ?? ("high" as const) };
}

/** Of equally bad ones an image with a name says more than "the images of its chart". */
function worstImage({ reached }: KeelReach): ReachedImage {
  const rank = (one: ReachedImage) => severities.indexOf(judged(one).severity) * 2 + (one.image === null ? 1 : 0);
  return reached.reduce((a, b) => (rank(b) < rank(a) ? b : a));
}

function remedy({ injections }: Repository, { owner, cell }: KeelReach): string {
  if (ownInstruction(owner, cell) !== null) return "keel.sh/policy: never   in its place";
  const from = toldBy(cell).at;
  if (injections.some(({ addOnly, at }) => !addOnly && from.some((span) => isSamePlace(span, at))))
    return "exclude its namespace in the policy, which overwrites an annotation of the workload itself; or let the policy only add: +(keel.sh/policy)";
  return owner.kind === "workload"
    ? "keel.sh/policy: never   as an annotation of the workload itself: a label does not stand against an injected annotation"
    : "exclude its namespace in the policy that injects the annotation, or let the chart annotate the workload keel.sh/policy: never";
}
