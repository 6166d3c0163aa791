import type { DeclaredImage, DeclaredRelease, DeclaredWorkload } from "../../../model/release.ts";
import { isKnown } from "../../../model/told.ts";
import type { Repository } from "../../../repository/repository.ts";
import type { Rule } from "../../rule.ts";
import { shownImage } from "../../findings/image-tags.ts";
import { keelReach, ofReach, type KeelReach } from "../../findings/keel-reach.ts";
import { findingsOf, type Occurrence } from "../../findings/occurrences.ts";
import { ignoredImages } from "./ignored-image.ts";

export const rule: Rule = {
  id: "KEEL003",
  name: "image-with-two-owners",
  title: "Keel and Terraform both write the same image",
  severity: "high",
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
  const images = reach.reached.flatMap(({ image }) =>
    image !== null && isGiven(repository, owner, image) ? [image] : [],
  );
  const [first] = images;
  if (cell.state !== "open" || first === undefined || !isWrittenByTerraform(owner) || keepsTag(reach)) return [];
  const ignored = ignoredImages(owner, images.length);
  if (ignored === "all") return [];
  const image = ignored === "some" ? "an image that ignore_changes leaves out" : `the image ${shownImage(first)}`;
  return [
    {
      ...ofReach(reach),
      place: row.at,
      severity: "high",
      confidence: "inferred",
      what: (who) => `Keel and Terraform both write ${image} of ${who.names}`,
      why: "each puts its own version back: what runs depends on which of them was last, and an apply can go back to an older image.",
      do: remedy(owner),
    },
  ];
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

/** Resources of other providers (`kubectl_manifest`) have ways of their own to ignore a field, which are not read. */
function isWrittenByTerraform(owner: DeclaredRelease | DeclaredWorkload): boolean {
  return owner.kind === "helm_release" || (owner.stack !== null && /(?:^|[:.])kubernetes_\w+\./.test(owner.id.address));
}

function remedy(owner: DeclaredRelease | DeclaredWorkload): string {
  return owner.kind === "workload"
    ? "lifecycle { ignore_changes = [spec[0].template[0].spec[0].container[0].image] } gives the image to Keel; keel.sh/policy: never gives it to Terraform"
    : "take the tag out of the values and leave it to Keel, or keep Keel away from the release";
}
