import type { DeclaredImage, DeclaredRelease, DeclaredWorkload, KeelMark } from "../../model/release.ts";
import type { Span } from "../../model/span.ts";
import type { Told } from "../../model/told.ts";
import { isKnown, known, unknown } from "../../model/told.ts";
import { classifyTag, parseImage } from "../../repository/manifests/images.ts";
import { approvalsOf, triggerKey } from "../../repository/manifests/keel.ts";
import { reaches, type Reached, type WorkloadFacts } from "../../repository/manifests/match.ts";
import { kindsKeelReads } from "../../repository/manifests/workloads.ts";
import type { DeclaredNamespace, Injection, Repository } from "../../repository/repository.ts";
import { decidingCell, type Cell } from "../matrix.ts";

/** Keel as this repository shows it: `null` where nothing names it, so that its column does not occur. */
export interface KeelPresence {
  readonly repository: Repository;
  /** Declared namespaces by name. */
  readonly namespaces: ReadonlyMap<string, readonly DeclaredNamespace[]>;
  /** How the policies reach a release or workload, once it was asked: it is the same for all its images. */
  readonly reaches: Map<DeclaredRelease | DeclaredWorkload, readonly ReachingPolicy[]>;
}

interface ReachingPolicy {
  readonly injection: Injection;
  readonly reached: Reached;
}

export function keelPresence(repository: Repository): KeelPresence | null {
  const marked = [...repository.workloads, ...repository.releases].some(({ keelMarks }) => keelMarks.length > 0);
  const inValues = repository.releases.some(({ keelValues }) => keelValues !== null);
  if (!marked && !inValues && repository.injections.every(({ triggerOnly }) => triggerOnly === true)) return null;
  const namespaces = Map.groupBy(repository.namespaces, ({ name }) => (isKnown(name) ? name.known : ""));
  return { repository, namespaces, reaches: new Map() };
}

