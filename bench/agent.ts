import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildPrograms } from "../test/testbed/build/programs.ts";
import { bedRecipes } from "../test/testbed/build/recipes.ts";
import type { Bed } from "../test/testbed/bed.ts";
import { kubectl } from "../test/testbed/clients.ts";
import { endBed } from "../test/testbed/down.ts";
import { busyboxImage } from "../test/testbed/images.ts";
import { sayOnStderr } from "../test/testbed/say.ts";
import { installAgent } from "../test/testbed/suite/agent-chart.ts";
import { loadReaderImage } from "../test/testbed/suite/reader-image.ts";
import { startBed } from "../test/testbed/up.ts";
import { memoryNow } from "./memory.ts";
import { cpuSeconds, processOf } from "./processes.ts";

export interface AgentLoad {
  /** On the node that is looked at, beside the agent's own. */
  readonly pods: number;
  /** That are looked at. */
  readonly cycles: number;
}

/** Seconds: short, so that many cycles are seen; what a cycle costs does not depend on it. */
const interval = 5;

/**
 * What the agent costs on a real node with so many pods: processor time a cycle, its children's included, and memory. Beside it the
 * node's kubelet in the same time.
 */
export async function agentTable(scratch: string, load: AgentLoad): Promise<string> {
  const programs = await buildPrograms(bedRecipes, sayOnStderr);
  const bed = await startBed(join(scratch, "bed"), { workers: 0, runtime: "containerd-2", programs }, sayOnStderr);
  try {
    await fill(bed, load.pods);
    await loadReaderImage(bed);
    await installAgent(bed, { testInterval: `${interval}s` });
    const agent = processOf("holdfast", "agent");
    const kubelet = processOf("kubelet", "--config");
    // What is only done once: loading, the first report.
    await sleep(3 * interval * 1000);
    const [before, kubeletBefore] = [cpuSeconds(agent), cpuSeconds(kubelet)];
    let peak = { anonymous: 0, files: 0, descriptors: 0 };
    for (const end = performance.now() + load.cycles * interval * 1000; performance.now() < end; await sleep(20)) {
      const now = memoryNow(agent);
      const descriptors = readdirSync(`/proc/${agent}/fd`).length;
      if (now.anonymous + now.files > peak.anonymous + peak.files) peak = { ...now, descriptors };
    }
    const cycle = (cpuSeconds(agent) - before) / load.cycles;
    const kubeletShare = (cpuSeconds(kubelet) - kubeletBefore) / (load.cycles * interval);
    return table(load, { cycle, kubeletShare, idle: memoryNow(agent), peak });
  } finally {
    await endBed(bed.directory);
  }
}

interface Seen {
  /** Seconds of processor a cycle. */
  readonly cycle: number;
  /** Of one core. */
  readonly kubeletShare: number;
  /** KiB. */
  readonly idle: { readonly anonymous: number; readonly files: number };
  readonly peak: { readonly anonymous: number; readonly files: number; readonly descriptors: number };
}

function table({ pods, cycles }: AgentLoad, { cycle, kubeletShare, idle, peak }: Seen): string {
  const mebibytes = ({ anonymous, files }: Seen["idle"]): string => `${((anonymous + files) / 1024).toFixed(0)} MiB`;
  const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
  return [
    `### The agent beside ${pods} pods, ${cycles} cycles`,
    "",
    "| | |",
    "| --- | --: |",
    `| processor time a cycle, children included | ${(cycle * 1000).toFixed(0)} ms |`,
    `| of one core at a cycle a minute | ${percent(cycle / 60)} |`,
    `| memory between cycles, file pages included | ${mebibytes(idle)} |`,
    `| at most, with its children | ${mebibytes(peak)} |`,
    `| open files | ${peak.descriptors} |`,
    `| the kubelet beside it, of one core | ${percent(kubeletShare)} |`,
    "",
  ].join("\n");
}

async function fill(bed: Bed, pods: number): Promise<void> {
  const labels = { app: "filler" };
  const container = { name: "main", image: busyboxImage, command: ["sleep", "1000000"] };
  const template = {
    metadata: { labels },
    spec: { terminationGracePeriodSeconds: 1, tolerations: [{ operator: "Exists" }], containers: [container] },
  };
  const spec = { replicas: pods, selector: { matchLabels: labels }, template };
  const deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "filler", namespace: "default" },
    spec,
  };
  await kubectl(bed, ["apply", "--filename=-"], { input: JSON.stringify(deployment) });
  await kubectl(bed, ["rollout", "status", "deployment/filler", "--timeout=600s"]);
}
