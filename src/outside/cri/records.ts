import type { Container, Sandbox, Task } from "../../model/ledger.ts";
import { ContainerState, PodSandboxState } from "./generated/cri_pb.ts";
import type { Container as CriContainer, PodSandbox } from "./generated/cri_pb.ts";
import { Status } from "./generated/tasks_pb.ts";
import type { Process } from "./generated/tasks_pb.ts";

/**
 * From the messages to the ledger. protobuf does not send a zero, so a state that was not sent cannot be told from the
 * state with the number 0: READY for sandboxes, CREATED for containers. Nobody may conclude from either that something
 * lives. A number without a name here is `unknown`.
 */
export function sandboxOf({
  id,
  metadata,
  state,
  createdAt,
  labels,
  annotations,
  runtimeHandler,
}: PodSandbox): Sandbox {
  return {
    id,
    state: sandboxStates.get(state) ?? "unknown",
    createdAt: createdAt.toString(),
    namespace: metadata?.namespace ?? "",
    name: metadata?.name ?? "",
    uid: metadata?.uid ?? "",
    attempt: metadata?.attempt ?? 0,
    labelUid: own(labels, podUid),
    configSource: own(annotations, "kubernetes.io/config.source"),
    configHash: own(annotations, "kubernetes.io/config.hash"),
    runtimeHandler,
  };
}

export function containerOf(container: CriContainer): Container {
  const { id, podSandboxId, metadata, image, state, createdAt, labels, annotations } = container;
  return {
    id,
    sandboxId: podSandboxId,
    name: metadata?.name ?? "",
    state: containerStates.get(state) ?? "unknown",
    createdAt: createdAt.toString(),
    attempt: metadata?.attempt ?? 0,
    // The kubelet passes an image's id as `image`, and from 1.29 on what the pod says beside it.
    image: image?.userSpecifiedImage || (image?.image ?? ""),
    labelUid: own(labels, podUid),
    graceSeconds: graceOf(annotations),
  };
}

export function taskOf({ id, pid, status }: Process): Task {
  return { id, pid, status: taskStates.get(status) ?? "unknown" };
}

/** `io.kubernetes.pod.uid` of the kubelet's labels (kubernetes v1.36.3, pkg/kubelet/types/labels.go). */
const podUid = "io.kubernetes.pod.uid";

/** The kubelet's annotations of a container, in seconds (kubernetes v1.36.3, pkg/kubelet/kuberuntime/labels.go). */
const graces = ["io.kubernetes.pod.terminationGracePeriod", "io.kubernetes.pod.deletionGracePeriod"];
/** Far above what anybody waits for, and what a timer of 32 bits can hold in seconds. */
const longestGrace = 2 ** 31;

/** The larger of the two; `null`: neither is there. */
function graceOf(annotations: Readonly<Record<string, string>>): number | null {
  const told = graces.flatMap((key) => {
    const text = own(annotations, key);
    if (text === null) return [];
    // What is said and cannot be used is no leave to take a default: it is taken for longer than anybody waits.
    return [/^\d{1,10}$/.test(text) ? Math.min(Number(text), longestGrace) : longestGrace];
  });
  return told.length === 0 ? null : Math.max(...told);
}

const sandboxStates = new Map<number, Sandbox["state"]>([
  [PodSandboxState.SANDBOX_READY, "ready"],
  [PodSandboxState.SANDBOX_NOTREADY, "not-ready"],
]);

const containerStates = new Map<number, Container["state"]>([
  [ContainerState.CONTAINER_CREATED, "created"],
  [ContainerState.CONTAINER_RUNNING, "running"],
  [ContainerState.CONTAINER_EXITED, "exited"],
]);

const taskStates = new Map<number, Task["status"]>([
  [Status.CREATED, "created"],
  [Status.RUNNING, "running"],
  [Status.STOPPED, "stopped"],
  [Status.PAUSED, "paused"],
  [Status.PAUSING, "pausing"],
]);

function own(map: Readonly<Record<string, string>>, key: string): string | null {
  return Object.hasOwn(map, key) ? (map[key] ?? null) : null;
}
