import type {
  ApiContainer,
  ApiLedger,
  ApiPod,
  KernelLedger,
  NodeObservation,
  ObservedNode,
  PodKnowledge,
  RuntimeLedger,
} from "../../model/ledger.ts";
import { isKnown, mapTold, type Reason, type Told } from "../../model/told.ts";
import { redactExcerpt } from "../../report/redact.ts";

/**
 * The same without secrets in what programs and people write freely: messages of containers, reasons, names of processes
 * and of cgroups. Names, uids and ids stay as they are: the ledgers are joined by them.
 */
export function redactNode({ knowledge, observation }: ObservedNode): ObservedNode {
  const { before, after, asked } = knowledge;
  return {
    knowledge: {
      before: safely(before, redactList),
      after: safely(after, redactList),
      asked: redactAnswers(asked),
    },
    observation: redactObservation(observation),
  };
}

export function redactObservation({ node, runtime, kernel, details }: NodeObservation): NodeObservation {
  return {
    node,
    runtime: safely(runtime, (ledger): RuntimeLedger => ({ ...ledger, tasks: safely(ledger.tasks, (same) => same) })),
    kernel: safely(kernel, redactKernel),
    details: new Map([...details].map(([id, told]) => [id, safely(told, (same) => same)])),
  };
}

export function redactAnswers(asked: PodKnowledge["asked"]): PodKnowledge["asked"] {
  return new Map(
    [...asked].map(([name, told]) => [
      name,
      safely(told, ({ reading, pod }) => ({ reading, pod: pod === null ? null : redactPod(pod) })),
    ]),
  );
}

function safely<T>(told: Told<T>, change: (value: T) => T): Told<T> {
  return isKnown(told) ? mapTold(told, change) : { unknown: redactReason(told.unknown) };
}

export function redactReason({ supply, ...reason }: Reason): Reason {
  const text = redactExcerpt(reason.text);
  return { ...reason, text, ...(supply === undefined ? {} : { supply: redactExcerpt(supply) }) };
}

function redactList(list: ApiLedger): ApiLedger {
  return { ...list, pods: list.pods.map(redactPod) };
}

function redactPod(pod: ApiPod): ApiPod {
  return { ...pod, containers: pod.containers.map(redactContainer) };
}

function redactContainer(container: ApiContainer): ApiContainer {
  const { reason, message } = container;
  return {
    ...container,
    reason: reason === null ? null : redactExcerpt(reason),
    message: message === null ? null : redactExcerpt(message),
  };
}

function redactKernel(kernel: KernelLedger): KernelLedger {
  return {
    ...kernel,
    processes: kernel.processes.map((process) => ({
      ...process,
      name: redactExcerpt(process.name),
      cgroup: process.cgroup.map((line) => ({ ...line, path: redactPath(line.path) })),
    })),
  };
}

/** Part by part: what comes behind a pod's cgroup must not hide the pod. */
function redactPath(path: string): string {
  return path.split("/").map(redactExcerpt).join("/");
}
