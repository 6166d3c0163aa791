import { isKnown } from "../model/told.ts";
import type { DeclaredRelease } from "../model/release.ts";
import type { Judged } from "./judge.ts";
import type { Cell, MoverId, Subject } from "./matrix.ts";
import type { Question } from "./online.ts";

/** What has to be asked to say where the open cells would move to. */
export function openQuestions({ repository, rows }: Pick<Judged, "repository" | "rows">): readonly Question[] {
  const charts = new Map(repository.releases.map((release) => [`chart ${release.id.address}`, release]));
  return rows.flatMap(({ subjects }) =>
    subjects.flatMap((subject) =>
      [...subject.cells].flatMap(([mover, cell]) => {
        // A bot writes another version into the repository: what is written now does not say which.
        if (cell.state !== "open" || cell.republish || mover === "bot") return [];
        const what = chartQuestion(charts.get(subject.key)) ?? imageQuestion(subject, mover, cell);
        return what === null ? [] : [{ subject: subject.key, mover, what }];
      }),
    ),
  );
}

function chartQuestion(release: DeclaredRelease | undefined): Question["what"] | null {
  if (release === undefined || !isKnown(release.chart) || !isKnown(release.version)) return null;
  const devel = isKnown(release.devel) && release.devel.known;
  const constraint = release.version.known === "" ? null : release.version.known;
  return { kind: "chart", source: release.chart.known, constraint, devel };
}

type OpenCell = Extract<Cell, { state: "open" }>;

function imageQuestion({ kind, current }: Subject, mover: MoverId, { note, matchTag }: OpenCell) {
  if (kind !== "image" || current === null) return null;
  const asked = { kind: "image", reference: current } as const;
  if (mover !== "keel") return { ...asked, policy: null };
  // Only `force` asks whether the tag may be another: where that could not be told there is no answer.
  if (note !== "force" || matchTag === undefined) return { ...asked, policy: note };
  return isKnown(matchTag) ? { ...asked, policy: note, keel: { matchTag: matchTag.known } } : null;
}
