import * as z from "zod";
import type { PlacingPod, World } from "../../src/model/placing.ts";
import { isKnown, type Told } from "../../src/model/told.ts";
import {
  projectOwner,
  projectPlacingNode,
  projectPlacingPod,
  projectService,
} from "../../src/snapshot/project-placing.ts";

/** A cluster and a pod that is to be placed in it, in the fields that they are served with. */
export interface ServedCluster {
  readonly pod: object;
  readonly nodes: readonly object[];
  readonly pods?: readonly object[];
  readonly namespaces?: readonly object[];
  readonly services?: readonly object[];
  readonly replicaSets?: readonly object[];
  readonly statefulSets?: readonly object[];
  readonly replicationControllers?: readonly object[];
}

export function placingCluster(served: ServedCluster): { readonly pod: PlacingPod; readonly world: World } {
  const {
    pods = [],
    namespaces = [],
    services = [],
    replicaSets = [],
    statefulSets = [],
    replicationControllers = [],
  } = served;
  return {
    pod: placingPod(served.pod),
    world: {
      nodes: served.nodes.map((object) => told(projectPlacingNode(object))),
      pods: pods.map(placingPod),
      namespaces: new Map(namespaces.map(namespaceOf)),
      services: services.map((object) => told(projectService(object))),
      owners: [
        ...replicaSets.map((object) => told(projectOwner("ReplicaSet", object))),
        ...replicationControllers.map((object) => told(projectOwner("ReplicationController", object))),
        ...statefulSets.map((object) => told(projectOwner("StatefulSet", object))),
      ],
    },
  };
}

function placingPod(object: object): PlacingPod {
  const read = projectPlacingPod(object);
  if ("unparsed" in read) throw new Error(read.unparsed.text);
  return read.pod;
}

function told<T>(all: Told<T>): T {
  if (!isKnown(all)) throw new Error(all.unknown.text);
  return all.known;
}

function namespaceOf(object: object): [string, ReadonlyMap<string, string>] {
  const { metadata } = namespace.parse(object);
  return [metadata.name, new Map(Object.entries(metadata.labels))];
}

const namespace = z.object({
  metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()).default({}) }),
});
