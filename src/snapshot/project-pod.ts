import * as z from "zod";
import type { ApiContainer, ApiPod, UnparsedPod } from "../model/ledger.ts";
import { configHash, orNull, unparsedPod } from "./unparsed-pod.ts";

/**
 * What a pod as it was served says of where and what it is. Only the fields that are used have to have their form
 * [api v0.36.3, core/v1/types.go]; a pod where one has not is told as such, and never left out.
 */
export function projectPod(object: unknown): { readonly pod: ApiPod } | { readonly unparsed: UnparsedPod } {
  const read = pod.safeParse(object);
  if (read.success) return { pod: podOf(read.data) };
  return { unparsed: unparsedPod(object, read.error, ownWords) };
}

/** What several pods of a whole list say. */
export function projectPods(objects: Iterable<unknown>): {
  readonly pods: readonly ApiPod[];
  readonly unparsed: readonly UnparsedPod[];
} {
  const pods: ApiPod[] = [];
  const unparsed: UnparsedPod[] = [];
  for (const object of objects) {
    const projected = projectPod(object);
    if ("pod" in projected) pods.push(projected.pod);
    else unparsed.push(projected.unparsed);
  }
  return { pods, unparsed };
}

const text = z.string().nullish();
const strings = z.record(z.string(), z.string()).nullish();
const configMirror = "kubernetes.io/config.mirror";

const containerSpec = z.object({
  name: z.string().min(1),
  restartPolicy: text,
  ports: z
    .array(
      z.object({
        name: text,
        containerPort: z.int(),
        hostPort: z.int().nullish(),
        hostIP: text,
        protocol: z.enum(["TCP", "UDP", "SCTP"]).nullish(),
      }),
    )
    .nullish(),
});
const terminated = z.object({ reason: text, message: text }).nullish();
const containerState = z
  .object({
    waiting: z.object({ reason: text, message: text }).nullish(),
    running: z.object({}).nullish(),
    terminated,
  })
  .nullish();
const containerStatus = z.object({
  name: z.string().min(1),
  containerID: text,
  ready: z.boolean().nullish(),
  restartCount: z.int().nullish(),
  state: containerState,
  lastState: containerState,
});
const specs = z.array(containerSpec).nullish();
const statuses = z.array(containerStatus).nullish();

const pod = z.object({
  metadata: z.object({
    namespace: z.string().min(1),
    name: z.string().min(1),
    uid: z.string().min(1),
    resourceVersion: z.string().min(1),
    annotations: strings,
    deletionTimestamp: text,
    deletionGracePeriodSeconds: z.int().nullish(),
    ownerReferences: z
      .array(z.object({ kind: z.string(), name: z.string(), controller: z.boolean().nullish() }))
      .nullish(),
  }),
  spec: z.object({
    nodeName: text,
    hostNetwork: z.boolean().nullish(),
    containers: specs,
    initContainers: specs,
    ephemeralContainers: specs,
  }),
  status: z
    .object({
      phase: text,
      containerStatuses: statuses,
      initContainerStatuses: statuses,
      ephemeralContainerStatuses: statuses,
    })
    .nullish(),
});

type Pod = z.infer<typeof pod>;
type Spec = z.infer<typeof containerSpec>;
type Status = z.infer<typeof containerStatus>;

/** Field names, so that a complaint never quotes a key that the pod's author chose. */
const ownWords = new Set(
  ["metadata", "spec", "status"]
    .concat(...[pod.shape.metadata, pod.shape.spec].map(({ shape }) => Object.keys(shape)))
    .concat("phase", "containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")
    .concat(Object.keys(containerSpec.shape), Object.keys(containerStatus.shape)),
);

function podOf({ metadata, spec, status }: Pod): ApiPod {
  const { annotations, deletionTimestamp, deletionGracePeriodSeconds, ownerReferences } = metadata;
  const deletedAt = orNull(deletionTimestamp);
  const owner = ownerReferences?.find(({ controller }) => controller === true);
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    node: orNull(spec.nodeName),
    phase: orNull(status?.phase),
    hostNetwork: spec.hostNetwork ?? false,
    deletion: deletedAt === null ? null : { at: deletedAt, graceSeconds: deletionGracePeriodSeconds ?? null },
    configHash: orNull(annotations?.[configHash]),
    configMirror: orNull(annotations?.[configMirror]),
    owner: owner === undefined ? null : `${owner.kind}/${owner.name}`,
    containers: [
      ...containersOf("init", spec.initContainers, status?.initContainerStatuses),
      ...containersOf("main", spec.containers, status?.containerStatuses),
      ...containersOf("ephemeral", spec.ephemeralContainers, status?.ephemeralContainerStatuses),
    ],
  };
}

function containersOf(
  kind: "init" | "main" | "ephemeral",
  all: readonly Spec[] | null | undefined,
  told: readonly Status[] | null | undefined,
): ApiContainer[] {
  const byName = new Map(told?.map((status) => [status.name, status]));
  return (all ?? []).map((spec) => containerOf(kind, spec, byName.get(spec.name)));
}

function containerOf(kind: "init" | "main" | "ephemeral", spec: Spec, status: Status | undefined): ApiContainer {
  const { state, lastState } = status ?? {};
  const end = state?.terminated ?? lastState?.terminated;
  return {
    name: spec.name,
    // An init container that is always restarted runs beside the others.
    kind: kind === "init" && spec.restartPolicy === "Always" ? "sidecar" : kind,
    ports: (spec.ports ?? []).map(({ name, containerPort, hostPort, hostIP, protocol }) => ({
      name: orNull(name),
      containerPort,
      hostPort: hostPort ?? 0,
      hostIp: hostIP ?? "",
      protocol: protocols[protocol ?? "TCP"],
    })),
    containerId: orNull(status?.containerID),
    state: stateOf(state),
    ready: status?.ready ?? false,
    restarts: status?.restartCount ?? 0,
    reason: orNull(state?.waiting?.reason) ?? orNull(end?.reason),
    message: orNull(end?.message),
  };
}

const protocols = { TCP: "tcp", UDP: "udp", SCTP: "sctp" } as const;

function stateOf(state: Status["state"]): ApiContainer["state"] {
  if (state?.running !== null && state?.running !== undefined) return "running";
  if (state?.terminated !== null && state?.terminated !== undefined) return "terminated";
  return state?.waiting !== null && state?.waiting !== undefined ? "waiting" : null;
}
