import type { DeclaredImage } from "../../model/release.ts";
import type { Severity } from "../../model/finding.ts";
import { isKnown } from "../../model/told.ts";
import { classifyTag, parseImage, type ImageReference, type TagClass } from "../../repository/manifests/images.ts";
import type { Audited } from "../rule.ts";
import { cellsOf, toldBy } from "../matrix-cells.ts";
import { findingsOf, type Occurrence } from "./occurrences.ts";

/** What a rule about tags says of an image with one of its classes of tag. */
export interface TagJudgement {
  readonly rule: string;
  readonly severity: Severity;
  readonly classes: readonly TagClass[];
  readonly what: (image: string, reference: ImageReference) => string;
  /** The cell's trigger as a sentence, without a full stop. */
  readonly why?: (trigger: string) => string;
  readonly do: string;
}

export function tagFindings(audited: Audited, judgement: TagJudgement) {
  return findingsOf(judgement.rule, occurrences(audited, judgement));
}

function occurrences(audited: Audited, judgement: TagJudgement): Occurrence[] {
  const images = imagesByKey(audited);
  return cellsOf(audited, "image", "image-republish").flatMap(({ row, subject, cell }) => {
    const image = images.get(subject.key);
    const reference = image && isKnown(image.reference) ? parseImage(image.reference.known) : undefined;
    if (image === undefined || reference === undefined || !judgement.classes.includes(classifyTag(reference)))
      return [];
    const told = toldBy(cell);
    const what = judgement.what(shownImage(image), reference);
    const kubelet = subject.cells.get("kubelet");
    const pulls = kubelet?.state === "open" ? `; the image is ${kubelet.trigger}` : "";
    return [
      {
        subject: row.title,
        address: row.address,
        part: subject.name,
        severity: judgement.severity,
        confidence: "observed",
        place: subject.at,
        from: told.at,
        cells: [...subject.cells.keys()]
          .filter((mover) => mover !== "keel" && mover !== "bot")
          .map((mover) => ({ subject: subject.key, mover })),
        what: (who) => `${who.names}: ${what}`,
        why: `${judgement.why?.(told.text) ?? told.text}${pulls}.`,
        do: judgement.do,
      },
    ];
  });
}

function imagesByKey({ repository }: Audited): ReadonlyMap<string, DeclaredImage> {
  const owners = [...repository.releases, ...repository.workloads];
  return new Map(
    owners.flatMap(({ id, images }) => images.map((image) => [`image ${id.address} ${image.path}`, image] as const)),
  );
}

/** The reference as written; of one without a name, where it stands. */
export function shownImage({ reference, path }: DeclaredImage): string {
  if (!isKnown(reference)) return path;
  return reference.known.startsWith(":") ? `${reference.known} (${path} in the values)` : reference.known;
}
