import * as z from "zod";
import type { UnparsedPod } from "../model/ledger.ts";
import type {
  Owner,
  OwnerSelector,
  PlacingNode,
  PlacingPod,
  PodTerm,
  PodTerms,
  Selector,
  ServiceSelector,
  SpreadConstraint,
} from "../model/placing.ts";
import type { NodeTerm } from "../model/scheduling.ts";
import { isKnown, known, unknown, type Told } from "../model/told.ts";
import { projectSchedulingNode } from "./project-scheduling-node.ts";
import { projectSchedulingPods } from "./project-scheduling-pod.ts";
import { mapOf, strings, text } from "./scheduling-fields.ts";

/** A pod as it was served, with all that it is placed by. */
export function projectPlacingPod(object: unknown): { readonly pod: PlacingPod } | { readonly unparsed: UnparsedPod } {
  const { pods, unparsed } = projectSchedulingPods([object]);
  const [pod] = pods;
  if (pod === undefined) return { unparsed: unparsed[0] ?? { ...nobody, text: "its form is not that of a pod" } };
  const read = placing.safeParse(object);
  if (!read.success) {
    const { namespace, name, uid, configHash } = pod;
    return { unparsed: { namespace, name, uid, configHash, text: "what it is placed by has not the form of that" } };
  }
  const { metadata, spec } = read.data;
  const labels = mapOf(metadata.labels);
  const { affinity } = spec;
  const terms = (written: z.infer<typeof podTerms>): PodTerms => termsOf(written, pod.namespace);
  return {
    pod: {
      ...pod,
      labels,
      terminating: typeof metadata.deletionTimestamp === "string",
      owner: ownerOf(metadata.ownerReferences),
      preferredNodes: (affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
        ({ weight, preference }) => ({ weight, term: nodeTermOf(preference) }),
      ),
      affinity: terms(affinity?.podAffinity),
      antiAffinity: terms(affinity?.podAntiAffinity),
      spread: (spec.topologySpreadConstraints ?? []).map((each) => constraintOf(each, labels)),
      images: imagesOf(spec),
    },
  };
}

/** A Node as it was served, with all that pods are placed on it by. */
export function projectPlacingNode(object: unknown): Told<PlacingNode> {
  const told = projectSchedulingNode(object);
  if (!isKnown(told)) return told;
  const read = placingNode.safeParse(object);
  if (!read.success) return unknown({ code: "not-understood", text: "the Node has not the form of one", at: [] });
  const { spec, status } = read.data;
  return known({
    ...told.known,
    unschedulable: spec?.unschedulable === true,
    images: (status?.images ?? []).map(({ names, sizeBytes }) => ({ names: names ?? [], bytes: sizeBytes ?? 0 })),
  });
}

/** A Service as it was served. */
export function projectService(object: unknown): Told<ServiceSelector> {
  const read = service.safeParse(object);
  if (!read.success) return unknown({ code: "not-understood", text: "a Service has not the form of one", at: [] });
  const { metadata, spec } = read.data;
  const selector = spec?.selector;
  return known({
    namespace: metadata.namespace,
    selector: selector === null || selector === undefined ? null : mapOf(selector),
  });
}

/** A controller as it was served; `kind` is not in the objects of a list. */
export function projectOwner(
  kind: "ReplicationController" | "ReplicaSet" | "StatefulSet",
  object: unknown,
): Told<OwnerSelector> {
  if (kind === "ReplicationController") return projectReplicationController(object);
  const read = owner.safeParse(object);
  if (!read.success) return unknown({ code: "not-understood", text: `a ${kind} has not the form of one`, at: [] });
  const { metadata, spec } = read.data;
  return known({ kind, name: metadata.name, namespace: metadata.namespace, selector: selectorOf(spec?.selector) });
}

/** Its selector is one of labels alone. */
function projectReplicationController(object: unknown): Told<OwnerSelector> {
  const kind = "ReplicationController";
  const read = replicationController.safeParse(object);
  if (!read.success) return unknown({ code: "not-understood", text: `a ${kind} has not the form of one`, at: [] });
  const { metadata, spec } = read.data;
  return known({
    kind,
    name: metadata.name,
    namespace: metadata.namespace,
    selector: selectorOf({ matchLabels: spec?.selector }),
  });
}

const nobody = { namespace: null, name: null, uid: null, configHash: null };

const requirement = z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).nullish() });
const selector = z.object({ matchLabels: strings, matchExpressions: z.array(requirement).nullish() }).nullish();
const podTerm = z.object({
  topologyKey: z.string(),
  labelSelector: selector,
  namespaces: z.array(z.string()).nullish(),
  namespaceSelector: selector,
});
const podTerms = z
  .object({
    requiredDuringSchedulingIgnoredDuringExecution: z.array(podTerm).nullish(),
    preferredDuringSchedulingIgnoredDuringExecution: z
      .array(z.object({ weight: z.int(), podAffinityTerm: podTerm }))
      .nullish(),
  })
  .nullish();
export const nodeTerm = z.object({
  matchExpressions: z.array(requirement).nullish(),
  matchFields: z.array(requirement).nullish(),
});
export const constraint = z.object({
  topologyKey: z.string(),
  maxSkew: z.int(),
  minDomains: z.int().nullish(),
  whenUnsatisfiable: z.string(),
  labelSelector: selector,
  matchLabelKeys: z.array(z.string()).nullish(),
  nodeAffinityPolicy: text,
  nodeTaintsPolicy: text,
});
const images = z.array(z.object({ image: text })).nullish();
const ownerReferences = z
  .array(z.object({ apiVersion: text, kind: text, name: text, controller: z.boolean().nullish() }))
  .nullish();
