import type { ChartSource, DeclaredRelease } from "../../model/release.ts";
import type { Span } from "../../model/span.ts";
import { isKnown, known, unknown, type Reason, type Told } from "../../model/told.ts";
import type { Expression } from "../hcl/syntax.ts";
import { field, itemsOf } from "../manifests/field.ts";
import { imagesInValues, mergeValues } from "../manifests/values.ts";
import { keelInstallation } from "../manifests/keel-chart.ts";
import { keelMarksInValues, keelValues } from "../manifests/keel.ts";
import type { SetEntry } from "../manifests/set.ts";
import { joinPath, resolvePath } from "../paths.ts";
import type { Value } from "../value.ts";
import { parseYaml } from "../yaml.ts";
import { decodeYaml } from "./yaml-decode.ts";
import type { ModuleInstance } from "./instance.ts";
import { keySuffix, type Repetition } from "./repetition.ts";
import { withoutKeys } from "./addresses.ts";
import { attribute, expressionSpan, headerSpan, nested, type PlacedBlock } from "./module.ts";
import type { OutsideRelease } from "./planned-releases.ts";
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
    looseDependencies: looseDependencies(instance, chart, entries.get("dependency_update")),
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

function chartOf(
  instance: ModuleInstance,
  entries: ReadonlyMap<string, Value>,
  damage: Reason | undefined,
): Told<ChartSource> {
  if (damage !== undefined && !(entries.has("chart") && entries.has("repository"))) return unknown(damage);
  const chart = toldString(entries.get("chart") ?? text(""));
  const repository = toldNullable(entries.get("repository"));
  if (!isKnown(chart)) return chart;
  const path = localPath(instance, chart.known, isKnown(repository) ? repository.known : null);
  if (path !== undefined) return path === null ? notHere(chart.at) : known({ kind: "local", path }, chart.at);
  if (!isKnown(repository)) return repository;
  return known(servedChart(chart.known, repository.known), chart.at);
}

/**
 * Helm takes what exists at the path before it asks a repository (helm v3.18, pkg/action/install.go, LocateChart;
 * provider v3.1.2, resource_helm_release.go 1361-1372). `undefined`: no path; `null`: one that is not in the repository.
 */
function localPath(instance: ModuleInstance, chart: string, repository: string | null): string | null | undefined {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(chart) || chart === "") return undefined;
  const isServed = repository !== null && /^[a-z][a-z0-9+.-]*:\/\//i.test(repository);
  const written =
    repository === null || repository === "" || isServed || chart.includes("/") ? chart : `${repository}/${chart}`;
  const resolved = resolvePath(instance.workingDirectory, written);
  if (
    resolved !== null &&
    (instance.hasFile(joinPath(resolved, "Chart.yaml")) || (written.endsWith(".tgz") && instance.hasFile(resolved)))
  )
    return resolved;
  if (!/^\.{0,2}\//.test(written) && written !== "." && written !== "..") return undefined;
  return resolved !== null && instance.hasDirectory(resolved) ? resolved : null;
}

function notHere(at: readonly Span[]): Told<ChartSource> {
  return unknown({ code: "file-not-in-repository", text: "the chart is a path that is not in the repository", at });
}

/** What a local chart's own values.yaml says, below whatever the release gives. */
function chartDefaults(instance: ModuleInstance, chart: Told<ChartSource>): readonly Value[] {
  if (!isKnown(chart) || chart.known.kind !== "local") return [];
  return firstDocument(instance, joinPath(chart.known.path, "values.yaml"));
}

