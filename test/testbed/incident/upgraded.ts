import { controlPlane } from "../bed.ts";
import { helm, helmCommand, kubectl } from "../clients.ts";
import { tryRun } from "../run.ts";
import { stopping } from "../stopping.ts";
import { until } from "../until.ts";
import { describePods, logOf, podsOf, type Pod } from "./pods.ts";
import { ports, valuesAfter, type Night, type Stage } from "./stage.ts";

export const upgraded = {
  name: "upgraded",
  title: "the next version, with runOnControlPlane: both controllers on one node, fighting over a port",
  play: async (night: Night) => {
    const { bed, charts, say } = night;
    const { release, namespace } = charts;
    const options = [`--namespace=${namespace}`, "--values=-", "--wait", "--timeout=20s"];
    const { status } = await tryRun(helmCommand(bed, ["upgrade", release, charts.after, ...options]), {
      input: JSON.stringify(valuesAfter),
      signal: stopping,
    });
    say(status === 0 ? "helm upgrade says it succeeded" : "helm upgrade gave up at its time-out");
    await seeUpgraded(night);
  },
} as const satisfies Stage;

async function seeUpgraded(night: Night): Promise<void> {
  const { bed, charts } = night;
  const cp = controlPlane(bed).name;
  await until("both controllers on the control plane, one of them crash-looping", async () => {
    const pods = await podsOf(bed, charts, charts.controller);
    const together = pods.length === 2 && pods.every(({ node }) => node === cp);
    const backOffs = await Promise.all(pods.map((pod) => backsOff(night, pod)));
    return { done: together && backOffs.some(Boolean), saw: describePods(pods) };
  });
  await until(`a controller's log to say that ${ports.controllerProbe} is in use`, async () => {
    const logs = (await podsOf(bed, charts, charts.controller)).map((pod) => logOf(bed, charts, pod, "liveness-probe"));
    const text = (await Promise.all(logs)).join("");
    return { done: text.includes(`:${ports.controllerProbe}: bind: address already in use`), saw: text };
  });
  const manifest = await helm(bed, ["get", "manifest", charts.release, `--namespace=${charts.namespace}`]);
  await until("the node plugin of the new version, Ready on each node", async () => {
    const pods = await podsOf(bed, charts, charts.nodePlugin);
    const current = pods.filter(({ ready, images }) => ready && images.every((image) => manifest.includes(image)));
    return { done: current.length === bed.nodes.length, saw: describePods(pods) };
  });
}

/**
 * Whether the kubelet waits before it starts a container of a pod again. By its event: the state CrashLoopBackOff shows
 * only from the next sync on, and with nothing else to do the kubelet of 1.36 next syncs when the wait is over.
 */
async function backsOff({ bed, charts }: Night, pod: Pod): Promise<boolean> {
  const selector = `--field-selector=reason=BackOff,involvedObject.uid=${pod.uid}`;
  const events = await kubectl(bed, ["get", "events", `--namespace=${charts.namespace}`, selector, "--output=name"]);
  return !pod.ready && events !== "";
}
