import { join } from "node:path";
import { helm } from "../clients.ts";
import { writeImages } from "../../../tools/oci/layout.ts";
import { standInImage } from "../images.ts";
import { loadImages } from "../nodes.ts";
import { until } from "../until.ts";
import { driversOn } from "./drivers.ts";
import { describePods, podsOf } from "./pods.ts";
import { valuesAfter, valuesBefore, type Night, type Stage } from "./stage.ts";

export const before = {
  name: "before",
  title: "the chart as it ran: two controllers on two nodes, the node plugin on all",
  play: async (night: Night) => {
    await loadStandIns(night);
    const { bed, charts } = night;
    const { release, namespace } = charts;
    const options = [`--namespace=${namespace}`, "--create-namespace", "--values=-"];
    await helm(bed, ["upgrade", "--install", release, charts.before, ...options], {
      input: JSON.stringify(valuesBefore),
    });
    await seeBefore(night);
  },
} as const satisfies Stage;

async function seeBefore({ bed, charts }: Night): Promise<void> {
  await until("two Ready controllers on two nodes", async () => {
    const pods = await podsOf(bed, charts, charts.controller);
    const nodes = new Set(pods.filter(({ ready }) => ready).map(({ node }) => node));
    return { done: pods.length === 2 && nodes.size === 2, saw: describePods(pods) };
  });
  await until("a Ready node plugin on each node", async () => {
    const pods = await podsOf(bed, charts, charts.nodePlugin);
    const ready = new Set(pods.filter((pod) => pod.ready).map(({ node }) => node));
    return { done: ready.size === bed.nodes.length, saw: describePods(pods) };
  });
  for (const node of bed.nodes) {
    await until(`${charts.driver} to be registered on ${node.name}`, async () => {
      const drivers = await driversOn(bed, node);
      return { done: drivers.includes(charts.driver), saw: `drivers: ${drivers.join(", ") || "none"}` };
    });
  }
}

/** Loads the stand-in into every node, under the names of all images that the two charts use. */
async function loadStandIns({ bed, charts, say }: Night): Promise<void> {
  const names = new Set<string>();
  for (const chart of [charts.before, charts.after]) {
    const manifests = await helm(bed, ["template", chart, "--values=-"], { input: JSON.stringify(valuesAfter) });
    for (const [, name = ""] of manifests.matchAll(/^\s*image: "?([^"\s]+)"?$/gm)) names.add(name);
  }
  say(`loading the stand-in under ${names.size} names`);
  const archive = join(bed.directory, "stand-ins.tar");
  writeImages(archive, [standInImage(bed.programs, [...names].toSorted())]);
  await Promise.all(bed.nodes.map((node) => loadImages(bed, node, archive)));
}
