import type { SourceFile } from "../../../model/source.ts";
import type { Span } from "../../../model/span.ts";
import type { ReasonCode } from "../../../model/told.ts";
import { computedAt } from "../../provenance.ts";
import { convert } from "../../value-conversion.ts";
import { unknownLike } from "../../value-tree.ts";
import type { ValueType } from "../../value-type.ts";
import type { UnknownValue, Value } from "../../value.ts";
import { EvaluationError } from "../evaluation-error.ts";
import type { Scope } from "../scope.ts";

/** A function of the language. Arguments come converted to the parameters' types. */
export interface TofuFunction {
  readonly parameters: readonly Parameter[];
  /** Takes all further arguments. */
  readonly rest?: Parameter;
  /** Not called where an argument is unknown as a whole, or null, unless its parameter allows that. */
  call(args: readonly Value[], context: CallContext): Value;
}

export interface Parameter {
  readonly type: ValueType;
  readonly allowNull?: boolean;
  readonly allowUnknown?: boolean;
}

/** What a function may use besides its arguments. */
export interface CallContext {
  /** The call, in the file that it stands in. */
  readonly place: Span;
  readonly scope: Scope;
  /** Renders a template file with these names in scope. */
  render(file: SourceFile, names: ReadonlyMap<string, Value>, rest: UnknownValue | undefined): Value;
  /** Counts work, so that an evaluation ends. */
  spend(steps: number): void;
}

export const anything: Parameter = { type: "dynamic" };
/** Also null, and also unknown: the function says what becomes of it. */
export const anyValue: Parameter = { type: "dynamic", allowNull: true, allowUnknown: true };
export const openValue: Parameter = { type: "dynamic", allowUnknown: true };
export const listOfAny: Parameter = { type: { kind: "list", element: "dynamic" } };
export const textParameter: Parameter = { type: "string" };
export const numberParameter: Parameter = { type: "number" };

/** Calls with arguments as they were written. Throws an {@link EvaluationError} where OpenTofu refuses. */
export function callFunction(name: string, called: TofuFunction, given: readonly Value[], context: CallContext): Value {
  const { parameters, rest } = called;
  if (given.length < parameters.length) throw new EvaluationError(`${name} needs ${parameters.length} arguments`);
  if (rest === undefined && given.length > parameters.length)
    throw new EvaluationError(`${name} takes only ${parameters.length} arguments`);
  let firstUnknown: UnknownValue | undefined;
  const args = given.map((value, index) => {
    const parameter = parameters[index] ?? rest ?? anything;
    const converted = convert(value, parameter.type);
    if (converted.kind === "null" && parameter.allowNull !== true)
      throw new EvaluationError(`an argument of ${name} is null`);
    if (converted.kind === "unknown" && parameter.allowUnknown !== true) firstUnknown ??= converted;
    return converted;
  });
  if (firstUnknown !== undefined) return unknownLike(firstUnknown.reason, computed(context, args));
  return called.call(args, context);
}

/** Where a value comes from that the call made of its arguments. */
export function computed(context: CallContext, args: readonly Value[]): readonly Span[] {
  return computedAt(context.place, args);
}

export function notTold(
  context: CallContext,
  code: ReasonCode,
  text: string,
  args: readonly Value[] = [],
  supply?: string,
): UnknownValue {
  const at = computed(context, args);
  return { kind: "unknown", reason: { code, text, at: [context.place], ...(supply !== undefined && { supply }) }, at };
}
