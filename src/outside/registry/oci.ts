import { createHash } from "node:crypto";
import type { NamedImage } from "../../repository/manifests/images.ts";
import type { Served } from "../../audit/online.ts";
import { known } from "../../model/told.ts";
import type { Told } from "../../model/told.ts";
import { isPublicAddress } from "./addresses.ts";
import { parseChallenge } from "./challenge.ts";
import type { Challenge } from "./challenge.ts";
import type { RegistryCredentials } from "./docker-config.ts";
import { shownUrl } from "../http/shown-url.ts";
import { basic } from "./http-client.ts";
import type { HttpAnswer, HttpClient, HttpRequest } from "./http-client.ts";
import { notServed } from "./not-served.ts";

/** Most tags of one repository; with more nothing is told, not a part. */
const maximumTags = 200_000;
const maximumPages = 1000;
const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/**
 * Registries of the OCI distribution specification: tags and digests. Logs in where a registry asks for it
 * (401): for a token, without a login where none is known, or with user and password. Always https, except
 * for a registry on this machine.
 */
export class OciRegistries {
  readonly #http: HttpClient;
  readonly #credentials: ReadonlyMap<string, RegistryCredentials>;
  readonly #authorizations = new Map<string, string>();
  readonly #tags = new Map<string, Promise<Told<readonly string[]>>>();

  constructor(http: HttpClient, credentials: ReadonlyMap<string, RegistryCredentials>) {
    this.#http = http;
    this.#credentials = credentials;
  }

  /** All tags in the registry's order. Each repository is asked once. */
  async tags(name: NamedImage): Promise<Served<readonly string[]>> {
    const url = `${endpoint(name)}/tags/list`;
    const asked = this.#tags.get(url) ?? this.#listTags(name, url);
    this.#tags.set(url, asked);
    return { url: shownUrl(url), told: await asked };
  }

  /** The digest of the manifest that a tag stands for. */
  async digest(name: NamedImage, tag: string): Promise<Served<string>> {
    const url = `${endpoint(name)}/manifests/${tag}`;
    return { url: shownUrl(url), told: await this.#manifestDigest(name, url) };
  }

  async #listTags(name: NamedImage, first: string): Promise<Told<readonly string[]>> {
    const tags: string[] = [];
    let url = `${first}?n=1000`;
    for (let page = 0; page < maximumPages; page++) {
      const answer = await this.#send(name, { url, accept: "application/json", limit: 16 * 1024 * 1024 });
      if (answer.kind === "failure") return notServed(answer.text);
      if (answer.status !== 200) return refused(answer.status);
      const listed = tagsIn(answer.body);
      if (listed === null) return notServed("the registry's list of tags is not readable");
      if (tags.length + listed.length > maximumTags) return notServed(`the registry lists over ${maximumTags} tags`);
      for (const tag of listed) tags.push(tag);
      const next = nextPage(answer.headers.link?.toString(), url);
      if (next === null) return known(tags);
      if (next === "elsewhere" || next === url)
        return notServed("the next page of the registry's tags is not followed");
      url = next;
    }
    return notServed(`the registry's tags have over ${maximumPages} pages`);
  }

