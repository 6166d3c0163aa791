import { convert } from "../../value-conversion.ts";
import { typeOf } from "../../value-tree.ts";
import { canConvert, type ValueType } from "../../value-type.ts";
import type { Value } from "../../value.ts";
import { EvaluationError } from "../evaluation-error.ts";
import { anyValue, anything, type TofuFunction } from "./function.ts";

export const types: Readonly<Record<string, TofuFunction>> = {
  tostring: conversionTo("string"),
  tonumber: conversionTo("number"),
  tobool: conversionTo("bool"),
  tolist: conversionTo({ kind: "list", element: "dynamic" }),
  toset: conversionTo({ kind: "set", element: "dynamic" }),
  tomap: conversionTo({ kind: "map", element: "dynamic" }),
  // The mark that they set or take away is no part of the value.
  sensitive: passing(true),
  nonsensitive: passing(true),
  ephemeralasnull: passing(true),
};

function conversionTo(type: ValueType): TofuFunction {
  return {
    parameters: [anyValue],
    call: ([value]) => {
      if (value === undefined || !canConvert(typeOf(value), type))
        throw new EvaluationError("this value cannot be converted so");
      return convert(value, type);
    },
  };
}

function passing(allowNull: boolean): TofuFunction {
  return {
    parameters: [{ ...anything, allowNull, allowUnknown: true }],
    call: ([value]): Value => value ?? { kind: "null", at: [] },
  };
}