/** Whether Keel can change this image of a workload. Keel reads the workload's own metadata (keel 0.22, internal/policy). */
export function keelWorkloadCell(presence: KeelPresence, workload: DeclaredWorkload, image: DeclaredImage): Cell {
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
  if (own === undefined || (annotated && own.from === "label")) return injectedCell(counting, image);
  const told = markCell(own, image, `its own ${own.from}`);
  return widestFirst([told, ...counting.map((policy) => reachedCell(policy, image))]);
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

function withTrigger(mark: KeelMark, beside: KeelMark["trigger"]): KeelMark {
  return isKnown(mark.trigger) && mark.trigger.known === null ? { ...mark, trigger: beside } : mark;
}

type OwnTexts = Pick<DeclaredWorkload, "annotations" | "labels" | "annotationsRest" | "labelsRest">;

/**
 * The trigger that a workload ends up with, for a policy written without one. Keel reads it from the annotations,
 * else the labels, wherever the policy stands, and whoever put it there.
 */
function triggerBeside(policies: readonly ReachingPolicy[], own: OwnTexts): KeelMark["trigger"] {
  const writing = policies.filter(({ injection }) => writesTrigger(injection));
  const sure = writing.filter(({ reached }) => reached.reached === "yes").map(({ injection }) => injection);
  for (const from of ["annotation", "label"] as const) {
    const here = sure.filter(({ mark }) => (mark.from === "label") === (from === "label"));
    const forced = agreed(here.filter(({ addOnly }) => !addOnly));
    const told = forced ?? ownTrigger(own, from) ?? agreed(here);
    if (told !== undefined) return told;
  }
  const maybe = writing.find(({ reached }) => reached.reached === "conditional" || reached.reached === "unknown");
  if (maybe === undefined) return known(null);
  const text = `whether ${maybe.injection.policy} writes the trigger could not be told`;
  return unknown({ code: "not-declared", text, at: [maybe.injection.at] });
}

function writesTrigger({ mark }: Injection): boolean {
  return (!isKnown(mark.trigger) || mark.trigger.known !== null) && mark.place !== "pod template";
}

function agreed(injections: readonly Injection[]): KeelMark["trigger"] | undefined {
  const [first, ...others] = injections.map(({ mark }) => mark.trigger);
  if (first === undefined || !isKnown(first)) return first;
  if (others.every((other) => isKnown(other) && other.known === first.known)) return first;
  const at = injections.map((injection) => injection.at);
  return unknown({ code: "not-declared", text: "several policies write the trigger", at });
}

function ownTrigger(own: OwnTexts, from: "annotation" | "label"): Told<string> | undefined {
  const written = from === "annotation" ? own.annotations : own.labels;
  const rest = from === "annotation" ? own.annotationsRest : own.labelsRest;
  return written.get(triggerKey) ?? (rest === undefined ? undefined : unknown(rest));
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
  const cells = [injectedCell(withPolicy(all, beside), image)];
  if (release.keelValues !== null)
    cells.push(throughChart(markCell(release.keelValues, image, "keel: in the values"), helmProviderSwitch));
  for (const mark of release.keelMarks) cells.push(valuesMarkCell(mark, image));
  return decidingCell(cells);
}

function valuesMarkCell(mark: KeelMark, image: DeclaredImage | null): Cell {
  if (mark.place === "pod template")
    return {
      state: "unreached",
      detail: "the values put the instruction on the pod template, which Keel does not read",
    };
  return throughChart(markCell(mark, image, "the values"), chartPlacement);
}

/** What has to be so for Keel to see an instruction in values, and what keeps it from it. */
interface Sight {
  readonly seen: string;
  readonly unseen: string;
}

const helmProviderSwitch: Sight = { seen: "Keel's Helm provider is on", unseen: "Keel's Helm provider is off" };
const chartPlacement: Sight = {
  seen: "the chart puts these annotations on a workload",
  unseen: "the chart puts these annotations on no workload",
};

/** What stands in values depends on the chart: an open cell is only conditional, a held one is no more than that either. */
function throughChart(cell: Cell, { seen, unseen }: Sight): Cell {
  if (cell.state === "open")
    return { state: "conditional", note: "values", on: `${unseen}; else ${cell.trigger}`, at: cell.at };
  return cell.state === "held"
    ? { state: "conditional", note: "values", on: `${seen}; then ${cell.detail}`, at: cell.at }
    : cell;
}

/** An annotation beats a label outright; among annotations `keel.sh/policy` comes first. */
function effectiveMark(marks: readonly KeelMark[]): KeelMark | undefined {
  return marks.find(({ from }) => from === "annotation") ?? marks[0];
}

function injectedCell(policies: readonly ReachingPolicy[], image: DeclaredImage | null): Cell {
  const cells = policies.map((policy) => reachedCell(policy, image));
  if (cells.length === 0)
    return { state: "unreached", detail: "no Keel policy on it, and nothing here puts one there" };
  return widestFirst(cells);
}

const policiesByReach = ["force", "all", "major", "minor", "patch"];

/** Of equal cells the one whose policy takes most decides: which annotation Keel finds is for the order of admission. */
function widestFirst(cells: readonly Cell[]): Cell {
  const reach = (cell: Cell) => ("note" in cell ? Math.max(0, policiesByReach.indexOf(cell.note)) : 0);
  return decidingCell(cells.toSorted((a, b) => reach(a) - reach(b)));
}

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

/** What an instruction that Keel reads lets it do to an image. */
function markCell(mark: KeelMark, image: DeclaredImage | null, where: string): Cell {
  if (!isKnown(mark.policy)) return { state: "unknown", why: mark.policy.unknown };
  const policy = mark.policy.known;
  const at = mark.at;
  if (!isActivePolicy(policy)) {
    return { state: "held", by: "never", note: "never", detail: `${where} says "${policy}": Keel leaves it alone`, at };
  }
  const held = image === null ? null : heldByReference(policy, mark, image, at);
  if (held !== null) return held;
  const what = `policy ${policy}, set by ${where}`;
  const approved = approvalCell(mark, policy, what);
  if (approved !== null) return approved;
  if (!isKnown(mark.trigger)) {
    const on = `its trigger, which could not be told, is not poll, and no push notification reaches Keel (${what})`;
    return { state: "conditional", note: policy, on, at };
  }
  if (mark.trigger.known === "poll")
    return {
      state: "open",
      republish: false,
      note: policy,
      trigger: `Keel moves it after a push to the registry (${what})`,
      at,
      ...(mark.matchTag === undefined ? {} : { matchTag: mark.matchTag }),
    };
  return {
    state: "conditional",
    note: policy,
    on: `no push notification reaches Keel: without trigger poll it acts on those only (${what})`,
    at,
  };
}

/** Keel asks before every update; at what is no number it reports an error and updates nothing (keel 0.22). */
function approvalCell({ approvals, at }: KeelMark, policy: string, what: string): Cell | null {
  if (approvals === undefined) return null;
  if (!isKnown(approvals)) {
    const on = `keel.sh/approvals, which could not be told, asks somebody first (${what})`;
    return { state: "conditional", note: policy, on, at: [...at, ...approvals.unknown.at] };
  }
  const written = approvals.known;
  // None asked for; less than none is there at once.
  if (/^(?:[+-]?0+|-[0-9]+)$/.test(written)) return null;
  const detail = /^\+?[0-9]+$/.test(written)
    ? `Keel waits until somebody approves: keel.sh/approvals is ${written} (${what})`
    : `keel.sh/approvals is not a number: Keel updates nothing (${what})`;
  return { state: "held", by: "approval", note: "approval", detail, at: [...at, ...approvals.at] };
}

function isActivePolicy(policy: string): boolean {
  return /^(?:all|major|minor|patch|force)$/.test(policy) || /^glob:[^:]+$/.test(policy) || /^regexp:./.test(policy);
}

/** Semantic policies cannot compare a digest and leave it; `force` and patterns replace it (keel 0.22, provider/kubernetes/updates.go). */
function heldByReference(policy: string, mark: KeelMark, image: DeclaredImage, at: readonly Span[]): Cell | null {
  const reference = isKnown(image.reference) ? parseImage(image.reference.known) : undefined;
  if (reference === undefined || classifyTag(reference) !== "digest") return null;
  const sameTag = policy === "force" && mark.matchTag !== undefined && isKnown(mark.matchTag) && mark.matchTag.known;
  if (!sameTag && !/^(?:all|major|minor|patch)$/.test(policy)) return null;
  return {
    state: "held",
    by: "digest",
    note: "digest",
    detail: `Keel's policy ${policy} does not change a reference by digest`,
    at,
  };
}

function workloadFacts(presence: KeelPresence, workload: DeclaredWorkload): WorkloadFacts {
  return {
    kind: workload.workloadKind,
    namespace: workload.id.namespace,
    name: workload.id.name,
    labels: { entries: workload.labels, rest: workload.labelsRest ?? null },
    annotations: { entries: workload.annotations, rest: workload.annotationsRest ?? null },
    ...namespaceLabels(presence, workload.id.namespace),
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
