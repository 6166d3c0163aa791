import type { Target } from "../../src/sweep/target.ts";

/** What a sweep is about to act on: an orphan of which next to nothing is known. */
export function orphanTarget(change: Partial<Target> = {}): Target {
  return {
    kind: "orphan",
    uid: "22329b6e-1d74-4f8b-a007-fc831d2bcb79",
    bootId: "b",
    namespace: "nfs-csi",
    name: "csi-nfs-node-bkvff",
    sandboxes: [],
    containers: [],
    stops: [],
    processes: [],
    cgroups: [],
    listeners: [],
    ordinaryRuntime: true,
    ...change,
  };
}
