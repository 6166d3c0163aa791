import { z } from "zod";
import type { Bed } from "../bed.ts";
import { getJson, kubectl } from "../clients.ts";
import type { NightCharts } from "./charts.ts";

/** A pod as the API tells it. */
export interface Pod {
  readonly name: string;
  readonly uid: string;
  /** `undefined`: not scheduled yet. */
  readonly node: string | undefined;
  readonly ready: boolean;
  /** When it should be gone, its grace included; milliseconds since 1970, `null` where nobody deleted it. */
  readonly deletedAt: number | null;
  readonly images: readonly string[];
  /** The state of each container, by its name: `running`, or why it waits or has ended. */
  readonly containers: Readonly<Record<string, string>>;
}

/** The pods of the release whose label `app` is the given one. */
export async function podsOf(bed: Bed, { namespace }: NightCharts, app: string): Promise<Pod[]> {
  const list = podList.parse(await getJson(bed, ["pods", `--namespace=${namespace}`, `--selector=app=${app}`]));
  return list.items.map(({ metadata, spec, status }) => ({
    name: metadata.name,
    uid: metadata.uid,
    node: spec.nodeName,
    ready: (status.conditions ?? []).some(({ type, status: is }) => type === "Ready" && is === "True"),
    deletedAt: metadata.deletionTimestamp === undefined ? null : Date.parse(metadata.deletionTimestamp),
    images: spec.containers.map(({ image }) => image),
    containers: Object.fromEntries(
      (status.containerStatuses ?? []).map(({ name, state: { waiting, terminated } }) => [
        name,
        waiting?.reason ?? terminated?.reason ?? "running",
      ]),
    ),
  }));
}

/** What a container printed, in its present run and the one before. */
export async function logOf(bed: Bed, { namespace }: NightCharts, pod: Pod, container: string): Promise<string> {
  const read = (more: readonly string[]): Promise<string> =>
    kubectl(bed, ["logs", `--namespace=${namespace}`, pod.name, `--container=${container}`, ...more]).catch(() => "");
  return (await read(["--previous"])) + (await read([]));
}

/** For errors: the pods in a line. */
export function describePods(pods: readonly Pod[]): string {
  const one = ({ name, node, ready, deletedAt, containers }: Pod): string => {
    const why = ready ? [] : Object.entries(containers).map(([container, state]) => `${container} ${state}`);
    const deleted = deletedAt === null ? [] : [`deleted, due ${new Date(deletedAt).toISOString()}`];
    return `${name} on ${node ?? "no node"} (${[ready ? "Ready" : "not Ready", ...deleted, ...why].join(", ")})`;
  };
  return pods.length === 0 ? "no pods" : pods.map(one).join("; ");
}

const stateSchema = z.object({ reason: z.string().optional() }).optional();

const podList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), uid: z.string(), deletionTimestamp: z.string().optional() }),
      spec: z.object({ nodeName: z.string().optional(), containers: z.array(z.object({ image: z.string() })) }),
      status: z.object({
        conditions: z.array(z.object({ type: z.string(), status: z.string() })).optional(),
        containerStatuses: z
          .array(
            z.object({
              name: z.string(),
              state: z.object({ waiting: stateSchema, terminated: stateSchema }),
            }),
          )
          .optional(),
      }),
    }),
  ),
});
