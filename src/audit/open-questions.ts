import { isKnown } from "../model/told.ts";
import type { Judged } from "./judge.ts";
import type { Question } from "./online.ts";

/** What has to be asked to say where the open cells would move to. */
export function openQuestions({ repository, rows }: Pick<Judged, "repository" | "rows">): readonly Question[] {
  const charts = new Map(repository.releases.map((release) => [`chart ${release.id.address}`, release]));
  const questions: Question[] = [];
  for (const subject of rows.flatMap(({ subjects }) => subjects)) {
    for (const [mover, cell] of subject.cells) {
      if (cell.state !== "open" || cell.republish) continue;
      const release = charts.get(subject.key);
      if (release !== undefined && isKnown(release.chart) && isKnown(release.version)) {
        const devel = isKnown(release.devel) && release.devel.known;
        const constraint = release.version.known === "" ? null : release.version.known;
        questions.push({
          subject: subject.key,
          mover,
          what: { kind: "chart", source: release.chart.known, constraint, devel },
        });
      } else if (subject.kind === "image" && subject.current !== null) {
        const policy = mover === "keel" ? cell.note : null;
        questions.push({ subject: subject.key, mover, what: { kind: "image", reference: subject.current, policy } });
      }
    }
  }
  return questions;
}
