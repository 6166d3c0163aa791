import type { DeclaredRelease } from "../../model/release.ts";
import type { Span } from "../../model/span.ts";
import { isKnown, known, unknown, type Reason, type Told } from "../../model/told.ts";
import { imagesInValues, mergeValues } from "../manifests/values.ts";
import { keelInstallation } from "../manifests/keel-chart.ts";
import { keelMarksInValues, keelValues } from "../manifests/keel.ts";
import type { Value } from "../value.ts";
import { ignoredChanges } from "./ignored-changes.ts";
import type { ModuleInstance } from "./instance.ts";
import { keySuffix, type Repetition } from "./repetition.ts";
import { withoutKeys } from "./addresses.ts";
import { attribute, expressionSpan, headerSpan, nested, type PlacedBlock } from "./module.ts";
import type { OutsideRelease } from "./planned-releases.ts";
import { chartDefaults, chartOf, updatedDependencies } from "./release-chart.ts";
import { setEntries, valuesDocuments } from "./release-values.ts";
import { writtenValue } from "./resource.ts";
import type { EvaluatedStack } from "./stacks.ts";
import { toldBool, toldString } from "./told.ts";

/** The helm releases of a stack, one for each instance that `for_each` and `count` give, and those that only a plan tells of. */
export function readReleases({ stack, instances, planned }: EvaluatedStack): readonly DeclaredRelease[] {
  const declared = instances.flatMap((instance) =>
    [...(instance.module.resources.get("helm_release") ?? [])].flatMap(([name, placed]) =>
      instance
        .declared(placed)
        .map(({ repetition, deployed }) => readRelease(stack.key, instance, name, placed, repetition, deployed)),
    ),
  );
  const [root] = instances;
  if (root === undefined) return declared;
  return [...declared, ...planned.map((outside) => readOutsideRelease(stack.key, root, outside))];
}

function readRelease(
  stack: string,
  instance: ModuleInstance,
  name: string,
  placed: PlacedBlock,
  repetition: Repetition,
  deployed: Told<boolean>,
): DeclaredRelease {
  const { entries } = writtenValue(instance, placed, repetition);
  const version = versionOf(instance, placed, repetition);
  const address = `${instance.address === "" ? "" : `${instance.address}.`}helm_release.${name}${keySuffix(repetition)}`;
  return {
    kind: "helm_release",
    ...releaseId(stack, address, name, entries),
    at: headerSpan(placed),
    stack,
    version: version.told,
    versionAttribute: version.attribute,
    versionFloats: version.floats,
    syntax: syntaxOf(placed),
    ...chartAndValues(instance, entries, version.told, instance.damageIn(placed)),
    ignoreChanges: ignoredChanges(placed),
    deployed,
  };
}

/** Of a module that is not in the repository nobody can see more than what its plan says of each release. */
function readOutsideRelease(
  stack: string,
  instance: ModuleInstance,
  { address, call, place, version, entries }: OutsideRelease,
): DeclaredRelease {
  const name = /([\w-]+)$/.exec(withoutKeys(address))?.[1] ?? "";
  const told = version.kind === "null" ? known(null, version.at) : toldString(version);
  return {
    kind: "helm_release",
    ...releaseId(stack, address, name, entries),
    at: headerSpan(call),
    stack,
    version: told,
    versionAttribute: null,
    versionFloats: false,
    syntax: null,
    ...chartAndValues(instance, entries, told, undefined),
    ignoreChanges: [],
    deployed: known(true),
    plan: place,
  };
}

function releaseId(
  stack: string,
  address: string,
  name: string,
  entries: ReadonlyMap<string, Value>,
): Pick<DeclaredRelease, "id"> {
  return {
    id: {
      cluster: null,
      namespace: toldString(entries.get("namespace") ?? text("default")),
      name: toldString(entries.get("name") ?? text(name)),
      address: `${stack}:${address}`,
    },
  };
}

/** What follows from the arguments of a release, wherever they are read. */
function chartAndValues(
  instance: ModuleInstance,
  entries: ReadonlyMap<string, Value>,
  version: Told<string | null>,
  damage: Reason | undefined,
) {
  const chart = chartOf(instance, entries, damage);
  const documents = [...chartDefaults(instance, chart), ...valuesDocuments(entries.get("values"))];
  const values = mergeValues(documents, setEntries(entries));
  return {
    chart,
    upgradeInstall: toldBool(entries.get("upgrade_install"), false),
    devel: toldBool(entries.get("devel"), false),
    updatedDependencies: updatedDependencies(instance, chart, entries.get("dependency_update")),
    images: imagesInValues(values),
    keelValues: keelValues(values),
    keelMarks: keelMarksInValues(values),
    keel: keelInstallation(chart, version, values),
  } satisfies Partial<DeclaredRelease>;
}

function text(value: string): Value {
  return { kind: "string", value, at: [] };
}

function versionOf(instance: ModuleInstance, placed: PlacedBlock, repetition: Repetition) {
  const written = attribute(placed, "version");
  const damage = instance.damageIn(placed);
  if (written === undefined && damage !== undefined) return { told: unknown(damage), attribute: null, floats: false };
  if (written === undefined)
    return { told: known<string | null>(null, [headerSpan(placed)]), attribute: null, floats: false };
  const value = instance.evaluate(written, repetition);
  const span = expressionSpan(written);
  const told: Told<string | null> =
    value.kind === "null" ? known(null, [span, ...value.at]) : withUse(toldString(value), span);
  const literalNull = written.expression.kind === "literal";
  return { told, attribute: span, floats: value.kind === "null" && !literalNull };
}

/** Puts the place of use before a chain that does not begin there. */
function withUse(told: Told<string>, span: Span): Told<string> {
  if (!isKnown(told)) return told;
  const [first] = told.at;
  const begins = first !== undefined && first.file === span.file && first.start >= span.start && first.end <= span.end;
  return begins ? told : known(told.known, [span, ...told.at]);
}

/** Arguments that are blocks in version 2 of the helm provider and attributes in 3, which refuse each other's form. */
const blocksOfTwo = ["set", "set_list", "set_sensitive", "postrender"];

function syntaxOf(placed: PlacedBlock): DeclaredRelease["syntax"] {
  // JSON has one form for both.
  if (placed.source.path.endsWith(".json")) return null;
  const isBlock = (type: string) =>
    nested(placed, type).length > 0 || nested(placed, "dynamic").some(({ block }) => block.labels[0] === type);
  const two = blocksOfTwo.some(isBlock);
  const three = [...blocksOfTwo, "set_wo"].some((name) => attribute(placed, name) !== undefined);
  return two === three ? null : two ? 2 : 3;
}
