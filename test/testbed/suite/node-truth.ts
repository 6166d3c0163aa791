import { z } from "zod";
import type { ReportPod } from "../../../src/report/node/schema.ts";
import type { Bed, Node } from "../bed.ts";
import { ctrCommand, exec } from "../nodes.ts";
import { processesOfPod } from "../pod-processes.ts";
import { readOrNull } from "../processes.ts";

/** What lives of a pod on a node. Ids are sorted; process ids are those that the node's own processes see. */
export interface PodTruth {
  readonly uid: string;
  readonly name: string;
  readonly sandboxes: readonly string[];
  /** `ID NAME SANDBOX`, those that ended included. */
  readonly containers: readonly string[];
  /** `ID PID` of containerd's tasks. */
  readonly tasks: readonly string[];
  /** `PID CONTAINER`, as the cgroups have them. */
  readonly processes: readonly string[];
}

/** A pod as `ctr` and the kubelet's cgroups have it: none of what Holdfast reads it with has a part in it. */
export async function truthOf(bed: Bed, node: Node, uid: string): Promise<PodTruth> {
  const records = await recordsOf(bed, node, uid);
  const ofKind = (kind: string): RuntimeRecord[] =>
    records.filter(({ Labels }) => Labels["io.cri-containerd.kind"] === kind);
  const ids = new Set(records.map(({ ID }) => ID));
  return {
    uid,
    name: records[0]?.Labels["io.kubernetes.pod.name"] ?? "",
    sandboxes: ofKind("sandbox").map(({ ID }) => ID),
    containers: ofKind("container").map(
      ({ ID, Labels, Spec }) => `${ID} ${Labels["io.kubernetes.container.name"]} ${Spec.annotations[sandboxId]}`,
    ),
    tasks: (await tasksOn(bed, node)).filter((task) => ids.has(task.split(" ")[0] ?? "")),
    processes: processesOfPod(uid)
      .map((pid) => `${idOnNode(pid)} ${containerOf(pid)}`)
      .toSorted(),
  };
}

/** The same of a pod as Holdfast reports it. */
export function truthTold({ uid, name, sandboxes, containers, tasks, processes }: ReportPod): PodTruth {
  return {
    uid,
    name: name ?? "",
    sandboxes: sandboxes.map(({ id }) => id).toSorted(),
    containers: containers.map((each) => `${each.id} ${each.name} ${each.sandboxId}`).toSorted(),
    tasks: tasks.map(({ id, pid }) => `${id} ${pid}`).toSorted(),
    processes: processes.map(({ pid, container }) => `${pid} ${container}`).toSorted(),
  };
}

/** The id that a node's own processes see of a process of this machine: the second of its PID namespaces. */
export function idOnNode(pid: number): number {
  const [, ids = ""] = /^NSpid:\s+(.+)$/m.exec(readOrNull(`/proc/${pid}/status`) ?? "") ?? [];
  return Number(ids.split(/\s+/)[1]);
}

function containerOf(pid: number): string | undefined {
  return /\/pod[0-9a-f-]{36}\/([0-9a-f]{64})$/m.exec(readOrNull(`/proc/${pid}/cgroup`) ?? "")?.[1];
}

async function recordsOf(bed: Bed, node: Node, uid: string): Promise<RuntimeRecord[]> {
  const filter = `labels."io.kubernetes.pod.uid"==${uid}`;
  const ids = (await ctr(bed, node, ["containers", "list", "--quiet", filter])).split("\n").filter(Boolean).toSorted();
  return Promise.all(
    ids.map(async (id) => recordSchema.parse(JSON.parse(await ctr(bed, node, ["containers", "info", id])))),
  );
}

/** `ID PID`, below a heading. */
async function tasksOn(bed: Bed, node: Node): Promise<string[]> {
  const lines = (await ctr(bed, node, ["tasks", "list"])).split("\n").slice(1).filter(Boolean);
  return lines.map((line) => line.split(/\s+/).slice(0, 2).join(" ")).toSorted();
}

function ctr(bed: Bed, node: Node, args: readonly string[]): Promise<string> {
  return exec(bed, node, ctrCommand(bed, node, ["--namespace=k8s.io", ...args]));
}

const sandboxId = "io.kubernetes.cri.sandbox-id";

const recordSchema = z.object({
  ID: z.string(),
  Labels: z.record(z.string(), z.string()),
  Spec: z.object({ annotations: z.record(z.string(), z.string()) }),
});

type RuntimeRecord = z.infer<typeof recordSchema>;
