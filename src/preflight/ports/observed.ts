import type { NodeView, PodView } from "../../ledger/node-view.ts";
import { isKnown } from "../../model/told.ts";
import type { ObservedListener } from "./claims.ts";

/**
 * What the pods of a workload that run now listen on in the host's network, by the names of their containers: the new version
 * most likely does so too. `isOfIt` tells them. A listener that passed from one container to another counts for each.
 */
export function observedListeners(
  views: readonly NodeView[],
  isOfIt: (pod: PodView) => boolean,
): readonly ObservedListener[] {
  const found = views.flatMap(({ pods, sources: { kernel } }) =>
    isKnown(kernel) ? pods.filter(isOfIt).flatMap((pod) => listenersOf(pod, kernel.known.hostNetwork)) : [],
  );
  return [...new Map(found.map((each) => [JSON.stringify(each), each])).values()];
}

function listenersOf({ processes, containers }: PodView, hostNetwork: number): readonly ObservedListener[] {
  const names = new Map(containers.map(({ id, name }) => [id, name]));
  return processes.flatMap(({ place, sockets }) => {
    const container = isKnown(place) ? names.get(place.known.container ?? "") : undefined;
    if (container === undefined) return [];
    return sockets
      .filter(({ network, connected }) => network === hostNetwork && !connected)
      .map(({ address, port, protocol }) => ({ container, address, port, transport: protocol }));
  });
}
