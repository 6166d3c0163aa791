import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { request as plainRequest } from "node:http";
import type { RequestOptions } from "node:https";
import { request as secureRequest } from "node:https";
import { finished, pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";

export interface ExchangeRequest {
  readonly url: URL;
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  readonly headers: OutgoingHttpHeaders;
  readonly content?: string;
  /** Most bytes of the body, compressed and not. */
  readonly limit: number;
  /** Milliseconds for all of it, the body too. */
  readonly deadline: number;
  /** Gives the exchange up before its deadline. */
  readonly signal?: AbortSignal;
  /** How the server is reached: agent, TLS, addresses that were looked up before. */
  readonly connection?: Pick<
    RequestOptions,
    | "agent"
    | "auth"
    | "ca"
    | "cert"
    | "checkServerIdentity"
    | "createConnection"
    | "key"
    | "lookup"
    | "rejectUnauthorized"
    | "servername"
  >;
}

export interface ExchangeResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Decompressed and whole. */
  readonly body: Buffer;
}

/** `unreached`: no server answered. `late`: not in time. `cut`: not to its end. `odd`: with what is not understood. */
type Way = "unreached" | "late" | "cut" | "odd";

/** Why an exchange gave no whole response. `text` is a plain clause; `again`: the same request may succeed. */
export class ExchangeFailure extends Error {
  readonly way: Way;
  readonly again: boolean;
  /** The server was not reached in time, or not at all. */
  readonly silent: boolean;
  constructor(
    text: string,
    {
      way = "unreached",
      again = false,
      silent = false,
      cause,
    }: { way?: Way; again?: boolean; silent?: boolean; cause?: unknown } = {},
  ) {
    super(text, { cause });
    this.way = way;
    this.again = again;
    this.silent = silent;
  }
}

/**
 * One request, without redirects and retries. Built on node:http, not on fetch: fetch takes a gzip stream
 * that was cut off for a whole one. Throws {@link ExchangeFailure}.
 */
export async function exchange(asked: ExchangeRequest): Promise<ExchangeResponse> {
  let isLate = false;
  // Not AbortSignal.any: what listens to that is kept, with the answer, for as long as the caller's signal lives.
  const stop = new AbortController();
  const pass = (): void => stop.abort(asked.signal?.reason);
  if (asked.signal?.aborted === true) pass();
  asked.signal?.addEventListener("abort", pass, { once: true });
  const timer = setTimeout(() => {
    isLate = true;
    stop.abort();
  }, asked.deadline);
  const { signal } = stop;
  try {
    const response = await openResponse(asked, signal);
    try {
      return {
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: await readBody(response, asked, signal),
      };
    } finally {
      response.destroy();
    }
  } catch (error) {
    if (isLate) {
      throw new ExchangeFailure(`no whole answer within ${asked.deadline / 1000} s`, {
        way: "late",
        silent: true,
        cause: error,
      });
    }
    throw error instanceof ExchangeFailure ? error : failureOf(error);
  } finally {
    clearTimeout(timer);
    asked.signal?.removeEventListener("abort", pass);
  }
}

/** The answer as soon as it begins; its body is still to be read. Throws what node:http throws. */
export function openResponse(
  { url, method, headers, content, connection }: Omit<ExchangeRequest, "limit" | "deadline">,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const request = url.protocol === "https:" ? secureRequest : plainRequest;
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method,
      headers: {
        "accept-encoding": "gzip",
        // Node announces no length for the content of a DELETE, and the server would take it for the next request.
        ...(content === undefined ? {} : { "content-length": Buffer.byteLength(content) }),
        ...headers,
      },
      signal,
      ...connection,
    });
    // While an agent waits for a proxy, node:http does not tell of the signal.
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    sent.on("response", resolve).on("error", reject).end(content);
  });
}

