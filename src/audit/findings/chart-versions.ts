import type { DeclaredRelease } from "../../model/release.ts";
import { isKnown } from "../../model/told.ts";
import { helmProviderOf, type HelmProvider } from "../helm-provider.ts";
import type { Cell, Row, Subject } from "../matrix.ts";
import type { Audited } from "../rule.ts";
import { cellsOf, toldBy } from "../matrix-cells.ts";
import { keepsInstalled } from "../movers/terraform-chart.ts";
import type { Occurrence } from "./occurrences.ts";

/** A release whose chart a repository serves by its version, with what moves it. */
export interface VersionedChart {
  readonly release: DeclaredRelease;
  readonly provider: HelmProvider;
  readonly row: Row;
  readonly subject: Subject;
  readonly cell: Cell;
}

/** Releases that a version decides about: a directory, an archive's URL and a reference with tag or digest have none to judge. */
export function versionedCharts(audited: Audited): VersionedChart[] {
  const releases = new Map(audited.repository.releases.map((release) => [release.id.address, release]));
  return cellsOf(audited, "chart", "terraform").flatMap(({ row, subject, cell }) => {
    const release = releases.get(row.address);
    if (release === undefined || isFixed(release)) return [];
    return [{ release, provider: helmProviderOf(audited.repository, release), row, subject, cell }];
  });
}

function isFixed({ chart }: DeclaredRelease): boolean {
  // A path out of the repository is no repository either: its cell says that it could not be told.
  if (!isKnown(chart)) return chart.unknown.code === "file-not-in-repository";
  const { kind } = chart.known;
  if (kind === "repository" && chart.known.chart === "") return true;
  return kind === "local" || kind === "archive" || (kind === "oci" && (chart.known.digest ?? chart.known.tag) !== null);
}

/** What the findings about a chart's version have in common. */
export function ofChart({ release, provider, row, subject, cell }: VersionedChart) {
  return {
    subject: row.title,
    address: row.address,
    confidence: provider.loose === null && isKnown(release.chart) ? "observed" : "inferred",
    from: [...(isKnown(release.version) ? release.version.at : []), ...toldBy(cell).at],
    cells: [{ subject: subject.key, mover: "terraform" }],
  } satisfies Partial<Occurrence>;
}

/** What to do about a release: the edit, or where the block is not here to edit, who can make it. */
export function editOf({ release }: VersionedChart, edit: string): string {
  return release.plan === undefined
    ? edit
    : "give the version in the call, if the module takes one, or pin it in the module: it is not in this repository";
}

/** Says that what keeps Keel away is no pin of the chart, where one could think so. */
export function exclusionIsNoPin({ row }: VersionedChart): string {
  const excluded = row.subjects.some(({ cells }) => {
    const keel = cells.get("keel");
    return keel?.state === "held" && keel.by === "excl.";
  });
  return excluded ? " The exclusion from Keel holds images only." : "";
}

/** The provider keeps what is installed: only the first install is open. */
export function isKept(cell: Cell): boolean {
  return cell.state === "conditional" && cell.note === keepsInstalled;
}
