import type { DeclaredRelease, DeclaredWorkload } from "../../../model/release.ts";
import { isKnown } from "../../../model/told.ts";
import type { Rule } from "../../rule.ts";
import { shownImage } from "../image-tags.ts";
import { keelReach, ofReach, type KeelReach } from "../keel-reach.ts";
import { findingsOf, type Occurrence } from "../occurrences.ts";

export const rule: Rule = {
  id: "KEEL003",
  name: "image-with-two-owners",
  title: "Keel and Terraform both write the same image",
  severity: "high",
  fix: "none",
  check(audited) {
    return findingsOf("KEEL003", keelReach(audited).flatMap(occurrence));
  },
};

function occurrence(reach: KeelReach): Occurrence[] {
  const { owner, row, cell } = reach;
  const images = reach.reached.flatMap(({ image }) => (image !== null && isKnown(image.reference) ? [image] : []));
  const [first] = images;
  if (cell.state !== "open" || first === undefined || !isWrittenByTerraform(owner)) return [];
  if (isIgnored(owner, images.length)) return [];
  return [
    {
      ...ofReach(reach),
      place: row.at,
      severity: "high",
      confidence: "inferred",
      what: (who) => `Keel and Terraform both write the image ${shownImage(first)} of ${who.names}`,
      why: "each puts its own version back: what runs depends on which of them was last, and an apply can go back to an older image.",
      do: remedy(owner),
    },
  ];
}

/** Resources of other providers (`kubectl_manifest`) have ways of their own to ignore a field, which are not read. */
function isWrittenByTerraform(owner: DeclaredRelease | DeclaredWorkload): boolean {
  return owner.kind === "helm_release" || (owner.stack !== null && /(?:^|[:.])kubernetes_\w+\./.test(owner.id.address));
}

/** An update of a release writes its values again whatever Terraform ignores; only ignoring all prevents updates. */
function isIgnored({ kind, ignoreChanges }: DeclaredRelease | DeclaredWorkload, images: number): boolean {
  if (ignoreChanges.includes("all")) return true;
  if (kind === "helm_release") return false;
  const covering = ignoreChanges.filter((path) => imageOrAbove.test(path.replaceAll(/\[(?:\d+|"[^"]*")\]/g, "")));
  const isWide = covering.some((path) => !/containers?\b.*\d/.test(path));
  return isWide || covering.length >= images;
}

const imageOrAbove =
  /^(?:(?:manifest\.|object\.)?spec(?:\.(?:job_template|jobTemplate)(?:\.spec)?)?(?:\.template(?:\.spec(?:\.(?:init_container|initContainers|container|containers)(?:\.image)?)?)?)?|manifest|object)$/;

function remedy(owner: DeclaredRelease | DeclaredWorkload): string {
  return owner.kind === "workload"
    ? "lifecycle { ignore_changes = [spec[0].template[0].spec[0].container[0].image] } gives the image to Keel; keel.sh/policy: never gives it to Terraform"
    : "take the tag out of the values and leave it to Keel, or keep Keel away from the release";
}
