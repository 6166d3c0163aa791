import type { Server } from "node:http";
import { boundedServer, type ListenAddress } from "./http/bounded-server.ts";

export interface Health {
  /** Whether it goes on: nothing takes longer than it may. */
  readonly healthy: () => boolean;
  /** Whether a cycle has ended at all. */
  readonly ready: () => boolean;
}

/**
 * Answers the kubelet's probes: `/healthz` and `/readyz`. Not where the metrics are, which others read too: whoever keeps these busy
 * must not have an agent ended that is at work.
 */
export function serveProbes(at: ListenAddress, { healthy, ready }: Health): Promise<Server> {
  return boundedServer((request, response) => {
    const isWell = request.url === "/healthz" ? healthy() : request.url === "/readyz" ? ready() : null;
    if (request.method !== "GET") response.writeHead(405).end();
    else if (isWell === null) response.writeHead(404).end();
    else response.writeHead(isWell ? 200 : 503).end(isWell ? "ok\n" : "not yet, or not lately\n");
  }, at);
}
