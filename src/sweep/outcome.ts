import type { Cause } from "../model/node-word.ts";
import type { Reason } from "../model/told.ts";
import type { Rung } from "./policy.ts";
import type { Remains } from "./target.ts";

/** How an attempt on one target ended: by what was seen, never by what a call returned. */
export type Outcome =
  /** No process in its cgroup, no listening socket, no sandbox. */
  | { readonly is: "cleared"; readonly rung: Rung | 0; readonly cause: Cause | null }
  /** Nothing lives and nothing listens; the runtime still has a record that it cannot take away. */
  | { readonly is: "ports-freed"; readonly rung: Rung; readonly cause: Cause | null; readonly remains: Remains }
  /** Something lives after all the rungs that were allowed; `null`: it could not be told what. */
  | {
      readonly is: "left";
      readonly rung: Rung;
      readonly cause: Cause | null;
      readonly remains: Remains | null;
      /** What follows of a rung that disturbed the node; `null`: nothing does. */
      readonly next: Next | null;
    }
  /** Something changed, or could not be told, before the next rung: nothing more was done. */
  | { readonly is: "aborted"; readonly before: Rung; readonly reason: Reason }
  /** Who is asked said no. */
  | { readonly is: "refused"; readonly before: Rung }
  /** A dry run: this rung would have come. */
  | { readonly is: "would-act"; readonly rung: Rung };

export type Next =
  /** The next rung asks for a kubelet that is up for so many seconds, and this one has just started. */
  | { readonly is: "again"; readonly rung: Rung; readonly afterSeconds: number }
  /** What was seen of the kubelet that was to restart: none at the runtime, the one from before, or it could not be told. */
  | { readonly is: "kubelet"; readonly seen: "none" | "old" | "untold" }
  /** The node is drained and rebooted when that is its turn. */
  | { readonly is: "reboot-requested" };

/** The last rung that was climbed, or the one before which it ended. */
export function rungOf(outcome: Outcome): Rung | 0 {
  return "rung" in outcome ? outcome.rung : outcome.before;
}
