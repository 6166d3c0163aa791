import type { Confidence } from "../model/finding.ts";
import type { ApiPod, NodeObservation } from "../model/ledger.ts";
import { isKnown, type Reason } from "../model/told.ts";
import type { Evidence } from "./evidence.ts";
import type { Standing } from "./node-view.ts";
import { lives } from "./places.ts";
import type { PodRow } from "./rows.ts";
import type { Sightings } from "./sightings.ts";

/** What a pod is here, how sure that is, and what it rests on beside the lists. */
export interface Judged {
  readonly standing: Standing;
  readonly confidence: Confidence;
  /** As the API server had it last. */
  readonly api: ApiPod | null;
  readonly evidence: readonly Evidence[];
}

export interface StandingContext {
  readonly sightings: Sightings;
  readonly observation: NodeObservation;
  /** Seconds for which clocks and the time that a list takes are not trusted: a process has to be older than the lists by this. */
  readonly marginSeconds: number;
  /** Seconds by which a deletion has to be late. */
  readonly overdueMarginSeconds: number;
  /** Every process could be looked into, and its pod be told: what was not seen is not there. */
  readonly allSeen: boolean;
}

/**
 * What a pod is here. The first rule that can say it does; what none can say is unknown, with the reason. No rule goes
 * from silence to `orphan`: with less known, an orphan becomes unknown, and never the other way round.
 */
export function judgeStanding(row: PodRow, context: StandingContext): Judged {
  const { sightings } = context;
  const last = sightings.in("after", row.uid);
  const first = sightings.in("before", row.uid);
  const inList = last ?? first;
  const standing = staticPod(row, inList);
  if (standing !== null) return observed(standing, inList);
  if (last !== null) return observed(inTheApi(last, context), last);
  if (first !== null) return observed(onlyBefore(context), first);
  return inNoList(row, context);
}

function observed(standing: Standing, api: ApiPod | null, evidence: readonly Evidence[] = []): Judged {
  return { standing, confidence: "observed", api, evidence };
}

/**
 * `static`: the kubelet has it from a file or over HTTP, or the API has its mirror. The kubelet writes
 * `kubernetes.io/config.source` over whatever a pod has there [kubernetes v1.36.3, pkg/kubelet/config/config.go, merge],
 * and the mirror may be missing. A pod that is known only by what somebody's annotation claims is not believed.
 */
function staticPod(row: PodRow, api: ApiPod | null): Standing | null {
  const sources = row.sandboxes.map(({ sandbox }) => sandbox.configSource);
  if (sources.some((source) => source === "file" || source === "http")) return "static";
  if (api === null) return null;
  const byClaim = api.uid !== row.uid;
  if (byClaim && (api.configMirror === null || sources.includes("api")))
    return unknownFor(
      "contradicted",
      `the API knows it only by an annotation of pod ${api.namespace}/${api.name}, which has another uid`,
    );
  return api.configMirror === null ? null : "static";
}

/**
 * `elsewhere`: bound to another node. `terminating`, `overdue`: its deletionTimestamp, which has the grace period in it,
 * is to come or has passed by the margin. `ended`: Succeeded or Failed. `running`: none of these, which says nothing of
 * whether it lives: the other ledgers do.
 */
function inTheApi(pod: ApiPod, { observation, sightings, overdueMarginSeconds }: StandingContext): Standing {
  if (pod.node === null) return unknownFor("contradicted", "the API has it on no node");
  if (pod.node !== observation.node) return "elsewhere";
  if (pod.deletion !== null) {
    const servedAt = isKnown(sightings.after) ? sightings.after.known.servedAt : null;
    if (servedAt === null)
      return unknownFor("incomplete", "it is being deleted, and the API server did not say what time it has");
    return Date.parse(servedAt) > Date.parse(pod.deletion.at) + overdueMarginSeconds * 1000 ? "overdue" : "terminating";
  }
  return pod.phase === "Succeeded" || pod.phase === "Failed" ? "ended" : "running";
}

function onlyBefore({ sightings }: StandingContext): Standing {
  return isKnown(sightings.after)
    ? unknownFor(
        "changed-meanwhile",
        "the API had it before the node was read and not after: deleted meanwhile",
        "look again",
      )
    : { unknown: sightings.after.unknown };
}

/** A rule of what is in no list: its standing, or `null` where it is not the one to say it. */
type Rule = (row: PodRow, context: StandingContext) => Standing | null;

function inNoList(row: PodRow, context: StandingContext): Judged {
  for (const rule of rulesOfTheAbsent) {
    const standing = rule(row, context);
    if (standing === null) continue;
    const inferred = standing === "foreign" || standing === "dead";
    return { ...observed(standing, null), confidence: inferred ? "inferred" : "observed" };
  }
  return askedOnceMore(row, context);
}

/** `foreign`: no sandbox of it has the labels that a kubelet gives [kubernetes v1.36.3, pkg/kubelet/kuberuntime/labels.go]. */
const foreign: Rule = ({ sandboxes }) =>
  sandboxes.length > 0 && sandboxes.every(({ sandbox }) => sandbox.labelUid === null) ? "foreign" : null;

