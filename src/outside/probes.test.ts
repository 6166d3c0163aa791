import { once } from "node:events";
import { get, type IncomingMessage, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { AgentMetrics } from "./metrics.ts";
import { serveProbes } from "./probes.ts";

const here = { address: "127.0.0.1", port: 0 };

test.each([
  ["/healthz", { healthy: true, ready: false }, 200],
  ["/healthz", { healthy: false, ready: true }, 503],
  ["/readyz", { healthy: false, ready: true }, 200],
  ["/readyz", { healthy: true, ready: false }, 503],
  ["/metrics", { healthy: true, ready: true }, 404],
])("%s of %j is %d", async (path, { healthy, ready }, status) => {
  const port = portOf(await serveProbes(here, { healthy: () => healthy, ready: () => ready }));
  expect((await asked(port, path)).statusCode).toBe(status);
});

const servers: readonly [string, () => Promise<Server>][] = [
  ["/healthz", () => serveProbes(here, { healthy: () => true, ready: () => true })],
  ["/metrics", () => new AgentMetrics().serve(here)],
];
const callers: readonly [string, string][] = [
  ["says nothing", ""],
  ["never ends its question", "GET /healthz HTTP/1.1\r\nhost: a\r\n"],
  ["asked and stays", "GET /nothing HTTP/1.1\r\nhost: a\r\n\r\n"],
];

test.each(servers.flatMap(([path, serve]) => callers.map(([caller, words]) => [path, caller, words, serve] as const)))(
  "%s is answered while each of a hundred others %s",
  async (path, _, words, serve) => {
    const port = portOf(await serve());
    for (let count = 0; count < 100; count++) await held(port, words);
    const response = await asked(port, path);
    expect([response.statusCode, response.headers.connection]).toEqual([200, "close"]);
  },
);

function portOf(server: Server): number {
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return z.object({ port: z.int() }).parse(server.address()).port;
}

/** A connection that is not let go of. */
async function held(port: number, words: string): Promise<void> {
  const socket: Socket = connect({ host: here.address, port });
  socket.on("error", () => {});
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  socket.write(words);
}

async function asked(port: number, path: string): Promise<IncomingMessage> {
  const request = get({ host: here.address, port, path, agent: false, timeout: 2000 });
  const [response] = z.tuple([z.custom<IncomingMessage>()]).parse(await once(request, "response"));
  response.resume();
  return response;
}
