import type { DeclaredImage, DeclaredRelease, DeclaredWorkload } from "../../../model/release.ts";
import { isKnown } from "../../../model/told.ts";
import type { Repository } from "../../../repository/repository.ts";
import type { Rule } from "../../rule.ts";
import { shownImage } from "../../findings/image-tags.ts";
import { keelReach, ofReach, type KeelReach } from "../../findings/keel-reach.ts";
import { findingsOf, type Occurrence } from "../../findings/occurrences.ts";
import { imagePath, isManifest, leavingAttribute, terraformClaim, type Claim } from "./terraform-claim.ts";

export const rule: Rule = {
  id: "KEEL003",
  name: "image-with-two-owners",
  title: "Keel and Terraform both write the same image",
  severity: "high",
  severityNote:
    "medium where a manifest resource hides the drift (`ignore_fields`, or `computed_fields` that name more than the image) or could not be told to leave the image alone",
  fix: "none",
  check(audited) {
    return findingsOf(
      "KEEL003",
      keelReach(audited).flatMap((reach) => occurrence(audited.repository, reach)),
    );
  },
};

function occurrence(repository: Repository, reach: KeelReach): Occurrence[] {
  const { owner, row, cell } = reach;
  if (cell.state !== "open" || keepsTag(reach)) return [];
  const images = reach.reached.flatMap(({ image }) =>
    image !== null && isGiven(repository, owner, image) ? [{ image, claim: terraformClaim(owner, image) }] : [],
  );
  const worst = images.find(({ claim }) => claim === "written") ?? images.find(({ claim }) => claim !== "none");
  if (worst === undefined) return [];
  return [
    {
      ...ofReach(reach),
      // The edit is in the block, once for all that calls of its module make of it.
      place: row.at,
      apart: "",
      severity: worst.claim === "written" ? "high" : "medium",
      confidence: "inferred",
      what: (who) =>
        `Keel and Terraform both write ${who.say(`the image ${shownImage(worst.image)}`, "the images")} of ${who.names}`,
      why: whyItMatters(owner, worst.claim),
      do: remedy(owner, worst.image),
    },
  ];
}

function whyItMatters(owner: DeclaredRelease | DeclaredWorkload, claim: Claim): string {
  const attribute = owner.kind === "workload" && isManifest(owner) ? leavingAttribute[owner.appliedBy.type] : "";
  if (claim === "not told")
    return `whether ${attribute} leaves it to Keel could not be told; else each puts its own version back.`;
  if (claim === "hidden")
    return `${attribute} keeps the drift out of plans, but a later edit of the manifest applies the image that is written there.`;
  return owner.kind === "workload" && owner.appliedBy?.type === "kubernetes_manifest"
    ? "Terraform plans the written image back; the apply is refused as a conflict with Keel's field manager, or with force_conflicts goes back to an older image."
    : "each puts its own version back: what runs depends on which of them was last, and an apply can go back to an older image.";
}

/** `force` with `match-tag` starts pods anew and leaves the image as it is written (keel 0.22, internal/policy/force.go). */
function keepsTag({ cell }: KeelReach): boolean {
  if (cell.state !== "open" || cell.note !== "force" || cell.matchTag === undefined) return false;
  return isKnown(cell.matchTag) && cell.matchTag.known;
}

/** Written by the release or the workload itself: what a chart in the repository says by default is the chart's. */
function isGiven(
  { files }: Repository,
  owner: DeclaredRelease | DeclaredWorkload,
  { reference }: DeclaredImage,
): boolean {
  if (!isKnown(reference)) return false;
  if (owner.kind === "workload" || !isKnown(owner.chart) || owner.chart.known.kind !== "local") return true;
  const origin = reference.at.at(-1);
  return origin === undefined || files[origin.file]?.path.startsWith(`${owner.chart.known.path}/`) !== true;
}

function remedy(owner: DeclaredRelease | DeclaredWorkload, image: DeclaredImage): string {
  if (owner.kind === "helm_release")
    return "take the tag out of the values and leave it to Keel, or keep Keel away from the release";
  const path = imagePath(owner, image);
  const never = "keel.sh/policy: never gives it to Terraform";
  switch (owner.appliedBy?.type) {
    case "kubernetes_manifest":
      return `computed_fields = ["metadata.annotations", "metadata.labels", "${path}"] gives the image to Keel; ${never}`;
    case "kubectl_manifest":
      return `${never}; lifecycle { ignore_changes = all } gives the whole object to others once it is made: ignore_fields only hides the drift`;
    default:
      return `lifecycle { ignore_changes = [${path}] } gives the image to Keel; ${never}`;
  }
}
