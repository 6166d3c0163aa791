import { lookup as lookUpName } from "node:dns/promises";
import type { IncomingHttpHeaders } from "node:http";
import type { LookupAddress } from "node:dns";
import { isIP } from "node:net";
import type { LookupFunction } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { version } from "../../version.ts";
import { hasPublicName, isLinkLocal, isPublicAddress } from "./addresses.ts";
import { exchange, ExchangeFailure, failureOf } from "../http/exchange.ts";
import type { ExchangeResponse } from "../http/exchange.ts";
import { isPassing, waitBefore } from "../http/retry.ts";
import { shownUrl } from "../http/shown-url.ts";

export interface HttpRequest {
  /** Its user and password, if any, become Basic authorization for its origin. */
  readonly url: string;
  readonly method?: "GET" | "HEAD";
  readonly accept?: string;
  /** Value of the Authorization header; sent to this URL's origin alone. */
  readonly authorization?: string;
  /** Most bytes of the body, compressed and not. Default 4 MiB. */
  readonly limit?: number;
  /** The URL whose answer named this one: then the rules for redirects hold between the two. */
  readonly namedBy?: string;
}

export type HttpAnswer =
  | {
      readonly kind: "response";
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: Buffer;
      readonly url: string;
    }
  | { readonly kind: "failure"; readonly text: string };

export interface HttpClient {
  readonly send: (request: HttpRequest) => Promise<HttpAnswer>;
}

export interface HttpClientOptions {
  /** Milliseconds for one attempt, the body too. Default 15,000. */
  readonly deadline: number;
  /** Attempts in all, redirects not counted. Default 4. */
  readonly attempts: number;
  /** Longest wait between two attempts in milliseconds, whatever the server asks for. Default 30,000. */
  readonly longestWait: number;
  /** Default 5. */
  readonly redirects: number;
  /** A proxy from the environment is in use (`NODE_USE_ENV_PROXY=1` with `HTTPS_PROXY`): it looks names up, not we. */
  readonly proxied: boolean;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly addressesOf: (host: string) => Promise<readonly LookupAddress[]>;
  readonly isPublic: (address: string) => boolean;
}

const defaults: HttpClientOptions = {
  deadline: 15_000,
  attempts: 4,
  longestWait: 30_000,
  redirects: 5,
  proxied: false,
  sleep: (milliseconds) => sleep(milliseconds),
  now: Date.now,
  random: Math.random,
  addressesOf: (host) => lookUpName(host, { all: true }),
  isPublic: isPublicAddress,
};

/**
 * Asks servers that a repository names, which may be hostile. Only http and https; every answer is bounded
 * in time and size; a redirect never carries authorization to another origin, never leads from https to
 * http, and never from a public server to an address that only this machine or its network can reach;
 * link-local addresses are never asked. Failed requests are answers, nothing is thrown. After two silent
 * failures an origin is not asked again.
 */
export function httpClient(options: Partial<HttpClientOptions> = {}): HttpClient {
  const client = new Client({ ...defaults, ...options });
  return { send: (request) => client.send(request) };
}

interface Hop {
  readonly url: URL;
  readonly authorization: string | undefined;
}

class Client {
  readonly #options: HttpClientOptions;
  readonly #silences = new Map<string, number>();

  constructor(options: HttpClientOptions) {
    this.#options = options;
  }

  async send(request: HttpRequest): Promise<HttpAnswer> {
    try {
      return await this.#follow(request);
    } catch (error) {
      return { kind: "failure", text: (error instanceof ExchangeFailure ? error : failureOf(error)).message };
    }
  }

  async #follow(request: HttpRequest): Promise<HttpAnswer> {
    let hop = firstHop(request);
    let before = request.namedBy === undefined ? null : parse(request.namedBy);
    const attempts = { left: this.#options.attempts };
    for (let redirects = 0; redirects <= this.#options.redirects; redirects++) {
      const addresses = await this.#admit(hop.url, before);
      const response = await this.#persist(hop, addresses, request, attempts);
      const location = redirectOf(response);
      if (location === null) return { kind: "response", ...response, url: shownUrl(hop.url.href) };
      before = hop.url;
      hop = nextHop(hop, location);
    }
    throw new ExchangeFailure(`more than ${this.#options.redirects} redirects`);
  }

