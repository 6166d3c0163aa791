import { decidedBy, decidersOf } from "../../provenance.ts";
import { convert } from "../../value-conversion.ts";
import { typeOf, unknownLike } from "../../value-tree.ts";
import { isUnsure, unify, type ValueType } from "../../value-type.ts";
import type { Value } from "../../value.ts";
import { EvaluationError, NotToldError } from "../evaluation-error.ts";
import { listOf } from "./arguments.ts";
import { shell } from "./contents.ts";
import { anyValue, computed, type CallContext, type TofuFunction } from "./function.ts";

/** Functions that pick among their arguments, or say what they all are. */
export const choices: Readonly<Record<string, TofuFunction>> = {
  alltrue: { parameters: [{ type: { kind: "list", element: "bool" } }], call: allTrue },
  anytrue: { parameters: [{ type: { kind: "list", element: "bool" } }], call: anyTrue },
  coalesce: { parameters: [], rest: anyValue, call: coalesce },
  coalescelist: { parameters: [], rest: anyValue, call: coalesceList },
};

function allTrue(args: readonly Value[], context: CallContext): Value {
  const at = computed(context, args);
  for (const item of listOf(args[0]).items) {
    if (item.kind === "unknown") return unknownLike(item.reason, at, "bool");
    if (!truthOf(item)) return { kind: "bool", value: false, at };
  }
  return { kind: "bool", value: true, at };
}

function anyTrue(args: readonly Value[], context: CallContext): Value {
  const at = computed(context, args);
  const { items } = listOf(args[0]);
  if (items.some(truthOf)) return { kind: "bool", value: true, at };
  const open = items.find((item) => item.kind === "unknown");
  return open === undefined ? { kind: "bool", value: false, at } : unknownLike(open.reason, at, "bool");
}

function truthOf(value: Value | undefined): boolean {
  return value?.kind === "bool" && value.value;
}

function coalesce(args: readonly Value[], context: CallContext): Value {
  const type = unify(args.map(typeOf));
  if (type === undefined) throw new EvaluationError("the arguments of coalesce have no common type");
  const skipped: Value[] = [];
  for (const arg of args) {
    const value = convertedOrNull(arg, type);
    if (value.kind === "unknown") return unknownLike(value.reason, computed(context, args), type);
    const isComposed = value.kind === "list" || value.kind === "mapping";
    if (isUnsure(type) && (isComposed || (value.kind === "string" && value.value === ""))) {
      throw new NotToldError("type-mismatch", "whether coalesce passes this over depends on a value that is not known");
    }
    if (value.kind !== "null" && !(type === "string" && value.kind === "string" && value.value === ""))
      return decidedBy(decidersOf(skipped), value);
    skipped.push(arg);
  }
  throw new EvaluationError("all arguments of coalesce are null or empty", decidersOf(skipped));
}

/** An argument that does not convert to the common type is passed over, as OpenTofu does. */
function convertedOrNull(value: Value, type: ValueType): Value {
  try {
    return convert(value, type);
  } catch (error) {
    if (error instanceof EvaluationError) return shell(value);
    throw error;
  }
}

function coalesceList(args: readonly Value[], context: CallContext): Value {
  if (args.length === 0) throw new EvaluationError("coalescelist needs an argument");
  for (const arg of args) {
    if (arg.kind === "unknown") return unknownLike(arg.reason, computed(context, args));
    const type = typeOf(arg);
    if (typeof type === "string" || (type.kind !== "list" && type.kind !== "tuple"))
      throw new EvaluationError("coalescelist needs lists");
  }
  const skipped: Value[] = [];
  for (const arg of args) {
    if (arg.kind === "list" && arg.items.length > 0) return decidedBy(decidersOf(skipped), arg);
    skipped.push(arg);
  }
  throw new EvaluationError("all arguments of coalescelist are null or empty", decidersOf(skipped));
}
