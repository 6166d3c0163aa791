import { assembleRecoverReport, type Swept } from "../../report/sweep/assemble.ts";
import { recoverJson } from "../../report/sweep/json.ts";
import { recoverText } from "../../report/sweep/recover-text.ts";
import type { SweepEvent } from "../../sweep/events.ts";
import { recover as recoverPod } from "../../sweep/recover.ts";
import { version } from "../../version.ts";
import type { KubeSource } from "../../model/kube-source.ts";
import { isKnown } from "../../model/told.ts";
import { Failure } from "../failure.ts";
import { podsOfApi } from "../observe/pods-of-api.ts";
import { lookOf } from "../observe/print.ts";
import { act, nodeNamed } from "./act.ts";
import { policyOf, type ActingOptions, type PodName } from "./options.ts";

/** Runs `holdfast recover`; gives the exit code. */
export async function recover(pod: PodName, options: ActingOptions): Promise<number> {
  const { result, node, events, seconds } = await act(options, {
    node: (kube) => nodeOfPod(kube, pod, options),
    policy: (name, self) => policyOf(name, self, options),
    program: (memory, policy) => recoverPod(pod, memory, policy),
  });
  const report = assembleRecoverReport(pod, result, sweptIn(events), { toolVersion: version, node, seconds });
  process.stdout.write(options.output === "json" ? recoverJson(report) : recoverText(report, lookOf(options)));
  return result.is === "recovered" || result.is === "would-act" ? 0 : 1;
}

/** The node that is named; or that of the pod, where it is reached through another pod there. */
async function nodeOfPod(kube: KubeSource, pod: PodName, options: ActingOptions): Promise<string> {
  if (options.node !== undefined || options.image === undefined) return nodeNamed(options);
  const clock = { sequence: () => 0, now: () => new Date() };
  const told = await podsOfApi(kube, { ...clock, deadline: apiDeadline }).get(pod.namespace, pod.name);
  const name = `${pod.namespace}/${pod.name}`;
  if (!isKnown(told))
    throw new Failure(
      "RECOVER001",
      `on which node ${name} is could not be told: ${told.unknown.text}`,
      "Name it: --node NAME.",
    );
  const node = told.known.pod?.node ?? null;
  if (node !== null) return node;
  const what = told.known.pod === null ? `there is no pod ${name}` : `${name} is on no node yet`;
  throw new Failure("RECOVER002", what, "Name the stuck pod as kubectl get pods -A prints it.");
}

/** Milliseconds for one question to the API server. */
const apiDeadline = 15_000;

/** What was cleared, or was to be: the outcome of each target, under the name that its last intent has. */
function sweptIn(events: readonly SweepEvent[]): readonly Swept[] {
  return events.flatMap((event) => {
    if (event.event !== "outcome") return [];
    const { uid, outcome } = event;
    const intents = events.flatMap((each) => (each.event === "intent" && each.target.uid === uid ? [each.target] : []));
    return [{ target: intents.at(-1) ?? { uid, namespace: null, name: null }, outcome }];
  });
}
