import type { Finding, Severity } from "../../model/finding.ts";
import type { DeclaredImage, DeclaredRelease, DeclaredWorkload } from "../../model/release.ts";
import type { ObjectReference } from "../../model/running-cluster.ts";
import type { Span } from "../../model/span.ts";
import { isKnown } from "../../model/told.ts";
import { parseImage } from "../../repository/manifests/images.ts";
import type { Injection, Repository } from "../../repository/repository.ts";
import { worstCell, type Cell, type Row, type Subject } from "../matrix.ts";
import type { Audited } from "../rule.ts";
import { toldBy } from "../matrix-cells.ts";
import { findingsOf, isSamePlace, type Occurrence } from "./occurrences.ts";

/** A release or workload whose images Keel has a cell for. */
export interface KeelReach {
  readonly owner: DeclaredRelease | DeclaredWorkload;
  readonly row: Row;
  /** The worst of its cells for Keel. */
  readonly cell: Cell;
  /** The images that have a cell of that state. */
  readonly reached: readonly ReachedImage[];
}

export interface ReachedImage {
  readonly subject: Subject;
  readonly cell: Cell;
  /** `null`: which image it is, only the rendered chart would tell. */
  readonly image: DeclaredImage | null;
}

export function keelReach({ repository, rows }: Audited): KeelReach[] {
  const owners = new Map([...repository.releases, ...repository.workloads].map((owner) => [owner.id.address, owner]));
  return rows.flatMap((row) => {
    const owner = owners.get(row.address);
    const all = row.subjects.flatMap((subject) => imageOf(subject, owner));
    if (owner === undefined || all.length === 0) return [];
    const cell = worstCell(all.map((one) => one.cell));
    return [{ owner, row, cell, reached: all.filter((one) => one.cell.state === cell.state) }];
  });
}

/** The findings of a rule about those whose worst cell is of one state; `null`: there is none about this one. */
export function keelFindings(
  rule: string,
  audited: Audited,
  state: Cell["state"],
  occurrence: (repository: Repository, reach: KeelReach) => Occurrence | null,
): Finding[] {
  const reached = keelReach(audited).filter(({ cell }) => cell.state === state);
  return findingsOf(
    rule,
    reached.map((reach) => occurrence(audited.repository, reach)).filter((one) => one !== null),
  );
}

function imageOf(subject: Subject, owner: KeelReach["owner"] | undefined): ReachedImage[] {
  const cell = subject.cells.get("keel");
  if (cell === undefined || owner === undefined) return [];
  const image = owner.images.find(({ path }) => subject.key === `image ${owner.id.address} ${path}`) ?? null;
  return [{ subject, cell, image }];
}

/** What the findings about one owner have in common. Its own instruction is the place; else the block or object. */
export function ofReach({ owner, row, cell, reached }: KeelReach) {
  return {
    subject: row.title,
    address: row.address,
    // Instances of one block are one finding; what several calls make of a shared module are several.
    apart: row.address.replaceAll(/\[(?:"(?:[^"\\]|\\.)*"|\d+|\?)\]/g, ""),
    confidence: "observed",
    place: ownInstruction(owner, cell) ?? row.at,
    from: toldBy(cell).at,
    cells: reached.map(({ subject }) => ({ subject: subject.key, mover: "keel" })),
  } satisfies Partial<Occurrence>;
}

/** Where the owner itself tells Keel what the cell is about; `null` where something else does, such as a policy. */
export function ownInstruction(owner: KeelReach["owner"], cell: Cell): Span | null {
  const [first] = toldBy(cell).at;
  const inValues = owner.kind === "helm_release" && owner.keelValues !== null ? owner.keelValues.at : [];
  const own = [...owner.keelMarks.flatMap(({ at }) => at), ...inValues];
  return first !== undefined && own.some((span) => isSamePlace(span, first)) ? first : null;
}

/** The edit that takes back what the values of a release tell Keel at a place. */
export function editInValues({ keelValues }: DeclaredRelease, place: Span): string {
  return keelValues?.at.some((span) => isSamePlace(span, place)) === true
    ? "policy: never   in its place, under keel: in the values"
    : "take keel.sh/policy out of the values: what the chart makes of it is not seen here";
}

/** The object of the cluster by which Keel reaches it; `null`: something of the repository does. */
export function reachingObject({ files }: Repository, cell: Cell): ObjectReference | null {
  const [first] = toldBy(cell).at;
  return files[first?.file ?? -1]?.object ?? null;
}

/** The policies that answer for a cell, each of which reaches the owner or may reach it. */
export function injectionsOf({ injections }: Repository, { cell }: KeelReach): readonly Injection[] {
  const from = toldBy(cell).at;
  return injections.filter(({ at }) => from.some((span) => isSamePlace(span, at)));
}

/** `ClusterPolicy/a and ClusterPolicy/b`: leaving it out of one of them would leave the other. */
export function policyNames(injections: readonly Injection[]): string {
  const names = [...new Set(injections.map(({ policy }) => policy))];
  return names.length === 0 ? "the policy" : names.join(" and ");
}

/**
 * How far a policy of Keel lets an image go. On `latest`, and on no tag at all, every semantic policy takes any tag
 * that is offered (keel 0.22, internal/policy/semver.go). `null`: the word is no policy.
 */
export function policySeverity(policy: string, image: DeclaredImage | null): Severity | null {
  const usual = /^(?:all|major|force|glob:.*|regexp:.*)$/.test(policy)
    ? "high"
    : policy === "minor"
      ? "medium"
      : policy === "patch"
        ? "low"
        : null;
  return usual !== null && image !== null && isLatest(image) ? "high" : usual;
}

export function isLatest({ reference }: DeclaredImage): boolean {
  const parsed = isKnown(reference) ? parseImage(reference.known) : undefined;
  return parsed !== undefined && parsed.digest === null && (parsed.tag === null || parsed.tag === "latest");
}
