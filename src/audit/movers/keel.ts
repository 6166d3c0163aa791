import type { DeclaredImage, DeclaredRelease, DeclaredWorkload, KeelMark } from "../../model/release.ts";
import { isKnown, unknown } from "../../model/told.ts";
import { approvalsOf } from "../../repository/manifests/keel.ts";
import { reaches, type WorkloadFacts } from "../../repository/manifests/match.ts";
import { kindsKeelReads } from "../../repository/manifests/workloads.ts";
import type { DeclaredNamespace, Injection, Repository } from "../../repository/repository.ts";
import { decidingCell, type Cell } from "../matrix.ts";
import { isNamedInValues, keelSwitches, withoutPolling, type KeelSwitches, type Switch } from "./keel-installed.ts";
import { markCell } from "./keel-mark.ts";
import { triggerBeside, withTrigger, type ReachingPolicy } from "./keel-trigger.ts";

/** Keel as this repository shows it: `null` where nothing names it, so that its column does not occur. */
export interface KeelPresence {
  readonly repository: Repository;
  /** Declared namespaces by name. */
  readonly namespaces: ReadonlyMap<string, readonly DeclaredNamespace[]>;
  /**
   * How the policies reach the release or workload that was asked last: the same for all its images, which are asked in a
   * row. All of them would be owners times policies.
   */
  readonly reaches: Map<DeclaredRelease | DeclaredWorkload, readonly ReachingPolicy[]>;
  /** By cluster: of the Keel that the repository installs there. */
  readonly switches: ReadonlyMap<string | null, KeelSwitches>;
}

export function keelPresence(repository: Repository): KeelPresence | null {
  const marked = [...repository.workloads, ...repository.releases].some(({ keelMarks }) => keelMarks.length > 0);
  const inValues = repository.releases.some(({ keelValues }) => keelValues !== null);
  if (!marked && !inValues && repository.injections.every(({ triggerOnly }) => triggerOnly === true)) return null;
  const namespaces = Map.groupBy(repository.namespaces, ({ name }) => (isKnown(name) ? name.known : ""));
  return { repository, namespaces, reaches: new Map(), switches: keelSwitches(repository) };
}

/**
 * Whether Keel can change this image of a workload. Keel reads the workload's own metadata (keel 0.22, internal/policy).
 *
 * @param named how to call an annotation or label of the workload itself
 */
export function keelWorkloadCell(
  presence: KeelPresence,
  workload: DeclaredWorkload,
  image: DeclaredImage,
  named: (from: KeelMark["from"]) => string = (from) => `its own ${from}`,
): Cell {
  if (!kindsKeelReads.has(workload.workloadKind)) {
    return { state: "unreached", detail: `Keel does not watch objects of kind ${workload.workloadKind}` };
  }
  if (image.init === true && !updatesInitContainers(workload)) {
    return {
      state: "unreached",
      detail: 'Keel leaves init containers alone without the annotation keel.sh/initContainers: "true"',
    };
  }
  const all = reachingPolicies(presence, workload);
  const beside = triggerBeside(all, workload);
  const own = ownMark(workload, beside);
  const policies = withPolicy(all, beside)
    .filter(({ injection }) => !yieldsTo(injection, own))
    .map((policy) => withOwnApprovals(policy, workload));
  const annotated = policies.some(surelyAnnotates);
  const counting = annotated ? policies.filter(({ injection }) => injection.mark.from !== "label") : policies;
  const injected = counting.map((policy) => reachedCell(policy, image));
  const isOwnRead = own !== undefined && !(annotated && own.from === "label");
  const cells = isOwnRead ? [markCell(own, image, named(own.from)), ...injected] : injected;
  return togetherCell(cells, polling(presence, workload));
}

function ownMark({ keelMarks }: DeclaredWorkload, beside: KeelMark["trigger"]): KeelMark | undefined {
  const own = effectiveMark(keelMarks.filter(({ place }) => place === undefined || place === "workload"));
  return own === undefined ? undefined : withTrigger(own, beside);
}

/** The policies that name one for Keel, each with the trigger that comes to stand beside it. */
function withPolicy(policies: readonly ReachingPolicy[], beside: KeelMark["trigger"]): ReachingPolicy[] {
  return policies
    .filter(({ injection }) => injection.triggerOnly !== true)
    .map(({ injection, reached }) => ({
      injection: { ...injection, mark: withTrigger(injection.mark, beside) },
      reached,
    }));
}

