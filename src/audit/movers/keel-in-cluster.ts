import type { DeclaredImage, DeclaredRelease, DeclaredWorkload } from "../../model/release.ts";
import type { Span } from "../../model/span.ts";
import { isKnown } from "../../model/told.ts";
import type { Injection, Repository } from "../../repository/repository.ts";
import type { Comparison } from "../cluster/comparison.ts";
import type { Force } from "../cluster/force.ts";
import { isOfCluster } from "../cluster/join-releases.ts";
import { isSamePlace } from "../findings/occurrences.ts";
import { answersOf, cellRank, decidingCell, type Answer, type Cell } from "../matrix.ts";
import { keelSwitches } from "./keel-installed.ts";
import { keelReleaseCell, keelWorkloadCell, type KeelPresence } from "./keel.ts";

/** Keel as a cluster shows it, beside what the repository says. */
export interface KeelInCluster {
  readonly comparison: Comparison;
  /** The repository with the policies and namespaces of the cluster in place of its own. */
  readonly policies: KeelPresence;
  /** The same without policies: what an object of the cluster carries is all that is asked of it. */
  readonly objects: KeelPresence;
  readonly repository: Repository;
}

type Owner = DeclaredRelease | DeclaredWorkload;

export function keelInCluster(repository: Repository, comparison: Comparison): KeelInCluster {
  const namespaces = Map.groupBy(comparison.namespaces, ({ name }) => (isKnown(name) ? name.known : ""));
  const presence = (injections: Repository["injections"]): KeelPresence => ({
    repository: { ...repository, injections },
    namespaces,
    reaches: new Map(),
    switches: keelSwitches(repository),
  });
  const inCluster = comparison.injections.map((one) => ({ ...one, policy: `${one.policy} in the cluster` }));
  return { comparison, repository, policies: presence(inCluster), objects: presence([]) };
}

/**
 * The cell that the repository gives, beside what the cluster has: a hold that the cluster has not is none, and what
 * Keel is told there counts as well. Nothing gets better by it: what runs today is not what the repository says.
 *
 * @param image `null`: one that only the rendered chart would tell
 */
export function besideCluster(keel: KeelInCluster, owner: Owner, image: DeclaredImage | null, declared: Cell): Cell {
  const carried = carriedCells(keel, owner, image);
  const before = answersOf(declared);
  const answers = before.map((answer) => checkedHold(keel, answer, carried));
  const worse = [policyCell(keel, owner, image), ...carried.map(({ cell }) => cell)].flatMap((cell) =>
    isAlarming(cell) && cellRank(cell) < cellRank(declared) ? answersOf(cell) : [],
  );
  const isSame = worse.length === 0 && answers.every((answer, index) => answer === before[index]);
  return isSame ? declared : decidingCell([...answers, ...worse]);
}

function isAlarming({ state }: Cell): boolean {
  return state === "open" || state === "unknown" || state === "conditional";
}

/** The cell by what policies of the cluster do to what the repository declares. */
function policyCell({ policies, comparison }: KeelInCluster, owner: Owner, image: DeclaredImage | null): Cell {
  if (!isOfCluster(owner.id.cluster, comparison.cluster))
    return { state: "unreached", detail: "it is of another cluster" };
  if (owner.kind === "helm_release") return keelReleaseCell(policies, owner, image);
  return image === null
    ? { state: "unreached", detail: "a workload names all of its images" }
    : keelWorkloadCell(policies, owner, image);
}

interface Carried {
  readonly workload: DeclaredWorkload;
  readonly cell: Cell;
}

/** What the objects of the cluster tell Keel, for the image: of a release, whose values name images by path, for all of its images. */
function carriedCells({ comparison, objects }: KeelInCluster, owner: Owner, image: DeclaredImage | null): Carried[] {
  if (owner.kind === "helm_release" && image !== null) return [];
  return comparison.workloadsOf(owner).flatMap((workload) => {
    const { name } = workload.id;
    const object = `${workload.workloadKind} ${isKnown(name) ? name.known : "?"}`;
    const named = (from: string) => `the ${from} of ${object} in the cluster`;
    return workload.images
      .filter(({ path }) => image === null || path === image.path)
      .map((one) => ({ workload, cell: keelWorkloadCell(objects, workload, one, named) }));
  });
}

/** A hold of the repository: whether the policy that makes it is in force, and whether the objects carry what it writes. */
function checkedHold(keel: KeelInCluster, answer: Answer, carried: readonly Carried[]): Answer {
  if (answer.state !== "held" || !restsOnKeel.has(answer.by)) return answer;
  const lost = (where: "policy" | "object", why: string, at: readonly Span[]): Answer => ({
    state: "conditional",
    on: `the cluster agreed, and it does not: ${why} (${keel.comparison.running.source}); in the repository, ${answer.detail}`,
    note: "not live",
    at: [...answer.at, ...at],
    lost: { hold: answer.by, where },
  });
  const forces = forcesBehind(keel, answer);
  for (const { force } of forces)
    if (force.state === "absent" || force.state === "not written") return lost("policy", force.why, force.at);
  const without = answer.by === "excl." ? undefined : carried.find(({ cell }) => cell.state === "unreached");
  if (without !== undefined) {
    const { workloadKind, at } = without.workload;
    return lost("object", `the ${workloadKind} carries nothing of it`, [at]);
  }
  for (const { injection, force } of forces)
    if (force.state === "unknown") return doubted(keel, answer, injection, force);
  return answer;
}

interface ForceBehind {
  readonly injection: Injection;
  readonly force: Force;
}

/** How the policies behind a hold stand in the cluster. What a policy does not write, nobody has to be left out of. */
function forcesBehind({ repository, comparison }: KeelInCluster, { at, by }: Held): ForceBehind[] {
  return repository.injections
    .filter((injection) => at.some((span) => isSamePlace(span, injection.at)))
    .flatMap((injection) => {
      const force = comparison.forceOf(injection);
      if (force === null) return [];
      const isOfWriting = force.state === "not written" || (force.state === "unknown" && force.of === "writing");
      return by === "excl." && isOfWriting ? [] : [{ injection, force }];
    });
}

type Held = Extract<Answer, { state: "held" }>;

/** A hold that nobody could look for in the cluster is none that anybody may count on. */
function doubted(
  { comparison: { running } }: KeelInCluster,
  { detail, at }: Held,
  { policy }: Injection,
  { why: { code, text, supply } }: Extract<Force, { state: "unknown" }>,
): Answer {
  const asked = `whether ${policy} is in force in the cluster could not be told: ${text} (${running.source})`;
  const why = { code, text: `${asked}; in the repository, ${detail}`, at };
  return { state: "unknown", why: supply === undefined ? why : { ...why, supply } };
}

const restsOnKeel: ReadonlySet<string> = new Set(["excl.", "never", "approval"]);
