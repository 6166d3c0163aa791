import type { IncomingMessage } from "node:http";
import { WebSocket } from "ws";
import { ExchangeFailure } from "./exchange.ts";
import type { ExchangeRequest } from "./exchange.ts";

export interface WebSocketRequest extends Pick<ExchangeRequest, "url" | "headers" | "connection"> {
  /** In the order of preference. */
  readonly protocols: readonly string[];
}

/** Most bytes of a message; an API server sends 32 KiB at once. */
const longestMessage = 16 * 1024 * 1024;

/**
 * A WebSocket that is open and paused, or the answer of a server that does not open one. Reached and secured as any other
 * request. Throws what node:http throws, and {@link ExchangeFailure} where the answer is not what was asked for.
 */
export function openWebSocket(
  { url, headers, connection = {}, protocols }: WebSocketRequest,
  signal: AbortSignal,
): Promise<WebSocket | IncomingMessage> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const options = { headers, ...connection, perMessageDeflate: false, maxPayload: longestMessage };
    const socket = new WebSocket(url, [...protocols], options);
    const giveUp = (): void => {
      reject(signal.reason);
      socket.terminate();
    };
    signal.addEventListener("abort", giveUp, { once: true });
    socket.on("error", (error) => reject(isOfHandshake(error) ? odd(error) : error));
    socket.once("unexpected-response", (_, response) => resolve(response));
    socket.once("open", () => {
      // What comes before somebody listens would be lost.
      socket.pause();
      signal.removeEventListener("abort", giveUp);
      resolve(socket);
    });
  });
}

/** Errors of the system and of TLS have a code; what speaks against the answer has none. */
function isOfHandshake(error: Error): boolean {
  return !("code" in error);
}

function odd(cause: Error): ExchangeFailure {
  return new ExchangeFailure("the answer opens no WebSocket of a protocol that was asked for", { way: "odd", cause });
}