/** Whether the workload's own instruction stays as it is: an injected label is nothing beside an annotation. */
function yieldsTo({ addOnly, mark }: Injection, own: KeelMark | undefined): boolean {
  if (own?.from === "annotation") return addOnly || mark.from === "label";
  return own?.from === "label" && addOnly && mark.from === "label";
}

/** Who has to approve is read from the workload, wherever its policy comes from. */
function withOwnApprovals(policy: ReachingPolicy, { annotations, labels }: DeclaredWorkload): ReachingPolicy {
  const approvals = approvalsOf(annotations, labels);
  const { injection } = policy;
  if (approvals === undefined || injection.mark.approvals !== undefined) return policy;
  return { ...policy, injection: { ...injection, mark: { ...injection.mark, approvals } } };
}

/** An annotation beats a label outright, whatever the label says. */
function surelyAnnotates({ injection, reached }: ReachingPolicy): boolean {
  return reached.reached === "yes" && injection.mark.from !== "label" && isKnown(injection.mark.policy);
}

/** A label is not enough (keel 0.22, provider/kubernetes/updates.go). An annotation that could not be told may say so. */
function updatesInitContainers({ annotations, annotationsRest }: DeclaredWorkload): boolean {
  const written = annotations.get("keel.sh/initContainers");
  return written === undefined ? annotationsRest !== undefined : !isKnown(written) || written.known === "true";
}

/** Whether Keel can change the images that a release's chart runs: by a policy that marks its workloads, or by its values. */
export function keelReleaseCell(presence: KeelPresence, release: DeclaredRelease, image: DeclaredImage | null): Cell {
  const all = reachingPolicies(presence, release);
  // What the chart itself writes is not seen here.
  const beside = triggerBeside(all, { annotations: new Map(), labels: new Map() });
  const cells = withPolicy(all, beside).map((policy) => reachedCell(policy, image));
  if (release.keelValues !== null) cells.push(helmProviderCell(presence, release, release.keelValues, image));
  for (const mark of release.keelMarks) cells.push(valuesMarkCell(mark, image));
  return togetherCell(cells, polling(presence, release));
}

function polling({ switches }: KeelPresence, { id }: DeclaredRelease | DeclaredWorkload): Switch {
  return switches.get(id.cluster)?.polls ?? null;
}

/** Keel's Helm provider reads `keel:` and updates what it names; no chart has to put it anywhere. */
function helmProviderCell(
  { switches }: KeelPresence,
  release: DeclaredRelease,
  mark: KeelMark,
  image: DeclaredImage | null,
): Cell {
  const provider = switches.get(release.id.cluster)?.helmProvider ?? null;
  if (provider?.on === false)
    return { state: "unreached", detail: "Keel's Helm provider, which reads keel: in the values, is switched off" };
  const isNamed = isNamedInValues(mark, release, image);
  if (isNamed === false)
    return {
      state: "unreached",
      detail: "keel.images in the values, which Keel's Helm provider reads, does not name it",
    };
  const cell = markCell(mark, image, "keel: in the values");
  if (cell.state !== "open") return cell;
  if (provider === null)
    return {
      state: "conditional",
      note: "values",
      on: `Keel's Helm provider is off; else ${cell.trigger}`,
      at: cell.at,
    };
  if (isNamed === null) {
    const on = `keel.images does not name it; else ${cell.trigger}`;
    return { state: "conditional", note: "values", on, at: cell.at };
  }
  return { ...cell, at: [...cell.at, ...provider.at] };
}

function valuesMarkCell(mark: KeelMark, image: DeclaredImage | null): Cell {
  if (mark.place === "pod template")
    return {
      state: "unreached",
      detail: "the values put the instruction on the pod template, which Keel does not read",
    };
  return throughChart(markCell(mark, image, "the values"));
}

/** What stands in values depends on the chart: an open cell is only conditional, a held one is no more than that either. */
function throughChart(cell: Cell): Cell {
  const puts = "the chart puts these annotations on";
  if (cell.state === "open")
    return { state: "conditional", note: "values", on: `${puts} no workload; else ${cell.trigger}`, at: cell.at };
  return cell.state === "held"
    ? { state: "conditional", note: "values", on: `${puts} a workload; then ${cell.detail}`, at: cell.at }
    : cell;
}

