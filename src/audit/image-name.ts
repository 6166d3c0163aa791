/** A container image or an OCI chart by its registry, split as the container tools do. */
export interface ImageName {
  /** Host and port as written; `docker.io` where none is written. */
  readonly registry: string;
  /** `library/nginx`, `org/team/app`. */
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: string | null;
}

/** Reads `[registry/]repository[:tag][@digest]`, with or without `oci://`; `null` where it is none. */
export function parseImageName(reference: string): ImageName | null {
  const text = reference.startsWith("oci://") ? reference.slice("oci://".length) : reference;
  const match = text.length > maximumLength ? null : wholeName.exec(text);
  if (match?.groups === undefined) return null;
  const { path = "", tag = null, digest = null } = match.groups;
  const [registry, repository] = splitRegistry(path);
  return repositoryName.test(repository) && registryName.test(registry) ? { registry, repository, tag, digest } : null;
}

function splitRegistry(path: string): [registry: string, repository: string] {
  const slash = path.indexOf("/");
  const first = path.slice(0, slash);
  // A first part is a host where it could be no part of a repository: a dot, a port, `localhost`, a capital.
  const isHost = slash !== -1 && (/[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase());
  const registry = isHost ? first : "docker.io";
  const rest = isHost ? path.slice(slash + 1) : path;
  if (!dockerHub.has(registry)) return [registry, rest];
  return ["docker.io", rest.includes("/") ? rest : `library/${rest}`];
}

const dockerHub: ReadonlySet<string> = new Set(["docker.io", "index.docker.io", "registry-1.docker.io"]);
const maximumLength = 512;
const wholeName =
  /^(?<path>[^@\s]+?)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}))?$/;
const repositoryName = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const registryName = /^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::\d{1,5})?$/;
