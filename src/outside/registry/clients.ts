import { parseNamedImage } from "../../repository/manifests/images.ts";
import type { NamedImage } from "../../repository/manifests/images.ts";
import type { ChartIndex, ChartVersion, ImageRegistry, OnlineClients, Served } from "../../audit/online.ts";
import { mapTold } from "../../model/told.ts";
import type { ChartSource } from "../../model/release.ts";
import { ChartRepositories } from "./chart-repository.ts";
import type { RegistryCredentials } from "./docker-config.ts";
import { shownUrl } from "../http/shown-url.ts";
import { httpClient } from "./http-client.ts";
import type { HttpClient } from "./http-client.ts";
import { notServed } from "./not-served.ts";
import { OciRegistries } from "./oci.ts";

export interface RegistryOptions {
  /** By host; see {@link dockerConfigCredentials}. Default none. */
  readonly credentials?: ReadonlyMap<string, RegistryCredentials>;
  /** Default {@link httpClient} with its defaults. */
  readonly http?: HttpClient;
}

/** The real chart repositories and registries, for one run: what was asked once is not asked again. */
export function registryClients({ credentials = new Map(), http = httpClient() }: RegistryOptions = {}): OnlineClients {
  const repositories = new ChartRepositories(http);
  const registries = new OciRegistries(http, credentials);
  return { charts: chartIndex(repositories, registries), images: imageRegistry(registries) };
}

function chartIndex(repositories: ChartRepositories, registries: OciRegistries): ChartIndex {
  return {
    async versions(source) {
      if (source.kind === "oci")
        return withName(source.reference, async (name) => ociVersions(await registries.tags(name)));
      if (source.kind === "repository" && source.repository !== null)
        return repositories.versions(source.repository, source.chart);
      return notAsked(source);
    },
    async digest(source, version) {
      // A tag may have no "+"; Helm writes "_" for it.
      if (source.kind === "oci")
        return withName(source.reference, (name) => registries.digest(name, version.replaceAll("+", "_")));
      if (source.kind === "repository" && source.repository !== null)
        return repositories.digest(source.repository, source.chart, version);
      return notAsked(source);
    },
  };
}

function imageRegistry(registries: OciRegistries): ImageRegistry {
  return {
    tags: (reference) => withName(reference, (name) => registries.tags(name)),
    digest: (reference) => withName(reference, (name) => registries.digest(name, name.tag ?? "latest")),
  };
}

async function withName<T>(reference: string, ask: (name: NamedImage) => Promise<Served<T>>): Promise<Served<T>> {
  const name = parseNamedImage(reference);
  return name === null
    ? { url: shownUrl(reference), told: notServed("the reference is not one of a registry") }
    : ask(name);
}

function ociVersions({ url, told }: Served<readonly string[]>): Served<readonly ChartVersion[]> {
  const version = (tag: string): ChartVersion => ({
    version: tag.replaceAll("_", "+"),
    appVersion: null,
    created: null,
    digest: null,
    deprecated: false,
  });
  return { url, told: mapTold(told, (tags) => tags.map(version)) };
}

function notAsked(source: ChartSource): Served<never> {
  switch (source.kind) {
    case "local":
      return { url: "", told: notServed("the chart is in the repository") };
    case "archive":
      return { url: shownUrl(source.url), told: notServed("a chart archive is not downloaded to look at it") };
    default:
      return {
        url: "",
        told: notServed("the chart's repository is not written: it is an alias of the machine that applies"),
      };
  }
}
