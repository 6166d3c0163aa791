import type { Span } from "../../model/span.ts";
import type { Value } from "../value.ts";

const number = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const octal = /^0o[0-7]+$/;
const hexadecimal = /^0x[0-9a-fA-F]+$/;
const notFinite = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** A scalar without quotes, by the core schema of YAML 1.2. */
export function plainScalar(text: string, at: readonly Span[]): Value {
  switch (text) {
    case "":
    case "~":
    case "null":
    case "Null":
    case "NULL":
      return { kind: "null", at };
    case "true":
    case "True":
    case "TRUE":
      return { kind: "bool", value: true, at };
    case "false":
    case "False":
    case "FALSE":
      return { kind: "bool", value: false, at };
    default:
      return mayBeNumber(text) ? numberOrText(text, at) : textScalar(text, at);
  }
}

function mayBeNumber(text: string): boolean {
  const first = text.charCodeAt(0);
  return (first >= 0x30 && first <= 0x39) || first === 0x2b || first === 0x2d || first === 0x2e;
}

function numberOrText(text: string, at: readonly Span[]): Value {
  let value: number;
  if (number.test(text) || octal.test(text) || hexadecimal.test(text)) value = Number(text);
  else if (notFinite.test(text)) value = infinite(text);
  else return textScalar(text, at);
  return String(value) === text ? { kind: "number", value, at } : { kind: "number", value, text, at };
}

function infinite(text: string): number {
  if (/nan/i.test(text)) return Number.NaN;
  return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** A text, in quotes or not. What SOPS encrypted is unknown. */
export function textScalar(value: string, at: readonly Span[]): Value {
  if (value.startsWith("ENC[AES256_GCM,")) return encrypted("encrypted by SOPS", at);
  return { kind: "string", value, at };
}

export function encrypted(text: string, at: readonly Span[]): Value {
  return { kind: "unknown", reason: { code: "encrypted", text, at, supply: "decrypt the file" }, at };
}
