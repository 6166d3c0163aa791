import { isOutsideNamespace } from "../model/cgroup-path.ts";
import type { CgroupLine } from "../model/ledger.ts";
import { known, unknown, type Told } from "../model/told.ts";
import { placeUnder, type PodPlace } from "./pod-place.ts";

/**
 * Whose process it is: the outermost pod directly below the kubelet's cgroup root, then the container directly below
 * that. What is deeper belongs to that container, whatever its names say. On v1 and hybrid each line has a path of its
 * own, and some may lie elsewhere: those that name a pod have to agree, and none wins by being first or `0::`.
 * `root` is the path of what holds `kubepods` or `kubepods.slice`: `/`, or what `findCgroupRoot` found.
 */
export function attribute(lines: readonly CgroupLine[], root: string): Told<PodPlace> {
  if (lines.some(({ path }) => isOutsideNamespace(path))) {
    return unknown({ code: "not-reached", text: "its cgroup was read from another cgroup namespace", at: [] });
  }
  const all = lines.flatMap(({ path }) => placeUnder(root, path) ?? []);
  const inPods = all.filter(({ pod }) => pod !== null);
  return agreed(inPods.length > 0 ? inPods : all);
}

function agreed(places: readonly PodPlace[]): Told<PodPlace> {
  const pods = distinct(places, "pod");
  const containers = distinct(places, "container");
  const monitor = places.some((place) => place.monitor);
  if (pods.length > 1) return disagreement(`pods ${pods.join(" and ")}`);
  if (containers.length > 1) return disagreement(`containers ${containers.join(" and ")}`);
  if (monitor && containers.length > 0) return disagreement(`container ${containers.join()} and a monitor`);
  return known({ pod: pods[0] ?? null, container: containers[0] ?? null, monitor });
}

function distinct(places: readonly PodPlace[], field: "pod" | "container"): readonly string[] {
  return [...new Set(places.flatMap((place) => place[field] ?? []))];
}

function disagreement(what: string): Told<PodPlace> {
  return unknown({ code: "not-understood", text: `its cgroups name ${what}`, at: [] });
}