/** An annotation beats a label outright; among annotations `keel.sh/policy` comes first. */
function effectiveMark(marks: readonly KeelMark[]): KeelMark | undefined {
  return marks.find(({ from }) => from === "annotation") ?? marks[0];
}

/**
 * Of equal cells the one whose policy takes most decides: which annotation Keel finds is for the order of admission.
 */
function togetherCell(cells: readonly Cell[], polls: Switch): Cell {
  if (cells.length === 0)
    return { state: "unreached", detail: "no Keel policy on it, and nothing here puts one there" };
  const reach = (cell: Cell) => ("note" in cell ? Math.max(0, policiesByReach.indexOf(cell.note)) : 0);
  return decidingCell(cells.map((cell) => withoutPolling(cell, polls)).toSorted((a, b) => reach(a) - reach(b)));
}

const policiesByReach = ["force", "all", "major", "minor", "patch"];

function reachingPolicies(
  presence: KeelPresence,
  owner: DeclaredRelease | DeclaredWorkload,
): readonly ReachingPolicy[] {
  const before = presence.reaches.get(owner);
  if (before !== undefined) return before;
  const facts = owner.kind === "workload" ? workloadFacts(presence, owner) : releaseFacts(presence, owner);
  const near = presence.repository.injections.filter((injection) =>
    sameCluster(injection.cluster ?? null, owner.id.cluster),
  );
  const found = near.map((injection) => ({ injection, reached: reaches(injection, facts) }));
  presence.reaches.clear();
  presence.reaches.set(owner, found);
  return found;
}

/** A path that no cluster is named for may belong to any. */
function sameCluster(a: string | null, b: string | null): boolean {
  return a === null || b === null || a === b;
}

function reachedCell({ injection, reached: told }: ReachingPolicy, image: DeclaredImage | null): Cell {
  const { reached, because, by, how } = told;
  const at = [...by, injection.at];
  switch (reached) {
    case "no":
      return how === "excluded"
        ? { state: "held", by: "excl.", note: "excl.", detail: `${injection.policy} leaves it out: ${because}`, at }
        : { state: "unreached", detail: `${injection.policy} does not reach it: ${because}` };
    case "unknown":
      return {
        state: "unknown",
        why: { code: "not-declared", text: `whether ${injection.policy} reaches it could not be told: ${because}`, at },
      };
    case "conditional": {
      const effect = markCell(injection.mark, image, injection.policy);
      if (effect.state !== "open" && effect.state !== "conditional") return effect;
      return {
        state: "conditional",
        note: "policy",
        on: `${injection.policy} does not reach it; it does ${because}`,
        at,
      };
    }
    case "yes": {
      const effect = markCell(injection.mark, image, injection.policy);
      return effect.state === "open" || effect.state === "conditional" || effect.state === "held"
        ? { ...effect, at: [...at, ...effect.at] }
        : effect;
    }
  }
}

function workloadFacts(presence: KeelPresence, workload: DeclaredWorkload): WorkloadFacts {
  const namespace = workload.moved === undefined ? workload.id.namespace : unknown(workload.moved);
  return {
    kind: workload.workloadKind,
    namespace,
    name: workload.renamed === undefined ? workload.id.name : unknown(workload.renamed),
    labels: { entries: workload.labels, rest: workload.labelsRest ?? null },
    annotations: { entries: workload.annotations, rest: workload.annotationsRest ?? null },
    ...namespaceLabels(presence, namespace),
  };
}

function releaseFacts(presence: KeelPresence, release: DeclaredRelease): WorkloadFacts {
  const rendered = { code: "chart-not-rendered" as const, text: "the chart decides its labels", at: [release.at] };
  return {
    kind: null,
    namespace: release.id.namespace,
    name: null,
    labels: { entries: new Map(), rest: rendered },
    annotations: { entries: new Map(), rest: rendered },
    ...namespaceLabels(presence, release.id.namespace),
  };
}

function namespaceLabels(
  { namespaces }: KeelPresence,
  namespace: DeclaredWorkload["id"]["namespace"],
): Pick<WorkloadFacts, "namespaceLabels"> {
  if (!isKnown(namespace)) return {};
  const [only, ...others] = namespaces.get(namespace.known) ?? [];
  if (only === undefined || others.length > 0 || !isKnown(only.name)) return {};
  return { namespaceLabels: { entries: only.labels, rest: only.labelsUnknown } };
}
