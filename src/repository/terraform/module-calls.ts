import { isKnown, known, type Reason, type Told } from "../../model/told.ts";
import { resolvePath } from "../paths.ts";
import type { ModuleCall, ModuleSource } from "../repository.ts";
import type { ModuleInstance } from "./instance.ts";
import { attribute, headerSpan, type PlacedBlock } from "./module.ts";
import { toldString } from "./told.ts";

/** The module calls written in a directory, once each however often the directory itself is called. */
export function readModuleCalls(instance: ModuleInstance): readonly ModuleCall[] {
  return [...instance.module.calls].map(([name, placed]) => ({
    address: `module.${name}`,
    stack: instance.module.directory,
    at: headerSpan(placed),
    ...sourceOf(instance, name, placed),
    version: versionOf(instance, placed),
  }));
}

function versionOf(instance: ModuleInstance, placed: PlacedBlock): Told<string | null> {
  const value = instance.attribute(placed, "version");
  return value === undefined || value.kind === "null" ? known(null, [headerSpan(placed)]) : toldString(value);
}

function sourceOf(
  instance: ModuleInstance,
  name: string,
  placed: PlacedBlock,
): Pick<ModuleCall, "source" | "sourceAt"> {
  const written = attribute(placed, "source");
  if (written === undefined) {
    const reason: Reason = { code: "not-declared", text: "no source is written", at: [headerSpan(placed)] };
    return { source: { kind: "unknown", reason }, sourceAt: [] };
  }
  const told = toldString(instance.evaluate(written));
  if (!isKnown(told)) return { source: { kind: "unknown", reason: told.unknown }, sourceAt: [] };
  const source = moduleSource(told.known, instance.module.directory);
  const children = source.kind === "local" ? instance.children(name) : undefined;
  const isMissing =
    children !== undefined && "reason" in children && children.reason.code === "module-not-in-repository";
  return { source: isMissing ? { kind: "unknown", reason: children.reason } : source, sourceAt: told.at };
}

/**
 * The kind of a module address, in Terraform's order: local, then registry, then everything else
 * (hashicorp/terraform v1.15 internal/getmodules/moduleaddrs/source_parsing.go). `modules/a/b` without `./` is a
 * registry address.
 */
export function moduleSource(text: string, directory: string): ModuleSource {
  if (/^\.\.?(?:[/\\]|$)/.test(text))
    return { kind: "local", path: resolvePath(directory, text.replaceAll("\\", "/")) ?? text };
  if (registryAddress.test(text)) return { kind: "registry", name: text };
  const tfr = /^tfr:\/\/\/?([^?]+)(?:\?version=(.+))?$/.exec(text);
  if (tfr?.[1] !== undefined) return { kind: "registry", name: tfr[1] };
  if (text.startsWith("git::") || gitShorthand.test(text) || /\.git(?:\/\/|\?|$)/.test(text)) {
    return { kind: "git", url: text, ref: refOf(text) };
  }
  return { kind: "archive", url: text };
}

const registryAddress =
  /^(?:[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?\/)?[0-9A-Za-z_-]+\/[0-9A-Za-z_-]+\/[0-9a-z]+(?:\/\/.*)?$/;
const gitShorthand = /^(?:github\.com\/|bitbucket\.org\/|gitlab\.com\/|git@|ssh:\/\/git@)/;

function refOf(url: string): string | null {
  const query = url.split("?", 2)[1] ?? "";
  const ref = query.split("&").find((part) => part.startsWith("ref="));
  return ref === undefined ? null : decoded(ref.slice(4));
}

/** A text that is not encoded as a URL's parts are stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
