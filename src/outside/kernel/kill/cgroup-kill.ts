import type { CgroupTarget, Said } from "../../../model/node-actor.ts";
import { fateOf } from "../kernel-files.ts";
import { refusal } from "../refusal.ts";
import { membersOf, openPodCgroup, type Hands } from "./pod-cgroup.ts";
import { Refused, saying } from "./refused.ts";
import { unified, unifiedMount } from "./mounts.ts";

/**
 * Kills all that is in the cgroup of a pod at once, by `cgroup.kill` of the unified hierarchy [linux,
 * Documentation/admin-guide/cgroup-v2.rst]: nothing can fork away from it, and no security module is asked. Everything
 * is made sure of beforehand, through the very folder that the file is then written in.
 */
export function killCgroup(hands: Hands, target: CgroupTarget): Said {
  return saying(() => {
    const elsewhere = refusal(hands.files);
    if (elsewhere !== null) throw new Refused(elsewhere.code, elsewhere.text, elsewhere.supply);
    using cgroup = openPodCgroup(hands, target, unified, unifiedMount(hands.files));
    membersOf(hands, cgroup, target);
    try {
      hands.folders.write(cgroup.folder, "cgroup.kill", "1");
    } catch (error) {
      if (fateOf(error) === "ended") throw new Refused("not-reached", noFile);
      throw error;
    }
    return null;
  });
}

const noFile = "the cgroup has no cgroup.kill: the kernel is older than 5.14";
