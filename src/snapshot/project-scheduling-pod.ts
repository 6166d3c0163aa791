import * as z from "zod";
import type { UnparsedPod } from "../model/ledger.ts";
import type { NodeTerm, OwnResources, SchedulingContainer, SchedulingPod } from "../model/scheduling.ts";
import { mapOf, resources, strings, text, toldResources } from "./scheduling-fields.ts";
import { configHash, orNull, unparsedPod } from "./unparsed-pod.ts";

/** Pods as the API server or a kubelet served them; those that have not the form of one are told, and never left out. */
export function projectSchedulingPods(objects: Iterable<unknown>): {
  readonly pods: readonly SchedulingPod[];
  readonly unparsed: readonly UnparsedPod[];
} {
  const pods: SchedulingPod[] = [];
  const unparsed: UnparsedPod[] = [];
  for (const object of objects) {
    const read = pod.safeParse(object);
    if (read.success) pods.push(podOf(read.data));
    else unparsed.push(unparsedPod(object, read.error, ownWords));
  }
  return { pods, unparsed };
}

/** Which source the kubelet has a pod from [kubernetes v1.36.3, pkg/kubelet/types/pod_update.go, GetPodSource]. */
const configSource = "kubernetes.io/config.source";
const configMirror = "kubernetes.io/config.mirror";

const requirement = z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).nullish() });
const requirements = z.array(requirement).nullish();
const term = z.object({ matchExpressions: requirements, matchFields: requirements });
const asked = z.object({ requests: resources, limits: resources }).nullish();
const container = z.object({
  name: z.string().min(1),
  restartPolicy: text,
  resources: asked,
  ports: z
    .array(
      z.object({ hostPort: z.int().nullish(), hostIP: text, protocol: z.enum(["TCP", "UDP", "SCTP", ""]).nullish() }),
    )
    .nullish(),
});
const containerStatus = z.object({
  name: z.string().min(1),
  allocatedResources: resources,
  resources: z.object({ requests: resources }).nullish(),
  state: z.object({ running: z.object({}).nullish() }).nullish(),
});
const containers = z.array(container).nullish();
const statuses = z.array(containerStatus).nullish();
const affinity = z
  .object({
    nodeAffinity: z
      .object({
        requiredDuringSchedulingIgnoredDuringExecution: z
          .object({ nodeSelectorTerms: z.array(term).nullish() })
          .nullish(),
      })
      .nullish(),
  })
  .nullish();
const claimStatus = z
  .object({
    requestMappings: z.array(z.object({ containerName: z.string(), resourceName: z.string() })).nullish(),
  })
  .nullish();

const metadata = z.object({
  namespace: z.string().min(1),
  name: z.string().min(1),
  uid: z.string().min(1),
  creationTimestamp: z.iso.datetime({ offset: true }).nullish(),
  labels: strings,
  annotations: strings,
});
const spec = z.object({
  nodeName: text,
  priority: z.int().nullish(),
  os: z.object({ name: text }).nullish(),
  securityContext: z.object({ supplementalGroupsPolicy: text }).nullish(),
  nodeSelector: strings,
  affinity,
  tolerations: z.array(z.object({ key: text, operator: text, value: text, effect: text })).nullish(),
  resources: asked,
  overhead: resources,
  containers,
  initContainers: containers,
});
const status = z.object({
  phase: text,
  qosClass: z.enum(["Guaranteed", "Burstable", "BestEffort", ""]).nullish(),
  conditions: z.array(z.object({ type: z.string(), reason: text })).nullish(),
  resources: z.object({ requests: resources }).nullish(),
  allocatedResources: resources,
  containerStatuses: statuses,
  initContainerStatuses: statuses,
  extendedResourceClaimStatus: claimStatus,
});
const pod = z.object({ metadata, spec, status: status.nullish() });

const ownWords = new Set(
  [pod, metadata, spec, status, container, containerStatus]
    .flatMap(({ shape }) => Object.keys(shape))
    .concat("requests", "limits"),
);

type Spec = z.infer<typeof container>;
type Status = z.infer<typeof containerStatus>;

