import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import type { LookupFunction } from "node:net";
import { finished, pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";

export interface ExchangeRequest {
  readonly url: URL;
  readonly method: "GET" | "HEAD";
  readonly headers: OutgoingHttpHeaders;
  /** Most bytes of the body, compressed and not. */
  readonly limit: number;
  /** Milliseconds for all of it, the body too. */
  readonly deadline: number;
  /** Gives the addresses that were checked, so that a name cannot change in between. */
  readonly lookup?: LookupFunction;
}

export interface ExchangeResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Decompressed and whole. */
  readonly body: Buffer;
}

/** Why an exchange gave no whole response. `text` is a plain clause; `again`: the same request may succeed. */
export class ExchangeFailure extends Error {
  readonly again: boolean;
  /** The server was not reached in time, or not at all. */
  readonly silent: boolean;
  constructor(
    text: string,
    { again = false, silent = false, cause }: { again?: boolean; silent?: boolean; cause?: unknown } = {},
  ) {
    super(text, { cause });
    this.again = again;
    this.silent = silent;
  }
}

/**
 * One request, without redirects and retries. Built on node:http, not on fetch: fetch takes a gzip stream
 * that was cut off for a whole one. Throws {@link ExchangeFailure}.
 */
export async function exchange(asked: ExchangeRequest): Promise<ExchangeResponse> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), asked.deadline);
  try {
    const response = await open(asked, timeout.signal);
    try {
      return {
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: await readBody(response, asked, timeout.signal),
      };
    } finally {
      response.destroy();
    }
  } catch (error) {
    if (timeout.signal.aborted) {
      throw new ExchangeFailure(`no whole answer within ${asked.deadline / 1000} s`, { silent: true, cause: error });
    }
    throw error instanceof ExchangeFailure ? error : failureOf(error);
  } finally {
    clearTimeout(timer);
  }
}

function open({ url, method, headers, lookup }: ExchangeRequest, signal: AbortSignal): Promise<IncomingMessage> {
  const request = url.protocol === "https:" ? secureRequest : plainRequest;
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method,
      headers: { "accept-encoding": "gzip", ...headers },
      signal,
      ...(lookup === undefined ? {} : { lookup }),
    });
    sent.on("response", resolve).on("error", reject).end();
  });
}

async function readBody(
  response: IncomingMessage,
  { method, limit }: ExchangeRequest,
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
    throw new ExchangeFailure("the answer is compressed in a way that was not asked for");
  else if (length === undefined && transfer === undefined)
    throw new ExchangeFailure("the answer gives no length, so a cut off one could not be told");
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
  return new ExchangeFailure(`the answer is over the cap of ${limit} bytes`);
}

function cutOff(cause?: unknown): ExchangeFailure {
  return new ExchangeFailure("the answer was cut off", { again: true, cause });
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

/** Any error of node:http, node:dns, node:tls or node:zlib in plain words; its own message is not passed on. */
export function failureOf(error: unknown): ExchangeFailure {
  const code = codeOf(error);
  if (code === "Z_BUF_ERROR" || code === "ERR_STREAM_PREMATURE_CLOSE") return cutOff(error);
  const text =
    plainTexts.get(code) ?? (code.startsWith("HPE_") ? "the answer is not HTTP" : `the request failed (${code})`);
  return new ExchangeFailure(text, { again: passing.has(code), silent: unreached.has(code), cause: error });
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && /^\w{1,60}$/.test(code) ? code : "unknown error";
}
