import type { ApiLedger, RuntimeLedger } from "../model/ledger.ts";
import { isKnown, type Told } from "../model/told.ts";

/** A verbose status costs a call to a shim: it is asked for where it can say more than the API does. Gives ids. */
export function sandboxesInQuestion(list: Told<ApiLedger>, runtime: Told<RuntimeLedger>): readonly string[] {
  if (!isKnown(runtime)) return [];
  const pods = new Map((isKnown(list) ? list.known.pods : []).map((pod) => [pod.uid, pod]));
  return runtime.known.sandboxes
    .filter(({ uid }) => {
      const pod = pods.get(uid);
      if (pod === undefined || pod.deletion !== null) return true;
      return !pod.hostNetwork && pod.containers.some(({ ports }) => ports.some(({ hostPort }) => hostPort > 0));
    })
    .map(({ id }) => id);
}
