import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { controlPlane, describeBed, settingsOf, type Bed, type BedSettings, type Node } from "./bed.ts";
import { getJson, kubectl, waitForServiceAccount } from "./clients.ts";
import { startControlPlane } from "./control-plane.ts";
import { endBed } from "./down.ts";
import { writeImages } from "../../tools/oci/layout.ts";
import { baseImages } from "./images.ts";
import { makeNetworks } from "./network.ts";
import { controlOf, loadImages, makeNode, waitForRuntime } from "./nodes.ts";
import { readyNodes } from "./cluster-objects.ts";
import type { Say } from "./say.ts";
import { stopping } from "./stopping.ts";
import { until, type Look } from "./until.ts";

/**
 * Starts a bed in a folder that does not exist yet, and waits until its nodes are Ready. Where that fails, or this
 * process is asked to end, everything is undone before it throws.
 */
export async function startBed(directory: string, settings: BedSettings, say: Say): Promise<Bed> {
  const bed = describeBed(directory, settings);
  mkdirSync(dirname(bed.directory), { recursive: true });
  try {
    mkdirSync(bed.directory, { mode: 0o755 });
  } catch (error) {
    throw new Error(`${bed.directory} is there already: end that bed with \`down\` first`, { cause: error });
  }
  try {
    writeFileSync(settingsOf(bed.directory), JSON.stringify(settings));
    for (const [what, step] of steps(bed)) {
      stopping.throwIfAborted();
      say(what);
      await step();
    }
    stopping.throwIfAborted();
  } catch (error) {
    say("undoing what was started");
    await endBed(bed.directory);
    throw error;
  }
  return bed;
}

function steps(bed: Bed): [what: string, step: () => Promise<unknown>][] {
  const count = `${bed.nodes.length} node${bed.nodes.length === 1 ? "" : "s"}`;
  return [
    [`networks for ${count}`, () => makeNetworks(bed)],
    ["control plane: etcd, apiserver, controller manager, scheduler", () => startControlPlane(bed)],
    [`${count} with ${bed.runtime}`, () => startNodes(bed)],
    ["images", () => provideImages(bed)],
    ["waiting until all nodes are Ready", () => waitForNodes(bed)],
  ];
}

async function startNodes(bed: Bed): Promise<void> {
  for (const node of bed.nodes) await makeNode(bed, node);
}

async function provideImages(bed: Bed): Promise<void> {
  const archive = join(bed.directory, "base-images.tar");
  writeImages(archive, baseImages(bed.programs));
  await Promise.all(
    bed.nodes.map(async (node) => {
      await waitForRuntime(bed, node);
      await loadImages(bed, node, archive);
    }),
  );
}

async function waitForNodes(bed: Bed): Promise<void> {
  const look = async (): Promise<Look> => {
    const ready = readyNodes(await getJson(bed, ["nodes"]));
    const others = bed.nodes.filter(({ name }) => !ready.includes(name));
    const saw = async (): Promise<string> => {
      const logs = await Promise.all(others.map(async (node) => `${node.name}: ${await lastWords(bed, node)}`));
      return [`Ready: ${ready.join(", ") || "none"}`, ...logs].join("\n");
    };
    return { done: others.length === 0, saw };
  };
  const deadline = Math.max(...bed.nodes.map((node) => controlOf(bed, node).patience));
  await until("all nodes to be Ready", look, { deadline });
  await waitForServiceAccount(bed, "default");
  // A kubelet may not give itself this label.
  await kubectl(bed, ["label", "node", controlPlane(bed).name, "node-role.kubernetes.io/control-plane="]);
}

/** The end of what a node's kubelet printed. */
function lastWords(bed: Bed, node: Node): Promise<string> {
  return controlOf(bed, node).serviceLog("kubelet").catch(String);
}
