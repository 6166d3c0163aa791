import { controlPlane } from "../bed.ts";
import { kubectl } from "../clients.ts";
import { until } from "../until.ts";
import { driversOn } from "./drivers.ts";
import { listenersOn } from "../listeners.ts";
import { processesOfPod } from "../pod-processes.ts";
import { describePods, logOf, podsOf, type Pod } from "./pods.ts";
import { hanging } from "./rolled-back.ts";
import { ports, type Night, type Stage } from "./stage.ts";

export const orphaned = {
  name: "orphaned",
  title: "the hanging pods are force-deleted: gone from the API, alive on the node, and they keep the ports",
  play: async (night: Night) => {
    const { bed, charts } = night;
    const left = await hanging(night);
    const names = left.map(({ name }) => name);
    const force = ["--force", "--grace-period=0", "--wait=false"];
    await kubectl(bed, ["delete", "pod", `--namespace=${charts.namespace}`, ...force, ...names]);
    await seeOrphaned(night, left);
  },
} as const satisfies Stage;

async function seeOrphaned({ bed, charts }: Night, left: readonly Pod[]): Promise<void> {
  const cp = controlPlane(bed);
  await until("their UIDs to be gone from the API, and their processes to live", async () => {
    const pods = [...(await podsOf(bed, charts, charts.controller)), ...(await podsOf(bed, charts, charts.nodePlugin))];
    const known = new Set(pods.map(({ uid }) => uid));
    const rows = left.map(({ name, uid }) => ({ name, known: known.has(uid), processes: processesOfPod(uid).length }));
    return { done: rows.every((row) => !row.known && row.processes > 0), saw: JSON.stringify(rows) };
  });
  await until(`an orphan to hold ${ports.nodeProbe}, and the new node plugin to fail on it`, async () => {
    const holder = listenersOn(bed, cp).find(({ port }) => port === ports.nodeProbe);
    const held = left.some(({ uid }) => uid === holder?.podUid);
    const pods = await podsOf(bed, charts, charts.nodePlugin);
    const plugin = pods.find(({ node, uid }) => node === cp.name && !left.some((each) => each.uid === uid));
    const log = plugin === undefined ? "" : await logOf(bed, charts, plugin, "liveness-probe");
    const fails = log.includes(`:${ports.nodeProbe}: bind: address already in use`);
    return { done: held && fails, saw: `holder ${JSON.stringify(holder)}; ${describePods(pods)}; log: ${log}` };
  });
  await until(`${charts.driver} to be gone from ${cp.name}`, async () => {
    const drivers = await driversOn(bed, cp);
    return { done: !drivers.includes(charts.driver), saw: `drivers: ${drivers.join(", ")}` };
  });
}