const everySourceTold: Rule = (_, { observation, sightings }) => {
  if (!isKnown(sightings.span)) return { unknown: sightings.span.unknown };
  if (!isKnown(observation.runtime)) return { unknown: observation.runtime.unknown };
  return isKnown(observation.kernel) ? null : { unknown: observation.kernel.unknown };
};

/** The API has it all the same. */
const parsed: Rule = ({ uid }, { sightings }) => {
  const pod = sightings.unparsed(uid);
  return pod === null ? null : unknownFor("not-understood", `the API has it, and ${pod.text}`);
};

/** Without a record nothing tells a pod of the API from a static one whose mirror is gone. */
const recorded: Rule = ({ sandboxes }) => {
  if (sandboxes.length === 0)
    return unknownFor("incomplete", "the runtime has no sandbox of it that would say whether it is a static pod");
  return sandboxes.every(({ sandbox }) => sandbox.configSource === "api")
    ? null
    : unknownFor("incomplete", "its sandbox does not say that the pod came from the API");
};

const oneUid: Rule = (row) => {
  if (!uuid.test(row.uid)) return unknownFor("not-understood", "its uid is none that an API server gives");
  return row.claimsDiffer.length === 0
    ? null
    : unknownFor("contradicted", "metadata, label and cgroup name different pod uids");
};

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * `dead`: nothing of it lives, only records are left, which the kubelet's garbage collection removes. Sandboxed runtimes
 * keep their processes elsewhere, and what could not be looked into may be one of its processes.
 */
const dead: Rule = (row, { allSeen }) => {
  if (row.processes.some(lives)) return null;
  if (row.sandboxes.some(isSandboxed))
    return unknownFor("not-understood", "its runtime may keep processes where the host does not see them as the pod's");
  if (row.containers.some(({ state }) => state === "running"))
    return unknownFor("contradicted", "the runtime says that a container runs, and no process of it was seen");
  return allSeen
    ? "dead"
    : unknownFor("not-permitted", "no process of it was seen, and some processes could not be looked into");
};

/**
 * Ages and the time between the lists are each measured by one clock: that of the node, and that of the run. So a pod
 * that was made after the first list is told from an older one however far the clocks are apart.
 */
const olderThanTheLists: Rule = ({ processes }, { sightings, marginSeconds }) => {
  const oldest = Math.max(...processes.filter(lives).map(({ ageSeconds }) => ageSeconds));
  const span = isKnown(sightings.span) ? sightings.span.known : Number.POSITIVE_INFINITY;
  return oldest > span + marginSeconds
    ? null
    : unknownFor(
        "changed-meanwhile",
        `its oldest process is not older than the first list of pods by ${marginSeconds} s: it may have been made meanwhile`,
        "look again in a minute or two",
      );
};

const rulesOfTheAbsent: readonly Rule[] = [foreign, parsed, everySourceTold, recorded, oneUid, dead, olderThanTheLists];

/**
 * `orphan`: it lives here, made by this kubelet for a pod of the API, and is in neither list. `replaced`: its name
 * belongs to another uid now. Where the name was asked for once more, that answer counts too: a GET is answered from
 * storage, a list from the watch cache [kubernetes v1.36.3, staging/src/k8s.io/apiserver/pkg/storage/cacher/delegator].
 */
function askedOnceMore(row: PodRow, context: StandingContext): Judged {
  const { sightings } = context;
  const { namespace, name } = row;
  const answer = sightings.asked(namespace, name);
  const inList = sightings.named(namespace, name);
  if (answer === null) return observed(inList === null ? "orphan" : "replaced", null);
  if (!isKnown(answer)) return observed({ unknown: answer.unknown }, null);
  const { reading, pod } = answer.known;
  const evidence: readonly Evidence[] = [
    { kind: "get", at: reading.at, name: `${namespace}/${name}`, uid: pod?.uid ?? null },
  ];
  if (pod === null) return observed(inList === null ? "orphan" : "replaced", null, evidence);
  if (pod.uid !== row.uid) return observed("replaced", null, evidence);
  if (pod.node !== null && pod.node !== context.observation.node) return observed("elsewhere", pod, evidence);
  return observed(
    unknownFor("contradicted", "the lists of the API do not have it, and the API gives it when asked by name"),
    pod,
    evidence,
  );
}

/** Anything but containerd's ordinary runtime may be a virtual machine (Kata), or a kernel of its own (gVisor). */
export function isSandboxed({ sandbox, detail }: PodRow["sandboxes"][number]): boolean {
  const type = detail !== null && isKnown(detail) ? detail.known.runtimeType : null;
  if (type !== null) return !ordinaryTypes.has(type);
  return sandbox.runtimeHandler !== "" && sandbox.runtimeHandler !== "runc";
}

const ordinaryTypes: ReadonlySet<string> = new Set([
  "io.containerd.runc.v2",
  "io.containerd.runc.v1",
  "io.containerd.runtime.v1.linux",
]);

function unknownFor(code: Reason["code"], text: string, supply?: string): { readonly unknown: Reason } {
  return { unknown: { code, text, at: [], ...(supply === undefined ? {} : { supply }) } };
}
