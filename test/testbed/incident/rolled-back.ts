import { controlPlane } from "../bed.ts";
import { getJson, helm } from "../clients.ts";
import { setFault } from "../faults.ts";
import { until } from "../until.ts";
import { processesOfPod } from "../pod-processes.ts";
import { describePods, podsOf, type Pod } from "./pods.ts";
import type { Night, Stage } from "./stage.ts";

export const rolledBack = {
  name: "rolled-back",
  title: "runc can no longer kill on the control plane; helm rollback says success, and its pods hang in Terminating",
  play: async (night: Night) => {
    const { bed, charts } = night;
    await setFault(bed, controlPlane(bed), "kill", true);
    await helm(bed, ["rollback", charts.release, "1", `--namespace=${charts.namespace}`]);
    await seeRolledBack(night);
  },
} as const satisfies Stage;

async function seeRolledBack(night: Night): Promise<void> {
  const { bed, charts } = night;
  const status = await helm(bed, ["status", charts.release, `--namespace=${charts.namespace}`]);
  if (!/^STATUS: deployed$/m.test(status)) throw new Error(`helm does not call the release deployed:\n${status}`);
  await until("three pods on the control plane that are overdue and still run", async () => {
    const pods = await hanging(night);
    const overdue = pods.filter((pod) => pod.deletedAt !== null && pod.deletedAt < Date.now());
    const running = overdue.filter(({ uid }) => processesOfPod(uid).length > 0);
    return { done: running.length === 3, saw: describePods(pods) };
  });
  await until("the kubelet to say why", async () => {
    const list = await getJson(bed, [
      "events",
      `--namespace=${charts.namespace}`,
      "--field-selector=reason=FailedKillPod",
    ]);
    const text = JSON.stringify(list);
    return { done: text.includes("unable to signal init: permission denied"), saw: text.slice(0, 500) };
  });
}

/** The pods on the control plane that are being deleted: both controllers and the node plugin. */
export async function hanging({ bed, charts }: Night): Promise<Pod[]> {
  const all = [charts.controller, charts.nodePlugin].map((app) => podsOf(bed, charts, app));
  const here = (await Promise.all(all)).flat().filter(({ node }) => node === controlPlane(bed).name);
  return here.filter(({ deletedAt }) => deletedAt !== null);
}
