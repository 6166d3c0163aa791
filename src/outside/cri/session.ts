import { connect as connectHttp2, constants } from "node:http2";
import type { ClientHttp2Session, ClientHttp2Stream, OutgoingHttpHeaders } from "node:http2";
import { connect as connectSocket } from "node:net";
import { asRoot, cut, givenUp, nameTheSocket, NotTold } from "./not-told.ts";

/** What gRPC over a unix socket says it talks to; grpc-go refuses a path there. */
export const authority = "http://localhost";

/**
 * One HTTP/2 connection over a unix socket, for one reading. It is never opened again: answers from before and after a
 * restart of the runtime would be two readings.
 */
export class Session {
  readonly authority = authority;
  readonly #session: ClientHttp2Session;

  private constructor(session: ClientHttp2Session) {
    this.#session = session;
  }

  /**
   * Waits until the other side has sent its HTTP/2 settings: a socket can accept and stay silent.
   * Throws {@link NotTold}. `deadline` is in milliseconds.
   */
  static async open(socket: string, { deadline, signal }: { deadline: number; signal: AbortSignal }): Promise<Session> {
    const late = AbortSignal.timeout(deadline);
    try {
      return new Session(await spoken(socket, AbortSignal.any([signal, late])));
    } catch (error) {
      if (signal.aborted) throw givenUp(socket, signal);
      throw late.aborted ? silent(socket, deadline) : notConnected(socket, error);
    }
  }

  /** The connection is gone, or the other side has said that it goes. */
  get ended(): boolean {
    return this.#session.closed || this.#session.destroyed;
  }

  /** Called by the transport for each call. */
  async request(method: string, path: string, headers: OutgoingHttpHeaders): Promise<ClientHttp2Stream> {
    return this.#session.request({ ...headers, ":method": method, ":path": path });
  }

  /** Called by the transport; of use only to keep idle connections, and this one is never idle for long. */
  notifyResponseByteRead(): void {}

  close(): void {
    this.#session.destroy(undefined, constants.NGHTTP2_NO_ERROR);
  }
}

/** Node's 64 KiB would make a list of 16 MiB wait for 256 answers of ours. */
const window = 4 * 1024 * 1024;

function spoken(socket: string, signal: AbortSignal): Promise<ClientHttp2Session> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const session = connectHttp2(authority, {
      createConnection: () => connectSocket({ path: socket }),
      settings: { enablePush: false, initialWindowSize: window },
    });
    const giveUp = (): void => {
      session.destroy();
      reject(new Error("given up"));
    };
    signal.addEventListener("abort", giveUp, { once: true });
    // Later errors too: each question hears of them by its own stream.
    session.on("error", reject);
    session.once("close", () => reject(Object.assign(new Error(), { code: closedAtOnce })));
    session.once("remoteSettings", () => {
      // It is told of settings a tick after they came: by then it may have been given up.
      if (session.destroyed) return;
      signal.removeEventListener("abort", giveUp);
      session.setLocalWindowSize(window);
      resolve(session);
    });
  });
}

const closedAtOnce = "closed";

function silent(socket: string, deadline: number): NotTold {
  const text = `what listens on ${socket} takes connections and says nothing within ${deadline / 1000} s`;
  return new NotTold("timed-out", text, { supply: "see whether the runtime hangs, or is stopped" });
}

function notConnected(socket: string, error: unknown): NotTold {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return new NotTold("not-reached", `there is no socket ${socket}`, { supply: nameTheSocket, noRuntime: true });
    case "ECONNREFUSED":
      return new NotTold("not-reached", `nothing listens on ${socket}`, { supply: "start the runtime" });
    case "EACCES":
    case "EPERM":
      return new NotTold("not-permitted", `this user may not open ${socket}`, { supply: asRoot });
    case "EINVAL":
      return new NotTold("not-reached", `${socket} cannot be the path of a socket`, { supply: nameTheSocket });
    case "ERR_HTTP2_ERROR":
      return new NotTold("not-understood", `what listens on ${socket} does not speak HTTP/2`, {
        supply: nameTheSocket,
      });
    case closedAtOnce:
    case "ECONNRESET":
    case "EPIPE":
      return new NotTold("not-reached", `what listens on ${socket} closes every connection`, { supply: "see its log" });
    default: {
      const text = `${socket} could not be opened: ${error instanceof Error ? cut(error.message) : "no reason given"}`;
      return new NotTold("not-reached", text, { supply: nameTheSocket });
    }
  }
}
