/** An image reference, with Docker's defaults filled in. */
export interface ImageReference {
  /** `docker.io` where none is written. */
  readonly registry: string;
  /** `library/redis`; `null` where only the tag is known (`:7.2`). */
  readonly repository: string | null;
  readonly tag: string | null;
  /** `sha256:...`. */
  readonly digest: string | null;
}

/**
 * What a tag promises. `mutable`: made to be moved (`latest`, a branch, a channel). `partial`: the start
 * of a version (`1`, `1.2`) that follows its patches. `exact`: a whole version, a date, a commit.
 */
export type TagClass = "absent" | "mutable" | "partial" | "exact" | "digest";

const tagForm = /^\w[\w.-]{0,127}$/;
const digestForm = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;
const repositoryForm = /^[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*$/;
const registryForm = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]+)?$/;

/** Reads a reference as the container runtimes do; `undefined` for what they refuse. `:tag` alone is taken. */
export function parseImage(text: string): ImageReference | undefined {
  if (text.length > 1024) return undefined;
  const [rest, digest] = cut(text, "@");
  if (digest !== null && !digestForm.test(digest)) return undefined;
  const [name, tag] = cutTag(rest);
  if (tag !== null && !tagForm.test(tag)) return undefined;
  if (name === "") return tag === null && digest === null ? undefined : { registry: "", repository: null, tag, digest };
  const [registry, path] = splitRegistry(name);
  if (!registryForm.test(registry) || !repositoryForm.test(path)) return undefined;
  const repository = registry === "docker.io" && !path.includes("/") ? `library/${path}` : path;
  return { registry, repository, tag, digest };
}

/** A reference that names a repository. */
export type NamedImage = ImageReference & { readonly repository: string };

/** Like {@link parseImage}, for what a registry can be asked about: an image, or a chart with `oci://` before it. */
export function parseNamedImage(text: string): NamedImage | null {
  const reference = parseImage(text.replace(/^oci:\/\//, ""));
  return reference === undefined || reference.repository === null
    ? null
    : { ...reference, repository: reference.repository };
}

function cut(text: string, separator: string): [string, string | null] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

/** A colon before the last slash belongs to the registry's port. */
function cutTag(text: string): [string, string | null] {
  const colon = text.lastIndexOf(":");
  return colon > text.lastIndexOf("/") ? [text.slice(0, colon), text.slice(colon + 1)] : [text, null];
}

const dockerHub: ReadonlySet<string> = new Set(["index.docker.io", "registry-1.docker.io"]);

function splitRegistry(name: string): [string, string] {
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(slash, 0));
  const isRegistry = slash !== -1 && (/[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase());
  if (!isRegistry) return ["docker.io", name];
  return [dockerHub.has(first) ? "docker.io" : first, name.slice(slash + 1)];
}

/** Class of the reference's tag; a digest outdoes it. */
export function classifyTag(image: { readonly tag: string | null; readonly digest: string | null }): TagClass {
  if (image.digest !== null) return "digest";
  return image.tag === null || image.tag === "" ? "absent" : classOf(image.tag);
}

const channel =
  /(?:^|[-_.])(?:latest|stable|edge|nightly|dev|develop|development|main|master|trunk|head|canary|snapshot|rolling|next|current|testing|unstable|lts|beta|alpha|preview|staging|production|prod|release|debug)(?:$|[-_.])/i;
/** Built again and again under one version; other words after a version name a variant or a stage of it. */
const continuous =
  /[-_.](?:latest|edge|nightly|dev|develop|development|main|master|trunk|head|canary|snapshot|rolling|next|current|testing|unstable)(?:$|[-_.])/i;
const wholeVersion = /(?:^|[^0-9])[0-9]+\.[0-9]+\.[0-9]+/;
const date = /(?:^|[^0-9])(?:19|20)[0-9]{2}[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:0[1-9]|[12][0-9]|3[01])(?:[^0-9]|T|$)/;
const counter = /(?:^|[-_.])(?:b|r|build|rev|release)?[-_.]?[0-9]{4,}$/i;
const numbered = /^(?:b|r|build|rev)[-_.]?[0-9]+$/i;
const commit = /(?:^|[-_.])(?=[0-9a-f]*[0-9])[0-9a-f]{7,64}$/i;
const preRelease = /[0-9]+\.[0-9]+\.[0-9]+[-.]?(?:rc|alpha|beta|pre|preview|dev|canary|next)[-.]?[0-9]+/i;

function classOf(tag: string): TagClass {
  if (namesOneVersion(tag)) return "exact";
  if (preRelease.test(tag) || date.test(tag) || commit.test(tag)) return "exact";
  if (channel.test(tag) || !/[0-9]/.test(tag)) return "mutable";
  return counter.test(tag) || numbered.test(tag) ? "exact" : "partial";
}

/** A word before the version makes it a channel's (`stable-1.2.3`). */
function namesOneVersion(tag: string): boolean {
  const version = wholeVersion.exec(tag);
  if (version === null) return false;
  const end = version.index + version[0].length;
  return !channel.test(tag.slice(0, end)) && !continuous.test(tag.slice(end));
}

/**
 * The policy that Kubernetes fills in where none is written: `Always` for the tag `latest` and for a
 * reference with neither tag nor digest, else `IfNotPresent`.
 */
export function defaultPullPolicy(image: ImageReference): "Always" | "IfNotPresent" {
  if (image.tag === "latest") return "Always";
  return image.tag === null && image.digest === null ? "Always" : "IfNotPresent";
}
