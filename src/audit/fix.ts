import type { Finding } from "../model/finding.ts";
import type { EditStep, Plan } from "../model/plan.ts";
import type { DeclaredRelease } from "../model/release.ts";
import { positionAt } from "../model/source.ts";
import type { Span } from "../model/span.ts";
import { isKnown } from "../model/told.ts";
import type { Repository } from "../repository/repository.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Judged } from "./judge.ts";
import { callOf } from "./module-caller.ts";
import { newAttribute, type Place } from "./new-attribute.ts";

/** A version to pin a release to, and what vouches for it. */
export interface PinTarget {
  readonly version: string;
  /** "deployed: terraform.tfstate, serial 12", "newest in the repository". */
  readonly source: string;
  /** False for anything but what is deployed. */
  readonly safe: boolean;
}

/** What is to be done about one finding of one release, or why nothing is. */
export type FixDecision = { readonly fingerprint: string; readonly release: ReleaseTitle } & (
  | {
      readonly fix: EditStep;
      readonly target: PinTarget;
      /** The edit in words: `chart_version = "16.0.1" in stacks/media/main.tf`. */
      readonly edit: string;
      /** Line of the edit, from 1; a new line comes below it. */
      readonly line: number;
    }
  | { readonly refused: string }
);

/** `namespace/name`, as reports call it. */
type ReleaseTitle = string;

export interface PinPlan extends Plan<EditStep> {
  readonly decisions: readonly FixDecision[];
}

/**
 * Plans the pins for findings that a pin mends: each edit stands where the version's provenance ends, and
 * changes only the bytes it must. Refuses where releases that share the place need different versions, where
 * the place is computed, and where nothing proves what is deployed.
 */
export function planPins(
  judged: Judged,
  fixable: ReadonlySet<string>,
  targetOf: (release: DeclaredRelease) => PinTarget | string,
): PinPlan {
  const { repository } = judged;
  const wanted = judged.findings.filter(({ rule }) => fixable.has(rule));
  const charts = Map.groupBy(repository.releases, ({ id }) => `chart ${id.address}`);
  const titles = new Map(judged.rows.map(({ address, title }) => [address, title]));
  const titleOf = ({ id }: DeclaredRelease) => titles.get(id.address) ?? id.address;
  const decided = wanted.flatMap((finding) =>
    releasesOf(charts, finding).map((release) => ({
      fingerprint: fingerprint(finding, repository.files),
      release: titleOf(release),
      ...decide(repository, release, targetOf),
    })),
  );
  const decisions = withoutConflicts(repository, decided, targetOf);
  const steps = new Map(decisions.flatMap((one) => ("fix" in one ? [[stepKey(one.fix), one.fix] as const] : [])));
  return { decisions, steps: [...steps.values()] };
}

function stepKey({ target }: EditStep): string {
  return `${target.path}:${target.start}:${target.end}`;
}

function releasesOf(
  charts: ReadonlyMap<string, readonly DeclaredRelease[]>,
  { cells }: Finding,
): readonly DeclaredRelease[] {
  return [...new Set(cells.map(({ subject }) => subject))].flatMap((subject) => charts.get(subject) ?? []);
}

type Decision = DistributiveOmit<FixDecision, "fingerprint" | "release">;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

function decide(
  repository: Repository,
  release: DeclaredRelease,
  targetOf: (release: DeclaredRelease) => PinTarget | string,
): Decision {
  const refused = (text: string): Decision => ({ refused: text });
  const place = placeOf(repository, release);
  if (typeof place === "string") return refused(place);
  const target = targetOf(release);
  if (typeof target === "string") return refused(target);
  if (!/^[\w.+~-]{1,200}$/.test(target.version))
    return refused(`${JSON.stringify(target.version.slice(0, 80))} (${target.source}) is no version`);
  const { file, start, end } = place;
  const fix: EditStep = {
    kind: "edit",
    target: { path: file.path, start, end },
    expect: file.text.slice(start, end),
    text: place.text(target.version),
  };
  const edit = `${place.says(target.version)} in ${file.path}`;
  return { fix, target, edit, line: positionAt(file, start).line };
}

