import type { Server } from "node:http";
import { connectKube } from "../../outside/kube/connect.ts";
import { fileJournal, newRun } from "../../outside/journal/journal.ts";
import { AgentMetrics } from "../../outside/metrics.ts";
import { serveProbes } from "../../outside/probes.ts";
import { untilStopped } from "../../outside/node-reader/until-stopped.ts";
import { Failure } from "../failure.ts";
import { sweepEvent } from "../sweep/event-schema.ts";
import { jsonLog } from "./log.ts";
import { agentPod, type AgentOptions } from "./options.ts";
import { failureText } from "../../outside/files/read.ts";
import type { ListenAddress } from "../../outside/http/bounded-server.ts";
import { Watch } from "./watch.ts";

/** Runs `holdfast agent` until it is stopped; gives the exit code. */
export async function agent(options: AgentOptions): Promise<number> {
  const pod = agentPod(process.env);
  if (pod === null)
    throw new Failure(
      "AGENT001",
      "NODE_NAME, POD_NAMESPACE, POD_NAME and POD_UID are not all set",
      "Run it as the chart does (deploy/chart); on a node itself there is holdfast sweep.",
    );
  const connected = await connectKube({ from: "in-cluster", environment: process.env });
  if ("failure" in connected)
    throw new Failure(connected.failure.code, connected.failure.what, connected.failure.advice);
  const run = newRun();
  const now = (): Date => new Date();
  const journal = fileJournal({ folder: options.stateDir, name: "sweep", schema: sweepEvent, run, now });
  const metrics = new AgentMetrics();
  const watch = new Watch({ kube: connected.source, pod, options, journal, run, metrics, log: jsonLog(pod.node) });
  using served = await listening(options.metrics, (at) => metrics.serve(at));
  using probed = await listening(options.health, (at) => serveProbes(at, watch));
  void [served, probed];
  await untilStopped((signal) => watch.keep(signal));
  return 0;
}

/** `null`: it is not asked for. Throws a {@link Failure} where its port is another's. */
async function listening(
  at: ListenAddress | null,
  serve: (at: ListenAddress) => Promise<Server>,
): Promise<Disposable | null> {
  if (at === null) return null;
  try {
    return closing(await serve(at));
  } catch (cause) {
    throw new Failure(
      "AGENT002",
      `port ${at.port} of this node could not be listened on: ${failureText(cause)}`,
      `See who has it (holdfast ports ${at.port}), or choose another: agent.metricsPort, agent.healthPort.`,
      { cause },
    );
  }
}

function closing(server: { close(): unknown; closeAllConnections(): void }): Disposable {
  return {
    [Symbol.dispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
