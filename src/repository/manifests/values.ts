import type { DeclaredImage } from "../../model/release.ts";
import type { Span } from "../../model/span.ts";
import type { Reason, Told } from "../../model/told.ts";
import { isKnown, known, unknown } from "../../model/told.ts";
import type { MappingValue, Value } from "../value.ts";
import { field, opened, textOf } from "./field.ts";
import { parseImage } from "./images.ts";
import type { SetEntry } from "./set.ts";
import { assignments } from "./set.ts";
import { pullPolicyOf } from "./workloads.ts";

/**
 * The values of a release: documents in order, then `set` entries in order, each over the ones before,
 * as Helm merges them. An unknown document or entry makes unknown what it may have overridden.
 */
export function mergeValues(documents: readonly Value[], sets: readonly SetEntry[] = []): Value {
  let values: Value = emptyMapping;
  for (const document of documents) values = overlay(values, opened(document));
  for (const entry of sets) values = assign(values, entry);
  return values;
}

const emptyMapping: MappingValue = { kind: "mapping", entries: new Map(), at: [] };

/** `top` over `base`: mappings are merged, anything else is replaced. */
function overlay(base: Value, top: Value): Value {
  if (top.kind === "unknown") return doubted(base, top.reason);
  if (top.kind === "null" && base.kind === "mapping") return base;
  if (top.kind !== "mapping") return top;
  if (base.kind !== "mapping") return base.kind === "unknown" ? { ...top, rest: top.rest ?? base.reason } : top;
  const entries = new Map<string, Value>();
  for (const [key, value] of base.entries) {
    const over = top.entries.get(key);
    if (over !== undefined) entries.set(key, overlayEntry(value, over));
    else entries.set(key, top.rest === undefined ? value : doubted(value, top.rest));
  }
  for (const [key, value] of top.entries) if (!entries.has(key)) entries.set(key, value);
  return { ...mapping(entries, [...top.at, ...base.at]), ...restOf(top.rest ?? base.rest) };
}

/** Below the top, a null replaces what was there. */
function overlayEntry(base: Value, top: Value): Value {
  return top.kind === "null" ? top : overlay(base, top);
}

function mapping(entries: ReadonlyMap<string, Value>, at: readonly Span[]): MappingValue {
  return { kind: "mapping", entries, at };
}

function restOf(rest: Reason | undefined): { rest?: Reason } {
  return rest === undefined ? {} : { rest };
}

/** The same shape, with every scalar unknown: something that could not be told may have overridden it. */
function doubted(value: Value, reason: Reason): Value {
  if (value.kind === "mapping") {
    const entries = new Map([...value.entries].map(([key, item]) => [key, doubted(item, reason)] as const));
    return { ...value, entries, rest: value.rest ?? reason };
  }
  if (value.kind === "unknown") return value;
  return { kind: "unknown", reason, at: value.at };
}

function assign(values: Value, entry: SetEntry): Value {
  const found = assignments(entry);
  if (found === undefined) {
    const reason: Reason = isKnown(entry.name)
      ? { code: "syntax-error", text: "a set entry could not be read as Helm reads it", at: entry.name.at }
      : entry.name.unknown;
    return doubted(values, reason);
  }
  return found.reduce((before, { path, value }) => put(before, path, entry.isSecret === true ? hidden : value), values);
}

/** Without a place: the line would tell it. */
const hidden: Value = {
  kind: "unknown",
  reason: { code: "sensitive", text: "it is set as a secret (set_sensitive, set_wo), which is not read", at: [] },
  at: [],
};

function put(base: Value, path: readonly (string | number)[], value: Value): Value {
  const [step, ...others] = path;
  if (step === undefined) return value;
  if (typeof step === "string") {
    const entries = new Map(base.kind === "mapping" ? base.entries : []);
    entries.set(step, put(entries.get(step) ?? nothing, others, value));
    const rest = base.kind === "mapping" ? base.rest : base.kind === "unknown" ? base.reason : undefined;
    return { ...mapping(entries, base.at), ...restOf(rest) };
  }
  const items = base.kind === "list" ? [...base.items] : [];
  while (items.length <= step) items.push(base.kind === "unknown" ? base : nothing);
  items[step] = put(items[step] ?? nothing, others, value);
  return { kind: "list", items, at: base.at };
}

const nothing: Value = { kind: "null", at: [] };

/**
 * Images that the values of a release name, in the shapes that charts use: `image: repo:tag`,
 * `image: {registry, repository, tag, digest, pullPolicy}`, `xyzImage`, a mapping with `repository` and
 * `tag`, an image with a `tag` or `imageTag` beside it, containers in lists. Where only the chart knows
 * the repository the reference is `:tag`; where only the chart knows the tag it is unknown.
 */
export function imagesInValues(values: Value): DeclaredImage[] {
  const images: DeclaredImage[] = [];
  const global = field(values, "global", "imageRegistry");
  new ImageSearch(images, global.kind === "null" ? undefined : global).visit(values, "");
  return images;
}

class ImageSearch {
  readonly #images: DeclaredImage[];
  readonly #globalRegistry: Value | undefined;

  constructor(images: DeclaredImage[], globalRegistry: Value | undefined) {
    this.#images = images;
    this.#globalRegistry = globalRegistry;
  }

