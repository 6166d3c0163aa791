import type { ProviderFact, Stack } from "../repository.ts";
import type { Value } from "../value.ts";
import { joinPath } from "../paths.ts";
import type { Configuration } from "./configuration.ts";
import type { ModuleInstance } from "./instance.ts";
import { attribute, expressionSpan, headerSpan, nested, type PlacedExpression } from "./module.ts";
import type { OutsideRequirement } from "./planned-releases.ts";
import type { Span } from "../../model/span.ts";

interface Requirement {
  readonly constraints: { text: string; at: Span }[];
  at: Span;
}

/** Providers that a stack needs: constraints of every module in it and `outside`, and what the committed lock file fixes. */
export function stackProviders(
  configuration: Configuration,
  directory: string,
  instances: Iterable<ModuleInstance>,
  outside: readonly OutsideRequirement[],
): Pick<Stack, "providers" | "lock" | "helmManifest"> {
  const requirements = new Map<string, Requirement>();
  const modules = new Map<string, ModuleInstance>();
  for (const instance of instances) modules.set(instance.module.directory, instance);
  for (const instance of modules.values()) addRequirements(requirements, instance);
  for (const { source, constraint, at } of outside) {
    const requirement = requirements.get(shortSource(source)) ?? { constraints: [], at };
    requirements.set(shortSource(source), requirement);
    if (constraint !== null) requirement.constraints.push({ text: constraint, at });
  }
  const locked = lockedVersions(configuration, directory);
  for (const [source, { at }] of locked?.versions ?? []) {
    if (!requirements.has(source)) requirements.set(source, { constraints: [], at });
  }
  const providers = [...requirements].map(([source, { constraints, at }]): ProviderFact => ({
    source,
    constraints,
    at,
    locked: locked?.versions.get(source) ?? null,
  }));
  const lock = locked === undefined ? null : { at: locked.at, tracked: locked.tracked };
  const [helmManifest] = [...modules.values()].flatMap(manifestSwitches);
  return { providers, lock, ...(helmManifest === undefined ? {} : { helmManifest }) };
}

/** `experiments { manifest = true }` of the helm provider, an attribute in version 3; what could not be told counts as on. */
function manifestSwitches(instance: ModuleInstance): Span[] {
  const helm = instance.module.providers.filter(({ block }) => block.labels[0] === "helm");
  return helm.flatMap((placed) => {
    const written = instance.attribute(placed, "experiments");
    const inAttribute =
      written?.kind === "mapping" ? (written.entries.get("manifest") ?? (written.rest && written)) : written;
    const inBlocks = nested(placed, "experiments").map((block) => instance.attribute(block, "manifest"));
    const isOn = [inAttribute, ...inBlocks].some((value) => value !== undefined && !isOff(value));
    return isOn ? [headerSpan(placed)] : [];
  });
}

function isOff(value: Value): boolean {
  return value.kind === "null" || (value.kind === "bool" && !value.value);
}

function addRequirements(requirements: Map<string, Requirement>, instance: ModuleInstance): void {
  const named = requiredProviders(instance);
  for (const [name, written] of named) addRequirement(requirements, instance, name, written);
  for (const [type, resources] of instance.module.resources) {
    const provider = type.split("_", 1)[0] ?? type;
    const [first] = resources.values();
    if (first === undefined || named.has(provider) || provider === "terraform") continue;
    const source = `hashicorp/${provider}`;
    if (!requirements.has(source)) requirements.set(source, { constraints: [], at: headerSpan(first) });
  }
}

/** By local name. An override file replaces each provider that it names, and leaves the others (terraform, internal/configs/module.go, NewModule). */
function requiredProviders({ module }: ModuleInstance): ReadonlyMap<string, PlacedExpression> {
  const named = new Map<string, PlacedExpression>();
  for (const placed of module.settings.flatMap((settings) => nested(settings, "required_providers"))) {
    for (const { name } of placed.block.body.attributes) {
      const written = attribute(placed, name);
      if (written !== undefined) named.set(name, written);
    }
  }
  return named;
}

function addRequirement(
  requirements: Map<string, Requirement>,
  instance: ModuleInstance,
  name: string,
  written: PlacedExpression,
): void {
  const value = instance.evaluate(written);
  const source = text(value.kind === "mapping" ? value.entries.get("source") : undefined) ?? `hashicorp/${name}`;
  const version = value.kind === "mapping" ? value.entries.get("version") : value;
  const requirement = requirements.get(shortSource(source)) ?? { constraints: [], at: expressionSpan(written) };
  requirements.set(shortSource(source), requirement);
  const constraint = text(version);
  const at = version?.at.at(-1) ?? expressionSpan(written);
  if (constraint !== undefined) requirement.constraints.push({ text: constraint, at });
}

function text(value: Value | undefined): string | undefined {
  return value?.kind === "string" ? value.value : undefined;
}

/** `registry.terraform.io/hashicorp/helm`, `registry.opentofu.org/hashicorp/helm` and `helm` are `hashicorp/helm`. */
function shortSource(source: string): string {
  const parts = source.split("/");
  if (parts.length === 1) return `hashicorp/${source}`.toLowerCase();
  return (parts.length === 3 ? parts.slice(1) : parts).join("/").toLowerCase();
}

function lockedVersions(configuration: Configuration, directory: string) {
  const path = joinPath(directory, ".terraform.lock.hcl");
  const source = configuration.open(path);
  const body = source && configuration.body(path);
  if (source === undefined || body === undefined) return undefined;
  const versions = new Map<string, { version: string; at: Span }>();
  for (const block of body.blocks) {
    const version = block.body.attributes.find(({ name }) => name === "version")?.value;
    const part = version?.kind === "template" && version.parts.length === 1 ? version.parts[0] : undefined;
    const name = block.labels[0];
    if (block.type !== "provider" || name === undefined || part?.kind !== "text" || version === undefined) continue;
    versions.set(shortSource(name), {
      version: part.text,
      at: { file: source.id, start: version.start, end: version.end },
    });
  }
  return { versions, at: { file: source.id, start: 0, end: 0 }, tracked: source.tracked };
}
