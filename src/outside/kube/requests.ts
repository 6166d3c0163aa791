import type { KubeReason } from "../../model/kube-source.ts";
import { version } from "../../version.ts";
import { exchange, ExchangeFailure, failureOf, openResponse, readBody } from "../http/exchange.ts";
import type { ExchangeRequest, ExchangeResponse } from "../http/exchange.ts";
import { waitBefore } from "../http/retry.ts";
import type { Waiting } from "../waiting.ts";
import { IncomingMessage } from "node:http";
import type { WebSocket } from "ws";
import { CredentialsFailure } from "./connection.ts";
import type { Connection, Credentials } from "./connection.ts";
import { refusal, statusOf, unanswered } from "./refusal.ts";
import type { Permission, Status } from "./refusal.ts";

export interface RequestLimits {
  /** Milliseconds for one try, its body too. Default 30,000. */
  readonly tryFor: number;
  /** Milliseconds for one request with all its tries and the waits between them. Default 90,000. */
  readonly deadline: number;
  /** Tries in all. Default 6. */
  readonly tries: number;
  /** Most bytes of an answer, compressed and not. Default 64 MiB. */
  readonly bytes: number;
}

/** How long is waited between two tries, and by which clock. */
export interface RetryWaiting extends Waiting {
  /** From 0 to 1. */
  readonly random: () => number;
}

export interface Ask {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Below the server's own path: `/api/v1/pods`. */
  readonly path: string;
  /** A list: the name once for each. */
  readonly query?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly accept?: string;
  /** Sent as JSON. */
  readonly content?: unknown;
  /** Whether the same request twice does what it does once. Default true. */
  readonly repeatable?: boolean;
  readonly needs: Permission;
  readonly signal?: AbortSignal | undefined;
}

export type Reply<T> =
  /** `date`: the header of that name, by the clock of whoever answered. */
  | { readonly answer: T; readonly date?: string | undefined }
  /** `status` explains it, where the API server did. */
  | { readonly reason: KubeReason; readonly status: Status | null };

/** Asks one API server: with credentials, again where that may help, and never further than where it was told to go. */
export class Requests {
  readonly #connection: Connection;
  readonly #limits: RequestLimits;
  readonly #waiting: RetryWaiting;

  constructor(connection: Connection, limits: RequestLimits, waiting: RetryWaiting) {
    this.#connection = connection;
    this.#limits = limits;
    this.#waiting = waiting;
  }

  /** The whole text of a successful answer. */
  async send(ask: Ask): Promise<Reply<string>> {
    return this.#persist(ask, async (credentials) => {
      const { tryFor: deadline, bytes: limit } = this.#limits;
      const response = await exchange({ ...this.#prepared(ask, credentials), deadline, limit });
      const { status, headers, body } = response;
      return isSuccess(status) ? { answer: textOf(body), date: headers["date"] } : response;
    });
  }

