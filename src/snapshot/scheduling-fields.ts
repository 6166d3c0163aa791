import * as z from "zod";
import { parseQuantity } from "../scheduling/quantity.ts";

/** Fields that pods and nodes have alike [api v0.36.3, core/v1/types.go]. Go writes what is not there as null, or leaves it out. */

export const text = z.string().nullish();

/** Labels, annotations, selectors. */
export const strings = z.record(z.string(), z.string()).nullish();

const quantity = z.string().transform((written, context): bigint => {
  const read = parseQuantity(written);
  if (read !== null) return read;
  context.addIssue("no quantity");
  return z.NEVER;
});

export const resources = z.record(z.string(), quantity).nullish();

type Resources = z.infer<typeof resources>;

export function mapOf<T>(record: Readonly<Record<string, T>> | null | undefined): ReadonlyMap<string, T> {
  return new Map(Object.entries(record ?? {}));
}

/** `null`: the status says nothing. */
export function toldResources(record: Resources): ReadonlyMap<string, bigint> | null {
  return record === null || record === undefined ? null : mapOf(record);
}
