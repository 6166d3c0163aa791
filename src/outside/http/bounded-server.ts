import { createServer, type RequestListener, type Server } from "node:http";
import type { Socket } from "node:net";

export interface ListenAddress {
  /** `null`: all that there are; Node listens on those of IPv6 too where there are any. */
  readonly address: string | null;
  readonly port: number;
}

/** Connections at a time. */
const mostConnections = 16;

/**
 * A server whose answers are short, for callers that nobody knows: one request a connection, and a few seconds for it. A caller that
 * comes while all connections are taken gets that of the one that has had it longest, so that nobody keeps others out by holding
 * connections: not to answer who comes is how a probe would take a living process for a dead one.
 */
export function boundedServer(answer: RequestListener, { address, port }: ListenAddress): Promise<Server> {
  // Node looks for those that are late every 30 s, whatever the deadlines are [node v24, doc/api/http.md].
  const server = createServer({ connectionsCheckingInterval: 1000 }, answer);
  server.headersTimeout = 5000;
  server.requestTimeout = 5000;
  server.maxRequestsPerSocket = 1;
  // Of a caller that does not read its answer.
  server.timeout = 10_000;
  const open = new Set<Socket>();
  server.on("connection", (socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    const [oldest] = open;
    if (open.size > mostConnections) oldest?.destroy();
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, ...(address === null ? {} : { host: address }) }, () => resolve(server));
  });
}
