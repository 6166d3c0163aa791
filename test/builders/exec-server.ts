import type { IncomingMessage, RequestListener } from "node:http";
import type { ServerOptions } from "node:https";
import { WebSocketServer, type WebSocket } from "ws";
import { httpServer, type HttpServer } from "./http-server.ts";

/** What is said over one WebSocket. */
export type Conversation = (socket: WebSocket, request: IncomingMessage) => unknown;

interface ExecServerOptions {
  /** The one it speaks. Default v5. */
  readonly protocol?: string;
  /** Answers what is no WebSocket. */
  readonly answer?: RequestListener;
  readonly tls?: ServerOptions;
}

/** A real server of WebSockets on loopback, which an API server is for `exec`. */
export async function execServer(
  talk: Conversation,
  { protocol = "v5.channel.k8s.io", answer = (_, response) => response.end(), tls }: ExecServerOptions = {},
): Promise<HttpServer> {
  const server = await httpServer(answer, tls);
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has(protocol) ? protocol : false),
  });
  server.server.on("upgrade", (request, duplex, head) => {
    server.seen.push(`${request.method} ${request.url} ${request.headers.authorization ?? "-"}`);
    server.headers.push(request.headers);
    sockets.handleUpgrade(request, duplex, head, (socket) => void talk(socket, request));
  });
  return {
    ...server,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Sends a message on one of the channels. */
export function say(socket: WebSocket, channel: number, message: string | Uint8Array): void {
  socket.send(Buffer.concat([Buffer.of(channel), Buffer.from(message)]));
}

/** Says how the program ended, as an API server does, and closes. */
export function end(socket: WebSocket, code: number): void {
  const failure = {
    status: "Failure",
    reason: "NonZeroExitCode",
    message: `command terminated with non-zero exit code: exit status ${code}`,
    details: { causes: [{ reason: "ExitCode", message: String(code) }] },
  };
  say(socket, 3, JSON.stringify({ metadata: {}, ...(code === 0 ? { status: "Success" } : failure) }));
  socket.close(1000);
}
