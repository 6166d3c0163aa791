import type { Said } from "../model/node-actor.ts";
import type { Cause } from "../model/node-word.ts";
import type { Pins } from "./memory.ts";
import type { Outcome } from "./outcome.ts";
import type { Rung } from "./policy.ts";
import type { ActKind } from "./requests.ts";
import type { Remains, Target } from "./target.ts";

/** What a sweep writes into its journal: `intent` before anything is done, the rest after. */
export type SweepEvent =
  /** Which cluster and machine this node was first seen to be. */
  | ({ readonly event: "pinned" } & Pins)
  /** A person's order was taken up: the name and uid of the Sweep, and of which pod alone it is. */
  | { readonly event: "ordered"; readonly name: string; readonly by: string; readonly uid: string | null }
  /** Its deletion was listed with a grace of so many seconds, which is more than what is taken where none was listed: a restart would forget it. */
  | { readonly event: "graced"; readonly uid: string; readonly seconds: number }
  /** First seen as a leftover: should the runtime lose its records, these are the last ones. */
  | { readonly event: "sighted"; readonly target: Target }
  | { readonly event: "intent"; readonly rung: Rung; readonly target: Target }
  /** Of what it was given to end by itself so many seconds are left, and nothing ends it before. */
  | { readonly event: "waiting"; readonly uid: string; readonly seconds: number }
  | { readonly event: "acted"; readonly uid: string; readonly act: ActKind; readonly on: string; readonly said: Said }
  | { readonly event: "looked"; readonly uid: string; readonly remains: Remains | null }
  | { readonly event: "cause"; readonly uid: string; readonly cause: Cause }
  | { readonly event: "deleting"; readonly namespace: string; readonly name: string; readonly uid: string }
  | { readonly event: "outcome"; readonly uid: string; readonly outcome: Outcome };
