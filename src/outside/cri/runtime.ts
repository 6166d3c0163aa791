import { Code, ConnectError, createClient } from "@connectrpc/connect";
import type { CallOptions, Client, Transport } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { RuntimeService as RuntimeServiceV1Alpha2 } from "./generated/cri-v1alpha2_pb.ts";
import { RuntimeService } from "./generated/cri_pb.ts";
import type { PodSandboxStatusResponse } from "./generated/cri_pb.ts";
import { Tasks } from "./generated/tasks_pb.ts";
import type { Process } from "./generated/tasks_pb.ts";
import { cut, nameTheSocket, NotTold, statusOf, whyNotAnswered } from "./not-told.ts";
import { authority, Session } from "./session.ts";

/** How a socket is asked. Deadlines are in milliseconds. */
export interface Asking {
  readonly socket: string;
  readonly connectDeadline: number;
  /** Of each call. */
  readonly callDeadline: number;
  readonly signal: AbortSignal;
}

/** A runtime that serves CRI v1, over one connection. Everything throws {@link NotTold}. */
export class Runtime implements Disposable {
  readonly #asking: Asking;
  readonly #session: Session;
  readonly #transport: Transport;

  private constructor(asking: Asking, session: Session) {
    this.#asking = asking;
    this.#session = session;
    this.#transport = createGrpcTransport({
      baseUrl: authority,
      sessionManager: session,
      acceptCompression: [],
      readMaxBytes: 32 * 1024 * 1024,
      defaultTimeoutMs: asking.callDeadline,
      binaryOptions: { readUnknownFields: false },
    });
  }

  static async connect(asking: Asking): Promise<Runtime> {
    const { socket, connectDeadline: deadline, signal } = asking;
    return new Runtime(asking, await Session.open(socket, { deadline, signal }));
  }

  async version(): Promise<{ readonly name: string; readonly version: string }> {
    const { runtimeName: name, runtimeVersion: version } = await this.ask("Version", async (client, options) => {
      try {
        return await client.version({}, options);
      } catch (error) {
        throw statusOf(error) === Code.Unimplemented ? await this.#withoutV1() : error;
      }
    });
    return { name, version };
  }

  /** containerd's tasks of Kubernetes: the sandboxes and containers whose shims answer. */
  async tasks(): Promise<readonly Process[]> {
    const { signal } = this.#asking;
    return this.ask("Tasks.List", async () => {
      const headers = { "containerd-namespace": "k8s.io" };
      try {
        const { tasks } = await createClient(Tasks, this.#transport).list({}, { signal, headers });
        return tasks;
      } catch (error) {
        if (statusOf(error) !== Code.Unimplemented) throw error;
        const text = `the runtime at ${this.#asking.socket} has no list of tasks: only containerd has one`;
        throw new NotTold("not-reached", text, { supply: "nothing is to be done: processes are told by the kernel" });
      }
    });
  }

  async status(id: string): Promise<PodSandboxStatusResponse> {
    return this.ask("PodSandboxStatus", (client, options) =>
      client.podSandboxStatus({ podSandboxId: id, verbose: true }, options),
    );
  }

  /** Runs calls of CRI; `what` names them where they fail. */
  async ask<T>(
    what: string,
    call: (client: Client<typeof RuntimeService>, options: { signal: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    const { socket, callDeadline: deadline, signal } = this.#asking;
    try {
      return await call(createClient(RuntimeService, this.#transport), { signal });
    } catch (error) {
      throw whyNotAnswered(error, { what, socket, session: this.#session, deadline, signal });
    }
  }

  /**
   * Runs a call that changes something. `deadline` is in milliseconds; `null`: none but the caller's own. Gives what the
   * runtime said instead of doing it, or `null`: it said that it is done. Where it said nothing, {@link NotTold}.
   */
  async tell(
    what: string,
    deadline: number | null,
    call: (client: Client<typeof RuntimeService>, options: CallOptions) => Promise<unknown>,
  ): Promise<string | null> {
    const { socket, signal } = this.#asking;
    try {
      // 0 is how the transport is told that there is no deadline.
      await call(createClient(RuntimeService, this.#transport), { signal, timeoutMs: deadline ?? 0 });
      return null;
    } catch (error) {
      const code = statusOf(error);
      if (code !== null) return ConnectError.from(error).rawMessage || `the error ${Code[code]}, without a word on it`;
      throw whyNotAnswered(error, { what, socket, session: this.#session, deadline: deadline ?? 0, signal });
    }
  }

  [Symbol.dispose](): void {
    this.#session.close();
  }

  /** What to say of a socket that does not know runtime.v1: too old, or a containerd whose CRI is switched off. */
  async #withoutV1(): Promise<unknown> {
    const { signal, socket } = this.#asking;
    try {
      const old = await createClient(RuntimeServiceV1Alpha2, this.#transport).version({}, { signal });
      const who = `${cut(old.runtimeName)} ${cut(old.runtimeVersion)}`;
      const text = `${who} at ${socket} is too old: it serves CRI v1alpha2 and not v1`;
      return new NotTold("not-understood", text, { supply: "containerd serves v1 from 1.6 on" });
    } catch (error) {
      if (statusOf(error) !== Code.Unimplemented) return error;
      const text = `what listens on ${socket} speaks gRPC and serves no CRI: a containerd with its CRI plugin disabled?`;
      return new NotTold("not-understood", text, { supply: nameTheSocket, noRuntime: true });
    }
  }
}