/** The whole body, decompressed; throws where it does not end as announced. */
export async function readBody(
  response: IncomingMessage,
  { method, limit }: Pick<ExchangeRequest, "method" | "limit">,
  signal: AbortSignal,
): Promise<Buffer> {
  if (method === "HEAD" || response.statusCode === 204 || response.statusCode === 304) return drained(response, signal);
  const {
    "content-encoding": encoding = "identity",
    "content-length": length,
    "transfer-encoding": transfer,
  } = response.headers;
  if (length !== undefined && Number(length) > limit) throw tooLarge(limit);
  const chunks: Buffer[] = [];
  const collect = async (source: AsyncIterable<Buffer>): Promise<void> => {
    let size = 0;
    for await (const chunk of source) {
      size += chunk.length;
      if (size > limit) throw tooLarge(limit);
      chunks.push(chunk);
    }
  };
  if (encoding === "gzip" || encoding === "x-gzip")
    await pipeline(response, capped(limit), createGunzip(), collect, { signal });
  else if (encoding !== "identity")
    throw new ExchangeFailure("the answer is compressed in a way that was not asked for", { way: "odd" });
  else if (length === undefined && transfer === undefined)
    throw new ExchangeFailure("the answer gives no length, so a cut off one could not be told", { way: "cut" });
  else await pipeline(response, collect, { signal });
  if (!response.complete) throw cutOff();
  return Buffer.concat(chunks);
}

async function drained(response: IncomingMessage, signal: AbortSignal): Promise<Buffer> {
  await finished(response.resume(), { signal });
  return Buffer.alloc(0);
}

function capped(limit: number): (source: AsyncIterable<Buffer>) => AsyncIterable<Buffer> {
  return async function* (source) {
    let size = 0;
    for await (const chunk of source) {
      size += chunk.length;
      if (size > limit) throw tooLarge(limit);
      yield chunk;
    }
  };
}

function tooLarge(limit: number): ExchangeFailure {
  return new ExchangeFailure(`the answer is over the cap of ${limit} bytes`, { way: "cut" });
}

function cutOff(cause?: unknown): ExchangeFailure {
  return new ExchangeFailure("the answer was cut off", { way: "cut", again: true, cause });
}

const plainTexts: ReadonlyMap<string, string> = new Map([
  ["Z_DATA_ERROR", "the answer's compression is broken"],
  ["ECONNREFUSED", "the connection was refused"],
  ["ENOTFOUND", "the host is not known"],
  ["EAI_AGAIN", "the host's name could not be looked up"],
  ["EHOSTUNREACH", "the host cannot be reached"],
  ["ENETUNREACH", "the network cannot be reached"],
  ["ETIMEDOUT", "the connection timed out"],
  ["ECONNRESET", "the connection was cut"],
  ["EPIPE", "the connection was cut"],
  ["EPROTO", "the answer is not TLS"],
  ["ERR_PROXY_TUNNEL", "the proxy did not open the connection"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "the server's certificate is for another name"],
  ["CERT_HAS_EXPIRED", "the server's certificate has expired"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "the server's certificate is signed by nobody who is trusted here"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "the server's certificate is signed by nobody who is trusted here"],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "the server's certificate is signed by nobody who is trusted here"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "the server's certificate is signed by nobody who is trusted here"],
]);
const passing: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE", "ETIMEDOUT", "EAI_AGAIN"]);
const unreached: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
]);

/** Any error of node:http, node:dns, node:tls, node:zlib or ws in plain words; its own message is not passed on. */
export function failureOf(error: unknown): ExchangeFailure {
  const code = codeOf(error);
  if (code === "Z_BUF_ERROR" || code === "ERR_STREAM_PREMATURE_CLOSE") return cutOff(error);
  const text = plainTexts.get(code) ?? brokenProtocol(code) ?? `the request failed (${code})`;
  const way = wayOf(code);
  return new ExchangeFailure(text, { way, again: passing.has(code), silent: unreached.has(code), cause: error });
}

function wayOf(code: string): Way {
  if (code === "ECONNRESET" || code === "EPIPE") return "cut";
  return brokenProtocol(code) !== null || code === "EPROTO" || code === "Z_DATA_ERROR" ? "odd" : "unreached";
}

function brokenProtocol(code: string): string | null {
  if (code.startsWith("HPE_")) return "the answer is not HTTP";
  // What node:https calls EPROTO.
  if (code === "ERR_SSL_WRONG_VERSION_NUMBER") return "the answer is not TLS";
  return code.startsWith("WS_ERR_") ? "what came is not what a WebSocket carries" : null;
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && /^\w{1,60}$/.test(code) ? code : "unknown error";
}