function podOf({ metadata: own, spec: written, status: said }: z.infer<typeof pod>): SchedulingPod {
  const { creationTimestamp: created } = own;
  return {
    namespace: own.namespace,
    name: own.name,
    uid: own.uid,
    created: created === null || created === undefined ? null : Date.parse(created),
    source: sourceOf(own.annotations),
    configHash: orNull(own.annotations?.[configHash]),
    osLabel: own.labels?.["kubernetes.io/os"] ?? null,
    ...placeOf(written),
    phase: orNull(said?.phase),
    qos: said?.qosClass === "" ? null : (said?.qosClass ?? null),
    containers: [
      ...containersOf("main", written.containers, said?.containerStatuses),
      ...containersOf("init", written.initContainers, said?.initContainerStatuses),
    ],
    own: ownOf(written.resources, said),
    overhead: mapOf(written.overhead),
    // The first of them counts [component-helpers v0.36.3, resource/helpers.go, IsPodResizeInfeasible].
    resizeInfeasible: said?.conditions?.find(({ type }) => type === "PodResizePending")?.reason === "Infeasible",
    claimed: claimedBy(said?.extendedResourceClaimStatus),
  };
}

function placeOf(
  written: z.infer<typeof spec>,
): Pick<
  SchedulingPod,
  "node" | "priority" | "os" | "supplementalGroups" | "nodeSelector" | "nodeAffinity" | "tolerations"
> {
  return {
    node: orNull(written.nodeName),
    priority: written.priority ?? null,
    os: written.os === null || written.os === undefined ? null : (written.os.name ?? ""),
    supplementalGroups: orNull(written.securityContext?.supplementalGroupsPolicy),
    nodeSelector: mapOf(written.nodeSelector),
    nodeAffinity: termsOf(written.affinity),
    tolerations: (written.tolerations ?? []).map(({ key, operator, value, effect }) => ({
      key: key ?? "",
      operator: operator ?? "",
      value: value ?? "",
      effect: effect ?? "",
    })),
  };
}

function claimedBy(said: z.infer<typeof claimStatus>): ReadonlySet<string> {
  return new Set((said?.requestMappings ?? []).map((each) => `${each.containerName}/${each.resourceName}`));
}

/** A pod of the API server has no source of its own; the kubelet writes one into what it has of each. */
function sourceOf(annotations: z.infer<typeof strings>): SchedulingPod["source"] {
  if (annotations?.[configMirror] !== undefined) return "mirror";
  const source = annotations?.[configSource];
  return source === undefined || source === "api" ? "api" : "static";
}

function termsOf(written: z.infer<typeof affinity>): readonly NodeTerm[] | null {
  const required = written?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (required === null || required === undefined) return null;
  return (required.nodeSelectorTerms ?? []).map(({ matchExpressions, matchFields }) => ({
    labels: requirementsOf(matchExpressions),
    fields: requirementsOf(matchFields),
  }));
}

function requirementsOf(written: z.infer<typeof requirements>): NodeTerm["labels"] {
  return (written ?? []).map(({ key, operator, values }) => ({ key, operator, values: values ?? [] }));
}

function ownOf(written: z.infer<typeof asked>, said: z.infer<typeof status> | null | undefined): OwnResources | null {
  if (written === null || written === undefined) return null;
  return {
    requests: mapOf(written.requests),
    limits: mapOf(written.limits),
    allocated: toldResources(said?.allocatedResources),
    actual: actualOf(said?.resources),
  };
}

function containersOf(
  kind: "main" | "init",
  all: readonly Spec[] | null | undefined,
  told: readonly Status[] | null | undefined,
): readonly SchedulingContainer[] {
  const byName = new Map(told?.map((each) => [each.name, each]));
  return (all ?? []).map((written) => {
    const said = byName.get(written.name);
    return {
      name: written.name,
      kind: kind === "init" && written.restartPolicy === "Always" ? "sidecar" : kind,
      requests: mapOf(written.resources?.requests),
      limits: mapOf(written.resources?.limits),
      allocated: toldResources(said?.allocatedResources),
      actual: actualOf(said?.resources),
      running: said?.state?.running !== null && said?.state?.running !== undefined,
      hostPorts: hostPortsOf(written.ports),
    };
  });
}

/** A status that has resources, and no requests among them, says that there are none. */
function actualOf(
  said: { readonly requests?: z.infer<typeof resources> } | null | undefined,
): SchedulingContainer["actual"] {
  return said === null || said === undefined ? null : mapOf(said.requests);
}

function hostPortsOf(written: Spec["ports"]): SchedulingContainer["hostPorts"] {
  return (written ?? []).flatMap(({ hostPort, hostIP, protocol }) =>
    typeof hostPort === "number" && hostPort > 0
      ? [{ ip: hostIP ?? "", protocol: protocol === "UDP" || protocol === "SCTP" ? protocol : "TCP", port: hostPort }]
      : [],
  );
}