  /** The checked addresses of the URL's host; empty under a proxy. */
  async #admit(url: URL, before: URL | null): Promise<readonly LookupAddress[]> {
    if (url.protocol !== "https:" && url.protocol !== "http:") throw new ExchangeFailure("neither http nor https");
    if (before?.protocol === "https:" && url.protocol === "http:")
      throw new ExchangeFailure("a redirect from https to http is not followed");
    const addresses = await this.#addresses(url);
    if (addresses.some(({ address }) => isLinkLocal(address)))
      throw new ExchangeFailure("link-local addresses are not asked");
    if (
      before !== null &&
      before.host !== url.host &&
      !this.#isPublic(url, addresses) &&
      this.#isPublic(before, await this.#addresses(before))
    ) {
      throw new ExchangeFailure("a redirect from a public server to an internal address is not followed");
    }
    return addresses;
  }

  async #addresses(url: URL): Promise<readonly LookupAddress[]> {
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const family = isIP(host);
    if (family !== 0) return [{ address: host, family }];
    if (this.#options.proxied) return [];
    return this.#inTime(this.#options.addressesOf(host));
  }

  async #inTime<T>(work: Promise<T>): Promise<T> {
    const done = new AbortController();
    const late = sleep(this.#options.deadline, undefined, { signal: done.signal }).then(() => {
      throw new ExchangeFailure("the host's name could not be looked up in time");
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      late.catch(() => undefined);
      done.abort();
    }
  }

  #isPublic(url: URL, addresses: readonly LookupAddress[]): boolean {
    if (addresses.length === 0) return hasPublicName(url.hostname);
    return addresses.every(({ address }) => this.#options.isPublic(address));
  }

  async #persist(
    hop: Hop,
    addresses: readonly LookupAddress[],
    request: HttpRequest,
    attempts: { left: number },
  ): Promise<ExchangeResponse> {
    for (;;) {
      attempts.left--;
      const outcome = await this.#attempt(hop, addresses, request);
      const passing = outcome instanceof ExchangeFailure ? outcome.again : isPassing(outcome.status);
      if (!passing || attempts.left <= 0) {
        if (outcome instanceof ExchangeFailure) throw outcome;
        return outcome;
      }
      const retryAfter = outcome instanceof ExchangeFailure ? undefined : outcome.headers["retry-after"];
      const { now, random, longestWait, attempts: all } = this.#options;
      await this.#options.sleep(
        waitBefore(all - attempts.left, retryAfter, { now: now(), random: random(), longest: longestWait }),
      );
    }
  }

  async #attempt(
    hop: Hop,
    addresses: readonly LookupAddress[],
    { method = "GET", accept = "*/*", limit = 4 * 1024 * 1024 }: HttpRequest,
  ): Promise<ExchangeResponse | ExchangeFailure> {
    const { origin } = hop.url;
    const silences = this.#silences.get(origin) ?? 0;
    if (silences >= 2) return new ExchangeFailure("the server was silent twice and is not asked again");
    try {
      return await exchange({
        url: hop.url,
        method,
        headers: {
          accept,
          "user-agent": `holdfast/${version}`,
          ...(hop.authorization === undefined ? {} : { authorization: hop.authorization }),
        },
        limit,
        deadline: this.#options.deadline,
        ...(this.#options.proxied ? {} : { connection: { lookup: lookupOf(addresses) } }),
      });
    } catch (error) {
      const failure = error instanceof ExchangeFailure ? error : failureOf(error);
      if (failure.silent) this.#silences.set(origin, silences + 1);
      return failure;
    }
  }
}

function parse(url: string): URL {
  const parsed = URL.parse(url);
  if (parsed === null) throw new ExchangeFailure("not a URL");
  return parsed;
}

function firstHop({ url, authorization }: HttpRequest): Hop {
  const parsed = parse(url);
  const { username, password } = parsed;
  const own = username === "" && password === "" ? undefined : basic(decoded(username), decoded(password));
  return { url: bare(parsed), authorization: authorization ?? own };
}

function nextHop({ url, authorization }: Hop, location: string): Hop {
  const next = URL.parse(location, url.href);
  if (next === null) throw new ExchangeFailure("a redirect to what is not a URL");
  return { url: bare(next), authorization: next.origin === url.origin ? authorization : undefined };
}

function bare(url: URL): URL {
  const copy = new URL(url);
  copy.username = "";
  copy.password = "";
  copy.hash = "";
  return copy;
}

/** Value of an Authorization header. */
export function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function redirectOf({ status, headers }: ExchangeResponse): string | null {
  return [301, 302, 303, 307, 308].includes(status) ? (headers.location ?? null) : null;
}

function lookupOf(addresses: readonly LookupAddress[]): LookupFunction {
  return (_host, { all }, callback) => {
    const [first] = addresses;
    if (all === true) callback(null, [...addresses]);
    else callback(null, first?.address ?? "", first?.family ?? 4);
  };
}