/** One place, one version: where the releases that use a place disagree, none of its edits is made. */
function withoutConflicts(
  repository: Repository,
  decisions: readonly FixDecision[],
  targetOf: (release: DeclaredRelease) => PinTarget | string,
): readonly FixDecision[] {
  const texts = new Map<string, Set<string>>();
  for (const one of decisions) {
    if ("fix" in one) texts.set(stepKey(one.fix), (texts.get(stepKey(one.fix)) ?? new Set()).add(one.fix.text));
  }
  return decisions.map((one) => {
    if (!("fix" in one)) return one;
    const different = texts.get(stepKey(one.fix))?.size ?? 0;
    const { fingerprint: print, release: title } = one;
    if (different > 1)
      return {
        fingerprint: print,
        release: title,
        refused: `${different} releases share this place and need different versions`,
      };
    const other = sharedWith(repository, one.fix).find((release) => {
      const target = targetOf(release);
      return typeof target === "string" || target.version !== one.target.version;
    });
    if (other === undefined) return one;
    return {
      fingerprint: print,
      release: title,
      refused: `${other.id.address} takes its version from the same place, and is not known to run ${one.target.version}`,
    };
  });
}

function sharedWith(repository: Repository, { target }: EditStep): readonly DeclaredRelease[] {
  return repository.releases.filter(
    ({ version }) =>
      isKnown(version) &&
      version.at.some(
        (span) =>
          repository.files[span.file]?.path === target.path &&
          span.start === target.start &&
          span.end === target.end &&
          target.end > target.start,
      ),
  );
}

/** The place of a release's pin, or why there is none. */
function placeOf(repository: Repository, release: DeclaredRelease): Place | string {
  if (release.plan !== undefined) return "only a plan tells of it: its module is not in the repository";
  if (!isKnown(release.version)) return `its version could not be told: ${release.version.unknown.text}`;
  if (release.versionAttribute === null)
    return newAttribute(repository.files[release.at.file], release.at, "chart", "version");
  const { at } = release.version;
  const omitted = omittedArgument(repository, release);
  if (omitted !== null) return newAttribute(repository.files[omitted.call.file], omitted.call, "source", omitted.name);
  if (at.some(({ role }) => role === "computed")) return "its version is computed, so there is no literal to edit";
  const origin = at.at(-1) ?? release.versionAttribute;
  const file = repository.files[origin.file];
  if (file === undefined || file.tracked === false) return "the file that holds its version is not committed";
  if (isSealed(file.text)) return "SOPS seals the file that holds its version: an edit would break its seal";
  const written = file.text.slice(origin.start, origin.end);
  if (!isScalarText(written)) return `its version ends in "${written.slice(0, 40)}", which is not a literal`;
  const quoted = written.startsWith("'")
    ? (version: string) => `'${version}'`
    : (version: string) => JSON.stringify(version);
  const assigned = assignmentBefore(file.text, origin.start);
  return {
    file,
    start: origin.start,
    end: origin.end,
    text: quoted,
    says: (version) => `${assigned}${quoted(version)}`,
  };
}

/** A SOPS file carries a MAC over all of its values, those in the clear included. */
function isSealed(text: string): boolean {
  return /^(?:sops:|[ \t]*"sops"\s*:)/m.test(text) && /\bmac\b/.test(text);
}

/** `version = ` or `version: ` where that stands before an offset, on the same line; else nothing. */
function assignmentBefore(text: string, offset: number): string {
  const before = text.slice(Math.max(text.lastIndexOf("\n", offset - 1) + 1, offset - 100), offset);
  const [, name, sign] = /(?:^|[^\w.-])"?([\w.-]+)"?[ \t]*([=:])[ \t]*$/.exec(before) ?? [];
  return name === undefined ? "" : `${name}${sign === "=" ? " = " : ": "}`;
}

function isScalarText(text: string): boolean {
  return /^(?:"[^"\n${]*"|'[^'\n]*'|null|~|[\w.^~<>=*, |+-]+)$/.test(text);
}

/** The call that leaves a module's variable at its null default: the pin belongs there, not in the module. */
function omittedArgument(repository: Repository, release: DeclaredRelease): { call: Span; name: string } | null {
  if (!isKnown(release.version) || release.version.known !== null) return null;
  const decider = release.version.at.findLast(
    ({ name, role }) => name !== undefined && role !== "computed" && role !== "literal",
  );
  const call = callOf(repository, release);
  if (decider?.role !== "variable default" || decider.name === undefined || call === null) return null;
  return { call: call.at, name: decider.name.replace(/^var\./, "") };
}
