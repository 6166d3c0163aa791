import type { ChartSource, DeclaredRelease } from "../../model/release.ts";
import type { Span } from "../../model/span.ts";
import { isKnown, known, unknown, type Told } from "../../model/told.ts";
import { imagesInValues, mergeValues } from "../manifests/values.ts";
import { keelMarksInValues, keelValues } from "../manifests/keel.ts";
import type { SetEntry } from "../manifests/set.ts";
import { resolvePath } from "../paths.ts";
import type { Value } from "../value.ts";
import { decodeYaml } from "./evaluate.ts";
import type { ModuleInstance, Repetition } from "./instance.ts";
import { keySuffix } from "./instance.ts";
import { attribute, expressionSpan, headerSpan, nested, type PlacedBlock } from "./module.ts";
import { writtenValue } from "./resource.ts";
import type { EvaluatedStack } from "./stacks.ts";
import { toldBool, toldString } from "./told.ts";

/** The helm releases of a stack, one for each instance that `for_each` and `count` give. */
export function readReleases({ stack, instances }: EvaluatedStack): readonly DeclaredRelease[] {
  return instances.flatMap((instance) =>
    [...(instance.module.resources.get("helm_release") ?? [])].flatMap(([name, placed]) =>
      instancesOf(instance, placed).map(({ repetition, deployed }) =>
        readRelease(stack.key, instance, name, placed, repetition, deployed),
      ),
    ),
  );
}

/** A release that is switched off (`count = 0`) is read as if it were on: what it says is what a switch would deploy. */
export function instancesOf(
  instance: ModuleInstance,
  placed: PlacedBlock,
): readonly { repetition: Repetition; deployed: Told<boolean> }[] {
  const repetitions = instance.repetitions(placed);
  if (repetitions.length > 0) {
    return repetitions.map((repetition) => ({
      repetition,
      deployed: repetition.kind === "unknown" ? unknown(repetition.reason) : known(true),
    }));
  }
  const counted = attribute(placed, "count") !== undefined;
  const repetition: Repetition = counted
    ? { kind: "count", index: 0 }
    : { kind: "unknown", reason: { code: "for-each-not-known", text: "for_each has no element here", at: [headerSpan(placed)] } };
  return [{ repetition, deployed: known(false) }];
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
  const documents = valuesDocuments(entries.get("values"));
  const values = mergeValues(documents, setEntries(entries.get("set")));
  return {
    kind: "helm_release",
    id: {
      cluster: null,
      namespace: toldString(entries.get("namespace") ?? text("default")),
      name: toldString(entries.get("name") ?? text(name)),
      address: `${stack}:${instance.address === "" ? "" : `${instance.address}.`}helm_release.${name}${keySuffix(repetition)}`,
    },
    at: headerSpan(placed),
    stack,
    chart: chartOf(stack, entries),
    version: version.told,
    versionAttribute: version.attribute,
    versionFloats: version.floats,
    upgradeInstall: toldBool(entries.get("upgrade_install"), false),
    devel: toldBool(entries.get("devel"), false),
    images: imagesInValues(values),
    keelValues: keelValues(values),
    keelMarks: keelMarksInValues(values),
    valuesKnown: documents.every((document) => document.kind !== "unknown"),
    ignoreChanges: ignoredChanges(placed),
    deployed,
  };
}

function text(value: string): Value {
  return { kind: "string", value, at: [] };
}

function versionOf(instance: ModuleInstance, placed: PlacedBlock, repetition: Repetition) {
  const written = attribute(placed, "version");
  if (written === undefined) return { told: known<string | null>(null, [headerSpan(placed)]), attribute: null, floats: false };
  const value = instance.evaluate(written, repetition);
  const span = expressionSpan(written);
  const told: Told<string | null> = value.kind === "null" ? known(null, [span, ...value.at]) : withUse(toldString(value), span);
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

function chartOf(stack: string, entries: ReadonlyMap<string, Value>): Told<ChartSource> {
  const chart = toldString(entries.get("chart") ?? text(""));
  const repository = toldNullable(entries.get("repository"));
  if (!isKnown(chart)) return chart;
  if (!isKnown(repository)) return repository;
  return known(chartSource(stack, chart.known, repository.known), chart.at);
}

/** How Helm finds a chart (provider v3.1.2, resource_helm_release.go 1307-1372): URL, path, OCI, then repository. */
function chartSource(stack: string, chart: string, repository: string | null): ChartSource {
  if (/^https?:\/\//.test(chart)) return { kind: "archive", url: chart };
  if (chart.startsWith("oci://")) return ociSource(chart);
  if (repository?.startsWith("oci://")) return ociSource(`${repository.replace(/\/+$/, "")}/${chart}`);
  if (/^\.{0,2}\//.test(chart) || chart === "." || chart === "..") {
    return { kind: "local", path: resolvePath(stack, chart) ?? chart };
  }
  return { kind: "repository", repository, chart };
}

function ociSource(reference: string): ChartSource {
  const digest = /@(sha256:[0-9a-f]{64})$/.exec(reference)?.[1] ?? null;
  return { kind: "oci", reference, digest };
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

/** `set` in both syntaxes: blocks (provider 2) and a list of objects (provider 3) evaluate to the same list. */
function setEntries(set: Value | undefined): readonly SetEntry[] {
  if (set?.kind !== "list") return [];
  return set.items.flatMap((item) => {
    if (item.kind !== "mapping") return [];
    const name = item.entries.get("name");
    const value = item.entries.get("value");
    return name === undefined || value === undefined ? [] : [{ name: toldString(name), value }];
  });
}

/** Names in `lifecycle.ignore_changes`, written as traversals; `all` for the keyword. */
export function ignoredChanges(placed: PlacedBlock): readonly string[] {
  const [lifecycle] = nested(placed, "lifecycle");
  const written = lifecycle && attribute(lifecycle, "ignore_changes");
  if (written === undefined) return [];
  const { expression, source } = written;
  if (expression.kind === "variable") return [expression.name];
  if (expression.kind !== "tuple") return [];
  return expression.items.map(({ start, end }) => source.text.slice(start, end));
}

