import type { Rebooter } from "../model/node-word.ts";
import { isKnown, type Reason } from "../model/told.ts";
import type { Rung } from "./policy.ts";
import { ask, type Program } from "./requests.ts";

/**
 * Rungs 3 and 4 disturb every pod of the node: what speaks against that now. It is asked just before the intent is written, and what
 * could not be told speaks against it.
 */
export function* whyNotDisturb(rung: Rung): Program<Reason | null> {
  if (rung !== 3 && rung !== 4) return null;
  const rebooter = yield* ask({ kind: "rebooter" });
  if (!isKnown(rebooter)) return rebooter.unknown;
  const busy = whyNotNow(rebooter.known);
  if (busy !== null) return busy;
  if (rung === 4) return rebooter.known === null ? nobodyReboots : rebooter.known.deaf;
  const rejected = yield* ask({ kind: "readmission" });
  if (!isKnown(rejected)) return rejected.unknown;
  return rejected.known.length === 0 ? null : wouldReject(rejected.known);
}

/** Pods move while a node is drained, perhaps to this one; and one that is about to be rebooted needs nothing more. */
function whyNotNow(rebooter: Rebooter | null): Reason | null {
  if (rebooter === null || rebooter.at.length === 0) return null;
  const text = `kured is at ${rebooter.at.join(", ")}`;
  return { code: "not-permitted", text, at: [], supply: "wait until it is done there, and try again" };
}

const nobodyReboots: Reason = {
  code: "not-served",
  text: "there is no kured that would reboot the node",
  at: [],
  supply: "name its DaemonSet (--kured), or drain the node and reboot it yourself",
};

function wouldReject(pods: readonly string[]): Reason {
  return {
    code: "not-permitted",
    text: `after a restart the kubelet would not take ${pods.join(", ")} again`,
    at: [],
    supply: "make room for them first, or clear what is left over in another way",
  };
}