  async #manifestDigest(name: NamedImage, url: string): Promise<Told<string>> {
    const head = await this.#send(name, { url, method: "HEAD", accept: manifestTypes });
    if (head.kind === "failure") return notServed(head.text);
    const said = head.headers["docker-content-digest"];
    if (head.status === 200 && typeof said === "string" && isDigest(said)) return known(said);
    if (head.status !== 200 && head.status !== 405) return refused(head.status);
    const got = await this.#send(name, { url, accept: manifestTypes });
    if (got.kind === "failure") return notServed(got.text);
    if (got.status !== 200) return refused(got.status);
    return known(`sha256:${createHash("sha256").update(got.body).digest("hex")}`);
  }

  /** Sends with the authorization that served before; on 401 gets one and sends again, once. */
  async #send(name: NamedImage, request: HttpRequest): Promise<HttpAnswer> {
    const key = `${name.registry}/${name.repository}`;
    const first = await this.#http.send(withAuthorization(request, this.#authorizations.get(key)));
    if (first.kind === "failure" || first.status !== 401) return first;
    const challenge = parseChallenge(first.headers["www-authenticate"]);
    const authorization = challenge === null ? null : await this.#logIn(name, challenge, request.url);
    if (authorization === null) return first;
    if (typeof authorization !== "string") return authorization;
    this.#authorizations.set(key, authorization);
    return this.#http.send(withAuthorization(request, authorization));
  }

  async #logIn(name: NamedImage, challenge: Challenge, namedBy: string): Promise<string | null | HttpAnswer> {
    const login = this.#credentials.get(name.registry);
    const own = login === undefined ? null : basic(login.username, login.password);
    if (challenge.scheme === "basic") return own;
    const realm = URL.parse(challenge.realm);
    if (realm === null) return { kind: "failure", text: "the registry names a token service that is not a URL" };
    if (challenge.service !== null) realm.searchParams.set("service", challenge.service);
    realm.searchParams.set("scope", challenge.scope ?? `repository:${name.repository}:pull`);
    const answer = await this.#http.send(
      withAuthorization({ url: realm.href, accept: "application/json", limit: 1024 * 1024, namedBy }, own ?? undefined),
    );
    if (answer.kind === "failure") return { kind: "failure", text: `the registry's token service: ${answer.text}` };
    if (answer.status !== 200)
      return { kind: "failure", text: `the registry's token service answers ${answer.status}` };
    const token = tokenIn(answer.body);
    return token === null
      ? { kind: "failure", text: "the registry's token service gives no token" }
      : `Bearer ${token}`;
  }
}

function endpoint({ registry, repository }: NamedImage): string {
  const host = registry === "docker.io" ? "registry-1.docker.io" : registry;
  return `${isOnThisMachine(host) ? "http" : "https"}://${host}/v2/${repository}`;
}

function isOnThisMachine(registry: string): boolean {
  const host = registry.replace(/:\d+$/, "");
  return host === "localhost" || host === "[::1]" || (/^127(?:\.\d{1,3}){3}$/.test(host) && !isPublicAddress(host));
}

function withAuthorization(request: HttpRequest, authorization: string | undefined): HttpRequest {
  return authorization === undefined ? request : { ...request, authorization };
}

function refused(status: number): Told<never> {
  if (status === 401 || status === 403) return notServed(`the registry asks for a login (${status})`);
  if (status === 404) return notServed("the registry has no such repository or tag (404)");
  return notServed(`the registry answers ${status}`);
}

/** `null` tags, as registries write an empty list, are none. */
function tagsIn(body: Buffer): string[] | null {
  const tags = fieldOf(body, "tags");
  if (tags === null) return [];
  return Array.isArray(tags) && tags.every(isTag) ? tags : null;
}

function isTag(tag: unknown): tag is string {
  return typeof tag === "string" && /^\w[\w.-]{0,127}$/.test(tag);
}

function tokenIn(body: Buffer): string | null {
  const token = fieldOf(body, "token") ?? fieldOf(body, "access_token");
  return typeof token === "string" && /^[\x21-\x7e]{1,16384}$/.test(token) ? token : null;
}

/** A field of a JSON object; `undefined` where the body is none or has no such field. */
function fieldOf(body: Buffer, field: string): unknown {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return typeof value === "object" && value !== null
      ? new Map<string, unknown>(Object.entries(value)).get(field)
      : undefined;
  } catch {
    return undefined;
  }
}

function isDigest(text: string): boolean {
  return /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(text);
}

function nextPage(link: string | undefined, url: string): string | null {
  if (link === undefined) return null;
  const target = /^\s*<([^<>]*)>\s*;\s*rel="?next"?/.exec(link)?.[1];
  if (target === undefined) return "elsewhere";
  const next = URL.parse(target, url);
  return next?.origin === new URL(url).origin ? next.href : "elsewhere";
}
