import { join } from "node:path";
import { findSocket, socketPath, wellKnownSockets } from "./endpoint.ts";
import { Runtime } from "./runtime.ts";
import type { Asking } from "./runtime.ts";

export interface PlaceOptions {
  /** Milliseconds in which the other side has to speak HTTP/2; default 2000. */
  readonly connectDeadline?: number;
  /** Looked through where no socket is named; default {@link wellKnownSockets}. */
  readonly sockets?: readonly string[];
  /** Where the root file system that these are in is mounted. Default `/`. */
  readonly root?: string;
}

/** Where a runtime is: a socket, or the well-known one behind which something is, which is then the same for all that is asked. */
export class RuntimePlace {
  readonly #options: PlaceOptions;
  #socket: string | null;

  /** `socket` is a path or `unix://` and a path; `null`: it is looked for. */
  constructor(socket: string | null, options: PlaceOptions) {
    this.#socket = socket === null ? null : socketPath(socket);
    this.#options = options;
  }

  /** A connection of its own; `endpoint`: as the node itself names the socket. Throws NotTold. */
  async connect(
    asking: Pick<Asking, "callDeadline" | "signal">,
  ): Promise<{ readonly runtime: Runtime; readonly endpoint: string }> {
    const { connectDeadline = 2000, sockets = wellKnownSockets, root = "/" } = this.#options;
    const all = { ...asking, connectDeadline };
    const below = new Map(sockets.map((each) => [join(root, each), each]));
    const socket = (this.#socket ??= await findSocket([...below.keys()], all));
    return { runtime: await Runtime.connect({ ...all, socket }), endpoint: below.get(socket) ?? socket };
  }
}
