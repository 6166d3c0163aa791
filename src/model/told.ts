import type { Span } from "./span.ts";

/**
 * Why something could not be told. `code` groups reasons in statistics; `text` is a plain clause
 * ("var.chart_version has no default"); `supply` says how a person can supply what is missing.
 */
export interface Reason {
  readonly code: ReasonCode;
  readonly text: string;
  readonly at: readonly Span[];
  readonly supply?: string;
}

export const reasonCodes = [
  "variable-without-value",
  "variable-file-choice",
  "resource-attribute",
  "data-source",
  "module-not-in-repository",
  "dependency-output",
  "function-not-evaluated",
  "for-each-not-known",
  "file-not-in-repository",
  "file-unreadable",
  "encrypted",
  "cycle",
  "type-mismatch",
  "not-declared",
  "limit",
  "syntax-error",
  "environment",
  "sensitive",
  "chart-not-rendered",
  "kustomization-not-read",
  "provider-not-known",
  "preset-not-in-repository",
  "not-served",
  // Of a cluster or a node: no answer, no right to ask, too late, cut short, not understood.
  "not-reached",
  "not-permitted",
  "timed-out",
  "incomplete",
  "not-understood",
  // Of what was read: it changed meanwhile, sources contradict each other, it is not what it was taken for.
  "changed-meanwhile",
  "contradicted",
  "wrong-cluster",
  // Of a release that is rendered and simulated: a placeholder of a snapshot, random output, what no code does yet.
  "redacted",
  "not-deterministic",
  "not-simulated",
] as const;

export type ReasonCode = (typeof reasonCodes)[number];

/**
 * Something that may be impossible to tell. Code that judges has to handle both arms; "absent" (the
 * user wrote nothing) is a known value, never an unknown one. `at` reads from the place of use to the
 * place where the value was written: its last entry is the origin.
 */
export type Told<T> = Known<T> | Unknown;

export interface Known<T> {
  readonly known: T;
  readonly at: readonly Span[];
}
export interface Unknown {
  readonly unknown: Reason;
}

export function known<T>(value: T, at: readonly Span[] = []): Known<T> {
  return { known: value, at };
}

export function unknown(reason: Reason): Unknown {
  return { unknown: reason };
}

export function isKnown<T>(told: Told<T>): told is Known<T> {
  return "known" in told;
}

/** Applies `change` to a known value; an unknown one stays as it is. */
export function mapTold<T, U>(told: Told<T>, change: (value: T) => U): Told<U> {
  return isKnown(told) ? { known: change(told.known), at: told.at } : told;
}

/** Whether somebody gave no answer to what was asked: who did not is not waited for again. */
export function isSilent({ code }: Pick<Reason, "code">): boolean {
  return code === "not-reached" || code === "timed-out";
}
