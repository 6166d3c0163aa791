import type { DeclaredRelease, DeclaredWorkload, KeelMark } from "../../model/release.ts";
import { isKnown } from "../../model/told.ts";
import type { Repository } from "../../repository/repository.ts";
import { keelInCluster } from "../movers/keel-in-cluster.ts";
import { keelPresence, keelWorkloadCell, type KeelPresence } from "../movers/keel.ts";
import { policyKinds, type Comparison } from "./comparison.ts";

type Owner = DeclaredRelease | DeclaredWorkload;

/** An instruction to Keel that an object of the cluster carries, and that nothing writes any more. */
export interface LeftBehind {
  readonly owner: Owner;
  readonly workload: DeclaredWorkload;
  readonly mark: KeelMark;
}

/** What is left behind on the objects of an owner; none where it could not be told who writes it. */
export function leftBehind(repository: Repository, comparison: Comparison): LeftBehind[] {
  if (!arePoliciesTold(comparison)) return [];
  const declared = keelPresence(repository);
  const writers = [keelInCluster(repository, comparison).policies, ...(declared === null ? [] : [declared])];
  return [...repository.releases, ...repository.workloads].flatMap((owner) =>
    mayWrite(owner, comparison)
      ? []
      : comparison.workloadsOf(owner).flatMap((workload) => marksOf(owner, workload, writers)),
  );
}

function arePoliciesTold({ running }: Comparison): boolean {
  return policyKinds.every((kind) => {
    const list = running.objects.get(kind);
    return list !== undefined && isKnown(list) && list.known.unparsed === 0;
  });
}

/** Whether the owner itself may write an instruction: in its manifest or values, or what its chart rendered. */
function mayWrite(owner: Owner, { deployments }: Comparison): boolean {
  if (owner.keelMarks.length > 0) return true;
  if (owner.kind === "workload") return owner.annotationsRest !== undefined || owner.labelsRest !== undefined;
  const deployment = deployments.get(owner.id.address);
  if (owner.keelValues !== null || deployment?.state !== "runs") return true;
  const { chart } = deployment.revision;
  return !isKnown(chart) || chart.known.namesKeel;
}

function marksOf(owner: Owner, workload: DeclaredWorkload, writers: readonly KeelPresence[]): LeftBehind[] {
  const [mark] = workload.keelMarks;
  if (mark === undefined) return [];
  const bare = { ...workload, keelMarks: [] };
  const isWritten = writers.some((presence) =>
    workload.images.some((image) => {
      const { state } = keelWorkloadCell(presence, bare, image);
      return state !== "unreached" && !isExcluded(keelWorkloadCell(presence, bare, image));
    }),
  );
  return isWritten ? [] : [{ owner, workload, mark }];
}

function isExcluded(cell: ReturnType<typeof keelWorkloadCell>): boolean {
  return cell.state === "held" && cell.by === "excl.";
}
