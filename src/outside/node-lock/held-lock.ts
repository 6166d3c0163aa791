import { isKnown, known, type Told } from "../../model/told.ts";
import { takeNodeLock, type NodeLock } from "./node-lock.ts";

/** The lock of a node as a sweep asks for it: `null` once it is ours, or who has it. */
export function heldLock(folder: string): (want: "take" | "give-back") => Promise<Told<string | null>> {
  let held: NodeLock | null = null;
  return (want) => {
    if (want === "give-back") {
      held?.release();
      held = null;
      return Promise.resolve(known(null));
    }
    if (held !== null) return Promise.resolve(known(null));
    const taken = takeNodeLock(folder, "sweep");
    if (!isKnown(taken)) return Promise.resolve(taken);
    if ("heldBy" in taken.known) return Promise.resolve(known(`process ${taken.known.heldBy.pid}`));
    held = taken.known;
    return Promise.resolve(known(null));
  };
}
