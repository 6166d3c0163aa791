import type { ChartVersion, Served } from "../../audit/online.ts";
import { resolve } from "../../audit/versions/chart-version.ts";
import { isKnown, known } from "../../model/told.ts";
import type { Told } from "../../model/told.ts";
import { shownUrl } from "../http/shown-url.ts";
import type { HttpClient } from "./http-client.ts";
import { chartVersions } from "./index-entry.ts";
import { IndexRefusal } from "./index-refusal.ts";
import { notServed } from "./not-served.ts";

/** Most bytes of an `index.yaml`. */
const maximumIndexSize = 50 * 1024 * 1024;

/** Chart repositories over HTTP, as `helm repo` knows them. Each index is fetched once, whatever came of it, while there is room for it. */
export class ChartRepositories {
  readonly #http: HttpClient;
  readonly #indexes = new Map<string, Promise<Told<string>>>();
  readonly #sizes = new Map<string, number>();

  readonly #maximumKept: number;

  /** `kept`: most characters of indexes held for further charts of the same repositories; default 120 Mi. */
  constructor(http: HttpClient, kept = 120 * 1024 * 1024) {
    this.#http = http;
    this.#maximumKept = kept;
  }

  async versions(repository: string, chart: string): Promise<Served<readonly ChartVersion[]>> {
    const url = indexUrl(repository);
    if (url === null) return { url: shownUrl(repository), told: notServed("the repository is not a URL") };
    const index = await this.#index(url);
    return { url: shownUrl(url), told: isKnown(index) ? read(index.known, chart) : index };
  }

  /** sha256 of the archive that the index gives for the version. */
  async digest(repository: string, chart: string, version: string): Promise<Served<string>> {
    const { url, told } = await this.versions(repository, chart);
    if (!isKnown(told)) return { url, told };
    const chosen = resolve(
      version,
      told.known.map((entry) => entry.version),
      { devel: false, from: "repository" },
    );
    if (!isKnown(chosen)) return { url, told: chosen };
    const digests = new Set(told.known.filter((entry) => entry.version === chosen.known).map((entry) => entry.digest));
    return { url, told: digestOf([...digests]) };
  }

  async #index(url: string): Promise<Told<string>> {
    const asked = this.#indexes.get(url) ?? this.#fetch(url);
    this.#indexes.set(url, asked);
    const index = await asked;
    if (isKnown(index)) this.#keep(url, index.known.length);
    return index;
  }

  /** Lets the oldest indexes go when those kept are too large together; asked again, they are fetched again. */
  #keep(url: string, size: number): void {
    this.#sizes.set(url, size);
    let total = [...this.#sizes.values()].reduce((sum, one) => sum + one, 0);
    for (const [other, otherSize] of this.#sizes) {
      if (total <= this.#maximumKept || other === url) continue;
      this.#sizes.delete(other);
      this.#indexes.delete(other);
      total -= otherSize;
    }
  }

  async #fetch(url: string): Promise<Told<string>> {
    const answer = await this.#http.send({ url, limit: maximumIndexSize });
    if (answer.kind === "failure") return notServed(answer.text);
    if (answer.status !== 200) return notServed(`the repository answers ${answer.status}`);
    try {
      return known(new TextDecoder("utf-8", { fatal: true }).decode(answer.body));
    } catch {
      return notServed("the index is not valid UTF-8");
    }
  }
}

/** `index.yaml` beside the repository's path, its query kept; as Helm joins them. */
function indexUrl(repository: string): string | null {
  const url = URL.parse(repository);
  if (url === null) return null;
  url.pathname = `${url.pathname.replace(/\/$/, "")}/index.yaml`;
  url.hash = "";
  return url.href;
}

function read(index: string, chart: string): Told<readonly ChartVersion[]> {
  try {
    return known(chartVersions(index, chart));
  } catch (error) {
    // Parsers give up on hostile input in ways of their own, such as a full stack.
    return notServed(
      error instanceof IndexRefusal ? `the index was read, but ${error.message}` : "the index could not be read",
    );
  }
}

function digestOf(digests: readonly (string | null)[]): Told<string> {
  const [digest, ...more] = digests;
  if (digest === undefined) return notServed("the index does not list the version");
  if (more.length > 0) return notServed("the index lists the version several times with different digests");
  const text = digest?.replace(/^sha256:/, "").toLowerCase() ?? "";
  return /^[0-9a-f]{64}$/.test(text) ? known(`sha256:${text}`) : notServed("the index gives no digest for the version");
}
