import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseAllDocuments } from "yaml";
import * as z from "zod";
import { publishReport } from "../src/commands/agent/publish.ts";
import { podsOfApi } from "../src/commands/observe/pods-of-api.ts";
import { pods } from "../src/model/kube-kinds.ts";
import type { KubeSource } from "../src/model/kube-source.ts";
import { isKnown, type Told } from "../src/model/told.ts";
import { connectKube } from "../src/outside/kube/connect.ts";
import { kubeApiserver } from "../test/builders/kube-apiserver.ts";
import { checkout } from "../test/testbed/checkout.ts";
import { fill, kubeconfigOf, type ClusterSize } from "./cluster.ts";
import { cpuSeconds, processOf } from "./processes.ts";

/** Seconds for which each part is measured: each agent has one cycle in it. */
const cycle = 60;
/** Of the agents, one in so many writes its report in a cycle: where nothing changes it does so every ten minutes. */
const writesEvery = 10;

/**
 * What agents on all nodes cost the API server: its processor, and how long others wait for one pod by name meanwhile. The agents'
 * own questions are asked by their own code: a list of a node's pods a cycle, and a report every ten minutes.
 */
export async function agentsTable(scratch: string, size: ClusterSize): Promise<string> {
  await using apiserver = await kubeApiserver({});
  await fill(apiserver, size);
  const kubeconfig = join(scratch, "kubeconfig");
  writeFileSync(kubeconfig, kubeconfigOf(apiserver));
  const connected = await connectKube({ kubeconfig, environment: {} });
  if ("failure" in connected) throw new Error(connected.failure.what);
  const kube = connected.source;
  await defineReports(kube);
  const pid = processOf("kube-apiserver", apiserver.folder);
  await sleep(15_000);
  const measure = async (agents: number): Promise<Part> => {
    const before = cpuSeconds(pid);
    const lists: number[] = [];
    const probing = probes(kube);
    await Promise.all(Array.from({ length: agents }, (_, index) => oneCycle(kube, index, agents, lists)));
    if (agents === 0) await sleep(cycle * 1000);
    return { share: (cpuSeconds(pid) - before) / cycle, probes: await probing, lists };
  };
  const without = await measure(0);
  const withAgents = await measure(size.nodes);
  return table(size, { without, withAgents });
}

interface Part {
  /** Of one core. */
  readonly share: number;
  /** Milliseconds. */
  readonly probes: readonly number[];
  readonly lists: readonly number[];
}

async function oneCycle(kube: KubeSource, index: number, agents: number, lists: number[]): Promise<void> {
  await sleep((index / agents) * cycle * 1000);
  let readings = 0;
  const source = podsOfApi(kube, { sequence: () => (readings += 1), now: () => new Date(), deadline: 15_000 });
  const began = performance.now();
  orThrow(await source.list(`node-${index}`));
  lists.push(performance.now() - began);
  if (index % writesEvery !== 0) return;
  const counts = { leftovers: 0, candidates: 0, protected: 0, unknown: 0 };
  const status = {
    node: `node-${index}`,
    at: new Date().toISOString(),
    told: true,
    mode: "report",
    counts,
    premises: [],
    leftovers: [],
  };
  orThrow(await publishReport(kube, `node-${index}`, status, AbortSignal.timeout(15_000)));
}

/** How long one pod by name takes, ten times a second. */
async function probes(kube: KubeSource): Promise<number[]> {
  const times: number[] = [];
  for (const end = performance.now() + cycle * 1000; performance.now() < end; await sleep(100)) {
    const began = performance.now();
    orThrow(await kube.get(pods, { namespace: "bench", name: "pod-1" }, { signal: AbortSignal.timeout(15_000) }));
    times.push(performance.now() - began);
  }
  return times;
}

async function defineReports(kube: KubeSource): Promise<void> {
  const crds = {
    group: "apiextensions.k8s.io",
    version: "v1",
    resource: "customresourcedefinitions",
    kind: "CustomResourceDefinition",
    namespaced: false,
  };
  const text = readFileSync(join(checkout, "deploy/chart/crds/nodereports.yaml"), "utf8");
  for (const document of parseAllDocuments(text))
    orThrow(await kube.create(crds, null, z.looseObject({}).parse(document.toJS())));
}

function orThrow(told: Told<unknown>): void {
  if (!isKnown(told)) throw new Error(told.unknown.text);
}

function table(
  { nodes, pods: count }: ClusterSize,
  { without, withAgents }: Record<"without" | "withAgents", Part>,
): string {
  const percent = ({ share }: Part): string => `${(share * 100).toFixed(1)} %`;
  const times = (all: readonly number[]): string => `${quantile(all, 0.5)}, ${quantile(all, 0.99)}`;
  return [
    `### ${nodes} agents, ${count} pods, a cycle a minute`,
    "",
    "| | without | with the agents |",
    "| --- | --: | --: |",
    `| the API server, of one core | ${percent(without)} | ${percent(withAgents)} |`,
    `| one pod by name, ms (median, 99 %) | ${times(without.probes)} | ${times(withAgents.probes)} |`,
    `| an agent's list, ms (median, 99 %) | | ${times(withAgents.lists)} |`,
    `| requests a second | | ${((withAgents.lists.length * (1 + 3 / writesEvery)) / cycle).toFixed(1)} |`,
    "",
  ].join("\n");
}

function quantile(all: readonly number[], at: number): string {
  const sorted = all.toSorted((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * at))] ?? Number.NaN).toFixed(1);
}
