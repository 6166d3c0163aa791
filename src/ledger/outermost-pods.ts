import type { CgroupLine } from "../model/ledger.ts";
import { outermostPod, type OutermostPod } from "./pod-place.ts";

/** The outermost pod of one line of a process's cgroups. */
type PodOfLine = OutermostPod & Pick<CgroupLine, "hierarchy">;

const told = new WeakMap<readonly CgroupLine[], readonly PodOfLine[]>();

/**
 * The outermost pod of each line that names one. The processes of a container share their lines, and one reading is looked at
 * more than once: each array is understood once.
 */
export function outermostPods(lines: readonly CgroupLine[]): readonly PodOfLine[] {
  let pods = told.get(lines);
  if (pods === undefined) {
    pods = lines.flatMap(({ hierarchy, path }) => {
      const pod = outermostPod(path);
      return pod === null ? [] : { ...pod, hierarchy };
    });
    told.set(lines, pods);
  }
  return pods;
}

/** The pods that a process's cgroups name: one, for a process that a kubelet has put into its place. */
export function outermostUids(lines: readonly CgroupLine[]): ReadonlySet<string> {
  return new Set(outermostPods(lines).map(({ uid }) => uid));
}
