import { pointerTo, valueAt, type JsonObject, type Pointer } from "../../model/json.ts";
import type { RenderedObject } from "../../model/rendered-release.ts";
import { known, unknown, type Reason, type Told } from "../../model/told.ts";
import { nodeAddress } from "./endpoint.ts";
import { expand } from "./expansion.ts";
import { isObject, listOf, textOf, untoldAt } from "./pod-parts.ts";

/** One variable of a container, with where it is written. */
interface Variable {
  readonly name: string;
  readonly value: Told<string>;
  readonly pointer: Pointer;
}

export interface Environment {
  readonly variables: ReadonlyMap<string, Variable>;
  /** Why there may be others: all keys of a Secret or a ConfigMap are taken that is not of the release. */
  readonly others: Reason | null;
}

/** The ConfigMaps of the release by name, as pods of its namespace see them. */
export type ConfigMaps = ReadonlyMap<string, Pick<RenderedObject, "object" | "untold">>;

/**
 * The variables of a container. Those of `envFrom` come first, and each of `env` may use the ones before it
 * [kubernetes v1.36.3, pkg/kubelet/kubelet_pods.go, makeEnvironmentVariables].
 */
export function environmentOf(
  container: JsonObject,
  at: Pointer,
  untold: ReadonlyMap<Pointer, Reason>,
  configMaps: ConfigMaps,
): Environment {
  const variables = new Map<string, Variable>();
  let others: Reason | null = null;
  for (const [source, pointer] of listOf(container, at, "envFrom")) {
    const taken = allKeysOf(source, pointer, configMaps);
    if ("unknown" in taken) others ??= taken.unknown;
    else for (const each of taken.known) variables.set(each.name, each);
  }
  for (const [entry, pointer] of listOf(container, at, "env").slice(0, mostVariables)) {
    const name = textOf(entry["name"]);
    if (name === null || name === "") continue;
    variables.set(name, { name, value: valueOf(entry, pointer, { variables, others }, untold, configMaps), pointer });
  }
  return { variables, others };
}

const mostVariables = 10_000;

/** What `$(NAME)` stands for. A variable that Kubernetes makes of a Service is not looked at: none says where to listen. */
function lookUp({ variables, others }: Environment, name: string): Told<string> {
  const found = variables.get(name);
  if (found !== undefined) return found.value;
  return unknown(
    others ?? { code: "not-declared", text: "it uses a variable that its container does not have", at: [] },
  );
}

/** A text with the variables of a container in it. */
export function expanded(
  text: string,
  environment: Environment,
  by: (text: string, valueOf: (name: string) => string | null) => { text: string; missing: readonly string[] } = expand,
): { readonly text: string; readonly missing: Reason | null } {
  let missing: Reason | null = null;
  const result = by(text, (name) => {
    const told = lookUp(environment, name);
    if ("known" in told) return told.known;
    missing ??= told.unknown;
    return null;
  });
  return { text: result.text, missing };
}

function valueOf(
  entry: JsonObject,
  at: Pointer,
  before: Environment,
  untold: ReadonlyMap<Pointer, Reason>,
  configMaps: ConfigMaps,
): Told<string> {
  const hidden = untoldAt(untold, pointerTo(at, "value"));
  if (hidden !== null) return unknown(hidden);
  const source = entry["valueFrom"];
  if (isObject(source)) return fromSource(source, configMaps);
  const written = textOf(entry["value"]) ?? "";
  if (isPlaceholder(written)) return unknown(redacted);
  const { text, missing } = expanded(written, before);
  return missing === null ? known(text) : unknown(missing);
}

function fromSource(source: JsonObject, configMaps: ConfigMaps): Told<string> {
  const { fieldRef, configMapKeyRef, secretKeyRef } = source;
  if (isObject(fieldRef)) {
    const path = textOf(fieldRef["fieldPath"]) ?? "";
    return addresses.has(path) ? known(nodeAddress) : unknown(fieldOfThePod);
  }
  if (isObject(configMapKeyRef)) {
    const name = textOf(configMapKeyRef["name"]) ?? "";
    const key = textOf(configMapKeyRef["key"]) ?? "";
    const map = configMaps.get(name);
    const pointer = pointerTo("/data", key);
    const told = map === undefined ? null : textOf(valueAt(map.object, pointer));
    if (map === undefined || told === null) return unknown(elsewhere("ConfigMap"));
    const hidden = untoldAt(map.untold, pointer);
    return hidden === null && !isPlaceholder(told) ? known(told) : unknown(hidden ?? redacted);
  }
  return unknown(isObject(secretKeyRef) ? elsewhere("Secret") : fieldOfThePod);
}

/** With host network all of them are addresses of the node. */
const addresses: ReadonlySet<string> = new Set(["status.podIP", "status.podIPs", "status.hostIP", "status.hostIPs"]);

function allKeysOf(source: JsonObject, at: Pointer, configMaps: ConfigMaps): Told<readonly Variable[]> {
  const { configMapRef } = source;
  if (!isObject(configMapRef)) return unknown(elsewhere("Secret"));
  const map = configMaps.get(textOf(configMapRef["name"]) ?? "");
  if (map === undefined) return unknown(elsewhere("ConfigMap"));
  const prefix = textOf(source["prefix"]) ?? "";
  const data = map.object["data"];
  const keys = isObject(data) ? Object.keys(data).slice(0, mostVariables) : [];
  return known(
    keys.map((key): Variable => {
      const pointer = pointerTo("/data", key);
      const hidden = untoldAt(map.untold, pointer);
      const text = textOf(isObject(data) ? data[key] : undefined) ?? "";
      const value = hidden === null && !isPlaceholder(text) ? known(text) : unknown(hidden ?? redacted);
      return { name: prefix + key, value, pointer: at };
    }),
  );
}

function elsewhere(kind: "Secret" | "ConfigMap"): Reason {
  const code = kind === "Secret" ? "sensitive" : "not-declared";
  return { code, text: `a ${kind} gives it that is not read`, at: [], supply: "give it as a value" };
}

const fieldOfThePod: Reason = { code: "not-declared", text: "it comes from the pod that will run", at: [] };

/** A text in which a snapshot's redactor put a placeholder [src/snapshot/redact/placeholder.ts]. */
export function isPlaceholder(text: string): boolean {
  return /redacted-[\da-f]{12}/i.test(text);
}

export const redacted: Reason = { code: "sensitive", text: "the snapshot has a placeholder for it", at: [] };