/** None where the file is missing or empty. */
function firstDocument(instance: ModuleInstance, path: string): readonly Value[] {
  const file = instance.open(path);
  if (file === undefined) return [];
  const { documents } = parseYaml({
    text: file.text,
    locate: (start, end) => ({ file: file.id, start, end, role: "yaml" }),
  });
  return documents.slice(0, 1).map(({ value }) => value);
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

/** Where the range stands that `dependency_update` resolves (provider v2.17.0, resource_release.go 533-559). */
function looseDependencies(
  instance: ModuleInstance,
  chart: Told<ChartSource>,
  update: Value | undefined,
): DeclaredRelease["looseDependencies"] {
  const isOff = update === undefined || update.kind === "null" || (update.kind === "bool" && !update.value);
  if (isOff || !isKnown(chart) || chart.known.kind !== "local") return null;
  const { path } = chart.known;
  if (instance.hasFile(joinPath(path, "Chart.lock")) || instance.hasFile(joinPath(path, "requirements.lock")))
    return null;
  const lists = ["Chart.yaml", "requirements.yaml"].map((name) =>
    firstDocument(instance, joinPath(path, name)).map((document) => field(document, "dependencies")),
  );
  const first = lists
    .flat()
    .flatMap(itemsOf)
    .filter((dependency) => !isInRepository(instance, path, dependency))
    .map((dependency) => field(dependency, "version"))
    .find((version) => version.kind !== "string" || !isWholeVersion(version.value));
  const at = first?.at[0] ?? update.at[0];
  if (first === undefined || at === undefined) return null;
  return { at, certain: update.kind === "bool" && !instance.hasDirectory(joinPath(path, "charts")) };
}

/** A dependency by `file://`, or one that lies unpacked in `charts/`. */
function isInRepository(instance: ModuleInstance, path: string, dependency: Value): boolean {
  const repository = field(dependency, "repository");
  const name = field(dependency, "name");
  if (repository.kind === "string" && repository.value.startsWith("file://")) return true;
  return name.kind === "string" && instance.hasFile(joinPath(path, `charts/${name.value}/Chart.yaml`));
}

function isWholeVersion(version: string): boolean {
  return /^v?\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/.test(version);
}

/** How Helm finds a chart that is no path (provider v3.1.2, resource_helm_release.go 1307-1372): URL, OCI, then repository. */
function servedChart(chart: string, repository: string | null): ChartSource {
  if (/^https?:\/\//.test(chart)) return { kind: "archive", url: chart };
  if (chart.startsWith("oci://")) return ociSource(chart);
  if (repository?.startsWith("oci://")) return ociSource(`${repository.replace(/\/+$/, "")}/${chart}`);
  return { kind: "repository", repository, chart };
}

function ociSource(reference: string): ChartSource {
  const digest = /@(sha256:[0-9a-f]{64})$/.exec(reference)?.[1] ?? null;
  const [, tag = null] = /^oci:\/\/[^/]+\/.*:([^/:@]+)$/.exec(reference.replace(/@.*$/, "")) ?? [];
  return { kind: "oci", reference, tag, digest };
}

function toldNullable(value: Value | undefined): Told<string | null> {
  if (value === undefined || value.kind === "null") return known(null);
  return toldString(value);
}

/** Each document of `values`; one unknown stands for a list that could not be told. */
function valuesDocuments(values: Value | undefined): readonly Value[] {
  if (values === undefined || values.kind === "null") return [];
  if (values.kind === "unknown") return [values];
  if (values.kind !== "list") return [];
  return values.items.filter((item) => item.kind !== "null").map(decodeYaml);
}

/**
 * What the release sets one by one, in the order in which the provider applies it. Blocks (provider 2) and lists of
 * objects (provider 3) evaluate to the same. One that could not be told may touch any value.
 */
function setEntries(entries: ReadonlyMap<string, Value>): readonly SetEntry[] {
  return ["set", "set_list", "set_sensitive", "set_wo"].flatMap((argument) => entriesOf(entries.get(argument)));
}

function entriesOf(set: Value | undefined): readonly SetEntry[] {
  if (set === undefined || set.kind === "null") return [];
  return set.kind === "list" ? set.items.map(setEntry) : [setEntry(set)];
}

function setEntry(item: Value): SetEntry {
  const reason = reasonOf(item);
  if (item.kind !== "mapping") return { name: unknown(reason), value: item };
  const name = item.entries.get("name");
  const value = item.entries.get("value");
  const type = item.entries.get("type");
  const written = type?.kind === "string" ? type.value : undefined;
  return {
    name: name === undefined ? unknown(reason) : toldString(name),
    value: value === undefined || value.kind === "null" ? { kind: "unknown", reason, at: item.at } : value,
    ...(written === "string" || written === "literal" ? { type: written } : {}),
  };
}

function reasonOf(item: Value): Reason {
  if (item.kind === "unknown") return item.reason;
  if (item.kind === "mapping" && item.rest !== undefined) return item.rest;
  return { code: "not-declared", text: "a set of the release has no name or no value that could be told", at: item.at };
}

/** Names in `lifecycle.ignore_changes`, written as traversals, or as texts in JSON and of old; `all` for the keyword. */
export function ignoredChanges(placed: PlacedBlock): readonly string[] {
  const written = lifecycles(placed)
    .map((lifecycle) => attribute(lifecycle, "ignore_changes"))
    .find((found) => found !== undefined);
  if (written === undefined) return [];
  const { expression, source } = written;
  if (expression.kind === "variable") return [expression.name];
  const named = ({ start, end }: Expression) => source.text.slice(start, end).replace(/^"(.*)"$/, "$1");
  return expression.kind === "tuple" ? expression.items.map(named) : [named(expression)];
}

/** Terraform merges them argument by argument: one of an override file comes first and replaces what it names. */
function lifecycles(placed: PlacedBlock): readonly PlacedBlock[] {
  const { overriddenBy, ...own } = placed;
  return [...(overriddenBy === undefined ? [] : lifecycles(overriddenBy)), ...nested(own, "lifecycle")];
}
