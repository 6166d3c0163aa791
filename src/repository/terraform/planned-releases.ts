import type { Span } from "../../model/span.ts";
import type { Value } from "../value.ts";
import { moduleNames, withoutKeys } from "./addresses.ts";
import type { ModuleInstance } from "./instance.ts";
import { headerSpan, type PlacedBlock } from "./module.ts";
import type { WrittenArgument } from "./plan-configuration.ts";
import type { PlanAnswers } from "./plan-file.ts";
import { plannedValue } from "./planned-value.ts";

/** A release of a module that is not in the repository, as a plan tells of it. */
export interface OutsideRelease {
  /** `module.a["k"].helm_release.b`. */
  readonly address: string;
  /** The call in the repository that leads to the module. */
  readonly call: PlacedBlock;
  /** The plan, with the address. */
  readonly place: Span;
  /** As written, null where it is not; unknown where the plan does not tell what is written. */
  readonly version: Value;
  readonly entries: ReadonlyMap<string, Value>;
}

/** A provider that a module outside of the repository requires. */
export interface OutsideRequirement {
  readonly source: string;
  /** As written; `null`: none. */
  readonly constraint: string | null;
  readonly at: Span;
}

/** The planned releases below calls whose module is not in the repository; the others are read where they are declared. */
export function plannedReleases(
  instances: readonly ModuleInstance[],
  { releases }: PlanAnswers,
  plan: Span,
): readonly OutsideRelease[] {
  const modules = byAddress(instances);
  return releases.flatMap((release) => {
    const call = outsideCall(modules, moduleNames(withoutKeys(release.address)));
    if (call === undefined) return [];
    const place: Span = { ...plan, role: "plan", name: release.address };
    // The plan says it, and the call is where somebody here can change it.
    const at = [place, headerSpan(call)];
    const values = release.values(at);
    const entries = new Map(values.kind === "mapping" ? withoutNulls(values.entries) : []);
    const version = writtenVersion(release.version, entries.get("version"), at);
    return [{ address: release.address, call, place, version, entries }];
  });
}

/** What modules require that are not in the repository, at the call that leads to them. */
export function outsideRequirements(
  instances: readonly ModuleInstance[],
  { requirements }: PlanAnswers,
): readonly OutsideRequirement[] {
  const modules = byAddress(instances);
  return requirements.flatMap(({ module, source, constraint }) => {
    const call = outsideCall(modules, moduleNames(module));
    return call === undefined ? [] : [{ source, constraint, at: headerSpan(call) }];
  });
}

function byAddress(instances: readonly ModuleInstance[]): ReadonlyMap<string, ModuleInstance> {
  return new Map(instances.map((instance) => [withoutKeys(instance.address), instance]));
}

/** The first call on the way whose module the repository does not have. */
function outsideCall(modules: ReadonlyMap<string, ModuleInstance>, names: readonly string[]): PlacedBlock | undefined {
  let instance = modules.get("");
  let address = "";
  for (const name of names) {
    const call = instance?.module.calls.get(name);
    const children = instance?.children(name);
    if (call === undefined || children === undefined) return undefined;
    if ("reason" in children) return children.reason.code === "module-not-in-repository" ? call : undefined;
    address = `${address === "" ? "" : `${address}.`}module.${name}`;
    instance = modules.get(address);
  }
  return undefined;
}

function* withoutNulls(entries: ReadonlyMap<string, Value>): Generator<[string, Value]> {
  for (const [key, value] of entries) if (value.kind !== "null") yield [key, value];
}

/**
 * The version as it is written. Of one that a variable decides the plan does not show what else does: it counts as
 * written where the planned version is the variable's, since the helm provider refuses one that differs.
 */
function writtenVersion(written: WrittenArgument, planned: Value | undefined, at: readonly Span[]): Value {
  if (written.kind === "absent") return { kind: "null", at };
  if (written.kind === "constant") return plannedValue(written.value, {}, at);
  if (planned?.kind === "unknown") return planned;
  const resolved = planned?.kind === "string" ? planned.value : undefined;
  if (written.kind === "variable" && typeof written.value === "string" && isSame(written.value, resolved))
    return { kind: "string", value: written.value, at };
  const text = `the plan shows what resolved${resolved === undefined ? "" : `, ${resolved}`}, not whether it is pinned: the version is an expression of a module that is not in the repository`;
  return { kind: "unknown", reason: { code: "module-not-in-repository", text, at }, at };
}

function isSame(a: string, b: string | undefined): boolean {
  return a.replace(/^v/, "") === b?.replace(/^v/, "");
}