  visit(value: Value, path: string): void {
    if (value.kind === "list") value.items.forEach((item, index) => this.visit(item, `${path}[${index}]`));
    if (value.kind !== "mapping") return;
    for (const [key, item] of value.entries) {
      const below = path === "" ? key : `${path}.${key}`;
      if (isImageKey(key) && item.kind !== "mapping") this.#text(key, item, value, below);
      else this.#below(key, item, below);
    }
  }

  #below(key: string, item: Value, path: string): void {
    if (item.kind === "mapping" && isImage(key, item)) this.#parts(item, path);
    else this.visit(item, path);
  }

  /** `image: redis:7.2`, whole or with its tag beside it. */
  #text(key: string, item: Value, owner: MappingValue, path: string): void {
    if (item.kind === "list") return this.visit(item, path);
    const text = textOf(item);
    const pullPolicy = pullPolicyOf(firstOf(owner, [`${key}PullPolicy`, "imagePullPolicy", "pullPolicy"]));
    if (!isKnown(text)) return void this.#images.push({ reference: text, path, pullPolicy });
    if (text.known === null || !looksLikeImage(text.known)) return;
    const reference = this.#withTag(text.known, text.at, key, owner);
    this.#images.push({ reference, path, pullPolicy });
  }

  #withTag(text: string, at: readonly Span[], key: string, owner: MappingValue): Told<string> {
    const image = parseImage(text);
    if (image === undefined || image.tag !== null || image.digest !== null) return known(text, at);
    const tag = textOf(firstOf(owner, [`${key}Tag`, "tag"]));
    if (!isKnown(tag)) return tag;
    if (tag.known !== null && tag.known !== "") return known(`${text}:${tag.known}`, [...at, ...tag.at]);
    return isContainer(owner) ? known(text, at) : chartDecides(`the tag of ${key} is left to the chart`, at);
  }

  /** `image: {registry, repository, tag, digest}`. */
  #parts(image: MappingValue, path: string): void {
    const pullPolicy = pullPolicyOf(firstOf(image, ["pullPolicy", "imagePullPolicy"]));
    const reference = this.#reference(image);
    if (reference !== undefined) this.#images.push({ reference, path, pullPolicy });
    for (const [key, item] of image.entries) if (item.kind === "mapping") this.#below(key, item, `${path}.${key}`);
  }

  #reference(image: MappingValue): Told<string> | undefined {
    const registry = textOf(this.#globalRegistry ?? firstOf(image, ["registry", "hub"]));
    const name = textOf(firstOf(image, ["repository", "name", "image", "repo"]));
    const tag = textOf(firstOf(image, ["tag", "version"]));
    const digest = textOf(firstOf(image, ["digest", "sha"]));
    for (const part of [name, registry, tag, digest]) if (!isKnown(part)) return part;
    if (!isKnown(name) || !isKnown(registry) || !isKnown(tag) || !isKnown(digest)) return undefined;
    if (!isWritten(name.known) && !isWritten(tag.known) && !isWritten(digest.known)) return undefined;
    const at = [...tag.at, ...digest.at, ...name.at, ...registry.at];
    return joined(registry.known, name.known, tag.known, digest.known, at);
  }
}

function isWritten(text: string | null): text is string {
  return text !== null && text !== "";
}

function joined(
  registry: string | null,
  name: string | null,
  tag: string | null,
  digest: string | null,
  at: readonly Span[],
): Told<string> {
  const base = isWritten(name) ? withRegistry(registry, name) : "";
  const suffix = isWritten(digest) ? `@${digest.includes(":") ? digest : `sha256:${digest}`}` : "";
  const isWhole = (parseImage(base)?.tag ?? null) !== null;
  if (isWritten(tag)) return known(isWhole ? `${base}${suffix}` : `${base}:${tag}${suffix}`, at);
  if (suffix !== "" || isWhole) return known(`${base}${suffix}`, at);
  return chartDecides(`the tag of ${base} is left to the chart`, at);
}

/** A repository that starts with its registry keeps it. */
function withRegistry(registry: string | null, name: string): string {
  if (!isWritten(registry)) return name;
  const first = name.split("/", 1)[0] ?? "";
  return name.includes("/") && /[.:]/.test(first) ? name : `${registry.replace(/\/+$/, "")}/${name}`;
}

function chartDecides(text: string, at: readonly Span[]): Told<string> {
  return unknown({ code: "chart-not-rendered", text, at, supply: "write the tag in the values" });
}

function firstOf(owner: MappingValue, keys: readonly string[]): Value {
  for (const key of keys) {
    const value = owner.entries.get(key);
    if (value !== undefined) return value;
  }
  return nothing;
}

function isImageKey(key: string): boolean {
  return key === "image" || /(?:Image|[-_]image)$/.test(key);
}

/** A mapping that stands for one image: by its name, or by having a repository and a tag. */
function isImage(key: string, item: MappingValue): boolean {
  if (isImageKey(key)) return true;
  const names = item.entries.get("repository");
  return names !== undefined && (item.entries.has("tag") || item.entries.has("digest")) && names.kind !== "mapping";
}

function isContainer(owner: MappingValue): boolean {
  return owner.entries.has("name") || owner.entries.has("command") || owner.entries.has("args");
}

function looksLikeImage(text: string): boolean {
  return !/\.(?:png|svg|jpe?g|gif|ico|webp)$/i.test(text) && parseImage(text) !== undefined && !text.startsWith(":");
}