  /** A successful answer whose body is still coming. */
  async open(ask: Ask, signal: AbortSignal): Promise<Reply<IncomingMessage>> {
    return this.#persist({ ...ask, signal }, async (credentials) => {
      const late = AbortSignal.timeout(this.#limits.tryFor);
      const prepared = this.#prepared(ask, credentials);
      const plain = { ...prepared, headers: { ...prepared.headers, "accept-encoding": "identity" } };
      const response = await inTime((either) => openResponse(plain, either), signal, late);
      return isSuccess(response.statusCode ?? 0) ? { answer: response } : explanation(response, late);
    });
  }

  /** A WebSocket that speaks one of the protocols. It is paused, and is the caller's to end. */
  async upgrade(ask: Ask, protocols: readonly string[], signal: AbortSignal): Promise<Reply<WebSocket>> {
    const { openWebSocket } = await import("../http/web-socket.ts");
    return this.#persist({ ...ask, signal }, async (credentials) => {
      const late = AbortSignal.timeout(this.#limits.tryFor);
      const prepared = { ...this.#prepared(ask, credentials), protocols };
      const opened = await inTime((either) => openWebSocket(prepared, either), signal, late);
      return opened instanceof IncomingMessage ? explanation(opened, late) : { answer: opened };
    });
  }

  #prepared(ask: Ask, { headers, connection }: Credentials): Omit<ExchangeRequest, "deadline" | "limit"> {
    const { method, accept = "application/json", content, signal } = ask;
    return {
      url: this.#url(ask),
      method,
      headers: {
        accept,
        "user-agent": `holdfast/${version}`,
        ...(content === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(content === undefined ? {} : { content: JSON.stringify(content) }),
      connection,
      ...(signal === undefined ? {} : { signal }),
    };
  }

  #url({ path, query = {} }: Ask): URL {
    const url = new URL(this.#connection.server);
    url.pathname = `${url.pathname.replace(/\/$/, "")}${path}`;
    for (const [name, value = []] of Object.entries(query)) {
      for (const each of typeof value === "string" ? [value] : value) url.searchParams.append(name, each);
    }
    return url;
  }

  async #persist<T>(
    ask: Ask,
    attempt: (credentials: Credentials) => Promise<{ answer: T } | ExchangeResponse>,
  ): Promise<Reply<T>> {
    const { now, random, sleep } = this.#waiting;
    const end = now() + this.#limits.deadline;
    let used: Credentials | null = null;
    let refused: Credentials | null = null;
    for (let tried = 1; ; tried++) {
      const outcome = await this.#outcome(ask, async () => {
        used = await this.#connection.credentials(refused, ask.signal);
        return attempt(used);
      });
      if ("answer" in outcome) return outcome;
      const { reply, again, retryAfter } = outcome;
      // Credentials may have been rotated since they were read: once, that is worth another try, at once.
      if (reply.reason.status === 401 && refused === null) {
        refused = used;
        continue;
      }
      const wait = waitBefore(tried, retryAfter, { now: now(), random: random(), longest: Number.POSITIVE_INFINITY });
      if (!again || tried >= this.#limits.tries || now() + wait > end) return triedSo(reply, tried);
      await sleep(wait, ask.signal);
      if (ask.signal?.aborted === true) return triedSo(reply, tried);
    }
  }

  async #outcome<T>(
    { needs, repeatable = true, signal }: Ask,
    attempt: () => Promise<{ answer: T } | ExchangeResponse>,
  ): Promise<{ answer: T } | Outcome> {
    try {
      const response = await attempt();
      if ("answer" in response) return response;
      const { status, headers } = response;
      // 429 says that nothing was done; another failure of the server does not.
      const again = status === 429 || (status >= 500 && repeatable);
      const reply = { reason: refusal(response, needs), status: statusOf(response) };
      return { reply, again, retryAfter: headers["retry-after"] };
    } catch (error) {
      const failure =
        error instanceof ExchangeFailure || error instanceof CredentialsFailure ? error : failureOf(error);
      const again = failure instanceof ExchangeFailure && failure.again && repeatable && signal?.aborted !== true;
      return {
        reply: { reason: unanswered(failure, signal?.aborted === true), status: null },
        again,
        retryAfter: undefined,
      };
    }
  }
}

interface Outcome {
  readonly reply: { readonly reason: KubeReason; readonly status: Status | null };
  readonly again: boolean;
  readonly retryAfter: string | undefined;
}

function triedSo({ reason, status }: Outcome["reply"], tried: number): Outcome["reply"] {
  return { reason: tried === 1 ? reason : { ...reason, text: `${reason.text}, ${tried} times` }, status };
}

/** The answer of who does not give what was asked for. */
async function explanation(response: IncomingMessage, late: AbortSignal): Promise<ExchangeResponse> {
  const { statusCode: status = 0, headers } = response;
  try {
    return { status, headers, body: await readBody(response, { method: "GET", limit: 1024 * 1024 }, late) };
  } finally {
    response.destroy();
  }
}

/** Only the beginning of the answer has to come in time; `signal` gives up the rest as well. */
async function inTime<T>(
  open: (either: AbortSignal) => Promise<T>,
  signal: AbortSignal,
  late: AbortSignal,
): Promise<T> {
  const started = new AbortController();
  const giveUp = (): void => started.abort();
  late.addEventListener("abort", giveUp);
  signal.addEventListener("abort", giveUp);
  try {
    return await open(started.signal);
  } catch (error) {
    if (late.aborted) throw new ExchangeFailure("no answer began in time", { way: "late", cause: error });
    throw error;
  } finally {
    late.removeEventListener("abort", giveUp);
  }
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function textOf(body: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw new ExchangeFailure("the answer is not valid UTF-8", { way: "odd" });
  }
}
