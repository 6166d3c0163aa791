import type { Said } from "../model/node-actor.ts";
import type { Cause } from "../model/node-word.ts";
import type { Outcome } from "./outcome.ts";
import type { Rung } from "./policy.ts";
import type { ActKind } from "./requests.ts";
import type { Remains, Target } from "./target.ts";

/** What a sweep writes into its journal: `intent` before anything is done, the rest after. */
export type SweepEvent =
  /** First seen as a leftover: should the runtime lose its records, these are the last ones. */
  | { readonly event: "sighted"; readonly target: Target }
  | { readonly event: "intent"; readonly rung: Rung; readonly target: Target }
  | { readonly event: "acted"; readonly uid: string; readonly act: ActKind; readonly on: string; readonly said: Said }
  | { readonly event: "looked"; readonly uid: string; readonly remains: Remains | null }
  | { readonly event: "cause"; readonly uid: string; readonly cause: Cause }
  | { readonly event: "deleting"; readonly namespace: string; readonly name: string; readonly uid: string }
  | { readonly event: "outcome"; readonly uid: string; readonly outcome: Outcome };
