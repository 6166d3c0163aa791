import type { Reason } from "../../model/told.ts";
import { relativePath } from "../paths.ts";
import { unknownLike, unknownValue } from "../value-tree.ts";
import type { Value } from "../value.ts";
import type { Module, PlacedBlock } from "./module.ts";
import { collected, repeatedValue, type Repetition } from "./repetition.ts";

/** What the names in a module's expressions can lead to, in one instance of it. */
export interface Referable {
  readonly module: Module;
  readonly address: string;
  /** Directory of the stack. */
  readonly workingDirectory: string;
  variable(name: string): Value;
  local(name: string): Value;
  /** `asIfOn`: one that is switched off by `count` is taken as if it were on. */
  resource(type: string, name: string, placed: PlacedBlock, asIfOn: boolean): Value;
  children(name: string): Called | { readonly reason: Reason };
  /** What a plan says of a data source, by address. */
  planned(address: string): Value | undefined;
}

interface Called {
  readonly instances: readonly { readonly repetition: Repetition; readonly instance: Outputs }[];
}

interface Outputs {
  output(name: string): Value;
  outputs(): Value;
}

interface Found {
  readonly value: Value;
  /** How many of the names that follow are part of the answer. */
  readonly used: number;
}

/** What Terraform's names stand for: `var`, `local`, `each`, `module`, the type of a resource, and so on. */
export function followReference(
  instance: Referable,
  root: string,
  names: readonly string[],
  repetition: Repetition,
): Found | undefined {
  const [first, second] = names;
  switch (root) {
    case "terraform":
      return {
        value: unknownValue("environment", `terraform.${first ?? ""} depends on where it runs`),
        used: Math.min(1, names.length),
      };
    case "data":
      return { value: dataSource(instance, names.slice(0, 2).join(".")), used: Math.min(2, names.length) };
    case "self":
      return { value: unknownValue("resource-attribute", "self is known at apply only"), used: 0 };
  }
  if (first === undefined) return undefined;
  switch (root) {
    case "var":
      return { value: instance.variable(first), used: 1 };
    case "local":
      return { value: instance.local(first), used: 1 };
    case "each":
    case "count":
      return { value: repeatedValue(root, first, repetition), used: 1 };
    case "path":
      return { value: pathOf(instance, first), used: 1 };
    case "module":
      return moduleOutput(instance, first, second);
  }
  return { value: resourceOf(instance, root, first, repetition), used: 1 };
}

function dataSource(instance: Referable, name: string): Value {
  const address = `${instance.address === "" ? "" : `${instance.address}.`}data.${name}`;
  return (
    instance.planned(address) ??
    unknownValue("data-source", `data.${name} is read at apply`, { supply: "--plan plan.json" })
  );
}

function pathOf({ module, workingDirectory }: Referable, name: string): Value {
  if (name === "root") return { kind: "string", value: ".", at: [] };
  if (name === "module") return { kind: "string", value: relativePath(workingDirectory, module.directory), at: [] };
  return unknownValue("environment", `path.${name} depends on where it runs`);
}

function moduleOutput(instance: Referable, name: string, output: string | undefined): Found {
  const called = instance.children(name);
  if ("reason" in called) return { value: unknownLike(called.reason, []), used: 1 };
  const [only] = called.instances;
  if (only?.repetition.kind === "none" && output !== undefined) return { value: only.instance.output(output), used: 2 };
  const outputs = called.instances.map((one) => ({ repetition: one.repetition, value: one.instance.outputs() }));
  return { value: collected(outputs), used: 1 };
}

function resourceOf(instance: Referable, type: string, name: string, repetition: Repetition): Value {
  const { module } = instance;
  const placed = module.resources.get(type)?.get(name);
  if (placed === undefined) {
    const written = type.includes("_") ? `${type}.${name}` : type;
    return unknownValue("not-declared", `${written} is not declared in ${module.directory}`);
  }
  // What is switched on by the same flag, such as the namespace of a release, is on with it.
  const asIfOn = repetition.kind === "count" && repetition.assumed === true;
  return instance.resource(type, name, placed, asIfOn);
}
