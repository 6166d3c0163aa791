import type { Finding } from "../model/finding.ts";
import type { Span } from "../model/span.ts";
import { directoryOf } from "../repository/paths.ts";
import type { ModuleCall, Repository } from "../repository/repository.ts";
import type { Judged } from "./judge.ts";
import { standingOf, type Row } from "./matrix.ts";

/**
 * Of the judgement of a whole repository what one folder or file of it declares: what is written there, and what its stacks
 * get from the modules that they call. The rest of the repository was judged with it, and is left out.
 */
export function partOf(judged: Judged, part: string): Judged {
  const { repository } = judged;
  const belongs = belonging(repository, part);
  const releases = repository.releases.filter(belongs.declared);
  const workloads = repository.workloads.filter(belongs.declared);
  const modules = repository.modules.filter(belongs.called);
  const wanted = new Set([...releases, ...workloads].map(({ id, at }) => keyOf(id.address, at)));
  const calls = new Set(modules.map(({ stack, address }) => `module ${stack} ${address}`));
  const rows = judged.rows.flatMap((row) => {
    if (row.kind !== "stack") return wanted.has(keyOf(row.address, row.at)) ? [row] : [];
    return withSubjects(row, ({ kind, key }) => (kind === "module" ? calls.has(key) : belongs.isApplied(row.address)));
  });
  const subjects = new Set(rows.flatMap((row) => row.subjects.map(({ key }) => key)));
  const isOf = ({ cells, at }: Finding) =>
    belongs.isIn(repository.files[at[0]?.file ?? -1]?.path ?? "") || cells.some(({ subject }) => subjects.has(subject));
  return {
    ...judged,
    repository: { ...repository, releases, workloads, modules },
    rows,
    findings: judged.findings.filter(isOf),
    suppressed: judged.suppressed.filter(({ finding }) => isOf(finding)),
    switchedOff: judged.switchedOff.filter(isOf),
  };
}

/** Whether a path lies in a part of a repository, or is it. */
export function isInPart(part: string): (path: string) => boolean {
  return (path) => path === part || path.startsWith(`${part}/`);
}

function keyOf(address: string, { file, start }: Span): string {
  return `${address} ${file} ${start}`;
}

function withSubjects(row: Row, isWanted: (subject: Row["subjects"][number]) => boolean): readonly Row[] {
  const subjects = row.subjects.filter(isWanted);
  return subjects.length === 0 ? [] : [{ ...row, subjects, standing: standingOf(subjects) }];
}

function belonging({ files, modules }: Repository, part: string) {
  const isIn = isInPart(part);
  const fileOf = ({ at }: { readonly at: Span }) => files[at.file]?.path ?? "";
  /** The directory of the stack that the part may be one file of. */
  const ownStack = directoryOf(part);
  // What a unit's source leads to is the unit's, wherever the source is written.
  const isOwnSource = ({ address, stack }: ModuleCall) => address === "terraform.source" && stack === ownStack;
  const reached = reachedBy(modules, (call) => isIn(fileOf(call)) || isIn(call.stack) || isOwnSource(call));
  const besides = reachedBy(modules, ({ stack }) => stack === ownStack).difference(reached);
  const isOfFile = (stack: string, directory: string) =>
    stack === ownStack && directory !== stack && !besides.has(directory);
  return {
    isIn,
    isApplied: (stack: string) => isIn(stack) || stack === ownStack,
    declared: (owner: { readonly stack: string | null; readonly at: Span }) =>
      isIn(fileOf(owner)) ||
      (owner.stack !== null && (isIn(owner.stack) || isOfFile(owner.stack, directoryOf(fileOf(owner))))),
    called: (call: ModuleCall) => isIn(fileOf(call)) || isIn(call.stack) || reached.has(call.stack),
  };
}

/** The directories that the calls lead to, directly or not. */
function reachedBy(modules: readonly ModuleCall[], isFirst: (call: ModuleCall) => boolean): Set<string> {
  const calls = Map.groupBy(modules, ({ stack }) => stack);
  const target = ({ source }: ModuleCall) => (source.kind === "local" ? [source.path] : []);
  const reached = new Set(modules.filter(isFirst).flatMap(target));
  for (const stack of reached) for (const to of (calls.get(stack) ?? []).flatMap(target)) reached.add(to);
  return reached;
}
