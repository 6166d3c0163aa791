import type { Span } from "../model/span.ts";
import type { Reason } from "../model/told.ts";
import type { ValueType } from "./value-type.ts";

/**
 * A value read from a repository: HCL, YAML or JSON, whole or in part. Every node knows the places it
 * came from, from the place of use to the origin (see {@link Told}). An unknown may sit anywhere in a
 * tree, and a mapping with `rest` may have further keys that could not be told, or other values for
 * the keys it lacks.
 */
export type Value = NullValue | StringValue | NumberValue | BoolValue | ListValue | MappingValue | UnknownValue;

interface NullValue {
  readonly kind: "null";
  /** The type that a conversion gave it: two nulls may differ in what they make of their neighbours. */
  readonly type?: ValueType;
  readonly at: readonly Span[];
}
export interface StringValue {
  readonly kind: "string";
  readonly value: string;
  /** Where each part of the text stands, for templates of several parts; joined they give `value`. */
  readonly pieces?: readonly TextPiece[];
  /** The tree that the text encodes, where it was made by `yamlencode` or `jsonencode`: it keeps the places. */
  readonly encodes?: Value;
  readonly at: readonly Span[];
}
export interface NumberValue {
  readonly kind: "number";
  readonly value: number;
  /** The digits as written or computed exactly, where a double would lose some (`1.10`, 20-digit ids). */
  readonly text?: string;
  /** Bits that HCL computes with, where it is not the 512 of a written number: counts and indexes have 64. */
  readonly precision?: number;
  readonly at: readonly Span[];
}
interface BoolValue {
  readonly kind: "bool";
  readonly value: boolean;
  readonly at: readonly Span[];
}
export interface ListValue {
  readonly kind: "list";
  readonly items: readonly Value[];
  /** `set`: unordered and not indexable in HCL. */
  readonly of?: "tuple" | "list" | "set";
  /** Type of the items of a list or set, where the items do not tell it. */
  readonly element?: ValueType;
  readonly at: readonly Span[];
}
export interface MappingValue {
  readonly kind: "mapping";
  readonly entries: ReadonlyMap<string, Value>;
  readonly of?: "object" | "map";
  /** Type of a map's values, where the values do not tell it. */
  readonly element?: ValueType;
  /** Present when keys not in `entries` may exist. */
  readonly rest?: Reason;
  readonly at: readonly Span[];
}
/** Part of a text; `span` covers it character by character where it was written without escapes. */
export interface TextPiece {
  readonly text: string;
  readonly span?: Span;
  /** Where the text came from, for an interpolation: see `at` of a value. */
  readonly at?: readonly Span[];
}
export interface UnknownValue {
  readonly kind: "unknown";
  readonly reason: Reason;
  /** What is known of its type. */
  readonly type?: ValueType;
  /** A text of which some parts are known: the holes stand between them. */
  readonly pieces?: readonly (TextPiece | UnknownValue)[];
  /** See {@link StringValue}: the tree is told in part. */
  readonly encodes?: Value;
  readonly at: readonly Span[];
}