const placing = z.object({
  metadata: z.object({ labels: strings, deletionTimestamp: text, ownerReferences }),
  spec: z.object({
    affinity: z
      .object({
        nodeAffinity: z
          .object({
            preferredDuringSchedulingIgnoredDuringExecution: z
              .array(z.object({ weight: z.int(), preference: nodeTerm }))
              .nullish(),
          })
          .nullish(),
        podAffinity: podTerms,
        podAntiAffinity: podTerms,
      })
      .nullish(),
    topologySpreadConstraints: z.array(constraint).nullish(),
    initContainers: images,
    containers: images,
    volumes: z.array(z.object({ image: z.object({ reference: text }).nullish() })).nullish(),
  }),
});
const placingNode = z.object({
  spec: z.object({ unschedulable: z.boolean().nullish() }).nullish(),
  status: z
    .object({
      images: z.array(z.object({ names: z.array(z.string()).nullish(), sizeBytes: z.number().nullish() })).nullish(),
    })
    .nullish(),
});
const service = z.object({
  metadata: z.object({ namespace: z.string() }),
  spec: z.object({ selector: strings }).nullish(),
});
const replicationController = z.object({
  metadata: z.object({ namespace: z.string(), name: z.string() }),
  spec: z.object({ selector: strings }).nullish(),
});
const owner = z.object({
  metadata: z.object({ namespace: z.string(), name: z.string() }),
  spec: z.object({ selector }).nullish(),
});

/** Which kind decides by which selector a pod is spread by default [kubernetes v1.36.3, pkg/scheduler/framework/plugins/helper/spread.go]. */
function ownerOf(written: z.infer<typeof ownerReferences>): Owner | null {
  const found = written?.find(({ controller }) => controller === true);
  if (found === undefined) return null;
  const { apiVersion, kind, name } = found;
  const counts = kind === "ReplicationController" ? apiVersion === "v1" : apiVersion === "apps/v1";
  return counts && kind !== null && kind !== undefined ? { kind, name: name ?? "" } : null;
}

function termsOf(written: z.infer<typeof podTerms>, namespace: string): PodTerms {
  const {
    requiredDuringSchedulingIgnoredDuringExecution: required,
    preferredDuringSchedulingIgnoredDuringExecution: preferred,
  } = written ?? {};
  return {
    required: (required ?? []).map((each) => podTermOf(each, namespace)),
    preferred: (preferred ?? []).map(({ weight, podAffinityTerm }) => ({
      weight,
      term: podTermOf(podAffinityTerm, namespace),
    })),
  };
}

function podTermOf(written: z.infer<typeof podTerm>, own: string): PodTerm {
  const namespaces = written.namespaces ?? [];
  const namespaceSelector = selectorOf(written.namespaceSelector);
  return {
    topologyKey: written.topologyKey,
    selector: selectorOf(written.labelSelector),
    namespaces: namespaces.length === 0 && namespaceSelector === null ? [own] : namespaces,
    namespaceSelector,
  };
}

export function nodeTermOf({ matchExpressions, matchFields }: z.infer<typeof nodeTerm>): NodeTerm {
  return { labels: requirementsOf(matchExpressions), fields: requirementsOf(matchFields) };
}

export function constraintOf(
  written: z.infer<typeof constraint>,
  labels: ReadonlyMap<string, string>,
): SpreadConstraint {
  const selected = selectorOf(written.labelSelector);
  const more = (written.matchLabelKeys ?? []).flatMap((key) => {
    const value = labels.get(key);
    return value === undefined ? [] : [{ key, operator: "In", values: [value] }];
  });
  return {
    topologyKey: written.topologyKey,
    maxSkew: written.maxSkew,
    minDomains: written.minDomains ?? 1,
    isRequired: written.whenUnsatisfiable === "DoNotSchedule",
    selector: selected === null ? null : [...selected, ...more],
    honorsAffinity: (written.nodeAffinityPolicy ?? "Honor") === "Honor",
    honorsTaints: written.nodeTaintsPolicy === "Honor",
  };
}

function imagesOf({ initContainers, containers, volumes }: z.infer<typeof placing>["spec"]): readonly string[] {
  const of = (all: z.infer<typeof images>): string[] => (all ?? []).map(({ image }) => image ?? "");
  const references = (volumes ?? []).flatMap(({ image }) => image?.reference ?? []);
  return [...of(initContainers), ...of(containers), ...references];
}

/** None is for nothing; one that is empty is for everything [apimachinery v0.36.3, pkg/apis/meta/v1/helpers.go, LabelSelectorAsSelector]. */
function selectorOf(written: z.infer<typeof selector>): Selector {
  if (written === null || written === undefined) return null;
  const labels = [...mapOf(written.matchLabels)].map(([key, value]) => ({ key, operator: "In", values: [value] }));
  return [...labels, ...requirementsOf(written.matchExpressions)];
}

function requirementsOf(written: readonly z.infer<typeof requirement>[] | null | undefined): NonNullable<Selector> {
  return (written ?? []).map(({ key, operator, values }) => ({ key, operator, values: values ?? [] }));
}
