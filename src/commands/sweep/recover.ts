import { assembleRecoverReport, type Swept } from "../../report/sweep/assemble.ts";
import { recoverJson } from "../../report/sweep/json.ts";
import { recoverText } from "../../report/sweep/recover-text.ts";
import type { SweepEvent } from "../../sweep/events.ts";
import { recover as recoverPod } from "../../sweep/recover.ts";
import { version } from "../../version.ts";
import { lookOf } from "../observe/print.ts";
import { actHere, nodeOf } from "./act.ts";
import { policyOf, type ActingOptions, type PodName } from "./options.ts";

/** Runs `holdfast recover`; gives the exit code. */
export async function recover(pod: PodName, options: ActingOptions): Promise<number> {
  const node = nodeOf(options);
  const policy = policyOf(node, null, options);
  const { result, events, seconds } = await actHere(options, policy, (memory) => recoverPod(pod, memory, policy));
  const report = assembleRecoverReport(pod, result, sweptIn(events), { toolVersion: version, node, seconds });
  process.stdout.write(options.output === "json" ? recoverJson(report) : recoverText(report, lookOf(options)));
  return result.is === "recovered" || result.is === "would-act" ? 0 : 1;
}

/** What was cleared, or was to be: the outcome of each target, under the name that its last intent has. */
function sweptIn(events: readonly SweepEvent[]): readonly Swept[] {
  return events.flatMap((event) => {
    if (event.event !== "outcome") return [];
    const { uid, outcome } = event;
    const intents = events.flatMap((each) => (each.event === "intent" && each.target.uid === uid ? [each.target] : []));
    return [{ target: intents.at(-1) ?? { uid, namespace: null, name: null }, outcome }];
  });
}
