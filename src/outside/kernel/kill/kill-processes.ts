import type { CgroupTarget, Said } from "../../../model/node-actor.ts";
import { parseCgroup } from "../cgroup-lines.ts";
import { identify, type Identity } from "../identify.ts";
import { refusal } from "../refusal.ts";
import { confinement, type OwnLabels } from "./confinement.ts";
import { freezerOf, type Freezer } from "./freezer.ts";
import { freezerMount, unified, unifiedMount } from "./mounts.ts";
import { isInside, membersOf, openPodCgroup, type Hands, type PodCgroup } from "./pod-cgroup.ts";
import { Refused, saying, systemText } from "./refused.ts";

/** What killing one by one needs beside what `killCgroup` does. */
export interface SignallingHands extends Hands {
  readonly labels: OwnLabels;
  /** kill(2) with SIGKILL. */
  readonly kill: (pid: number) => void;
  readonly pause: (milliseconds: number) => void;
}

/**
 * Kills the processes of a pod's cgroup one by one, where there is no `cgroup.kill`: v1, or a kernel before 5.14. They
 * are frozen first, so that none forks or makes room for another with its pid; then each is looked at once more and
 * signalled; and whatever happens, they are thawed. Nothing is signalled from a context that a security module confines:
 * it would stand in the way of the signal itself.
 */
export function killProcesses(hands: SignallingHands, target: CgroupTarget): Said {
  return saying(() => {
    const refused = refusal(hands.files) ?? confinement(hands.labels);
    if (refused !== null) throw new Refused(refused.code, refused.text, refused.supply);
    using cgroup = openFreezable(hands, target);
    membersOf(hands, cgroup, target);
    return whileFrozen(freezerOf(hands, cgroup), () => signalAll(hands, cgroup, membersOf(hands, cgroup, target)));
  });
}

/** The unified hierarchy where the pod is in it, and else that of v1's freezer. */
function openFreezable(hands: Hands, target: CgroupTarget): PodCgroup {
  if (target.cgroups.some(({ hierarchy }) => hierarchy === unified)) {
    return openPodCgroup(hands, target, unified, unifiedMount(hands.files));
  }
  return openPodCgroup(hands, target, freezerHierarchy(hands, target), freezerMount);
}

/** The number that v1's freezer has at this boot, as a process of the pod says it. */
function freezerHierarchy({ files }: Hands, { processes }: CgroupTarget): number {
  for (const { pid, startTicks } of processes) {
    const identity = identify(files, pid, parseCgroup);
    if (typeof identity === "string" || identity.startTicks !== startTicks) continue;
    const line = identity.cgroup.find(({ controllers }) => controllers.split(",").includes("freezer"));
    if (line !== undefined) return line.hierarchy;
  }
  throw new Refused("changed-meanwhile", "none of the processes that were found there has a cgroup that can be frozen");
}

function isSame(one: Identity, other: Identity): boolean {
  return one.pid === other.pid && one.startTicks === other.startTicks;
}

function whileFrozen(freezer: Freezer, act: () => string | null): string | null {
  try {
    freezer.freeze();
    return act();
  } finally {
    freezer.thaw();
  }
}

function signalAll(hands: SignallingHands, cgroup: PodCgroup, members: readonly Identity[]): string | null {
  const failures: string[] = [];
  for (const member of members) {
    const again = identify(hands.files, member.pid, parseCgroup);
    if (typeof again === "string" || !isSame(again, member)) continue;
    if (!isInside(again.cgroup, cgroup)) continue;
    try {
      hands.kill(member.pid);
    } catch (error) {
      failures.push(`pid ${member.pid}: ${systemText(error)}`);
    }
  }
  if (failures.length === 0) return null;
  return `${failures.length} of ${members.length} processes could not be signalled: ${failures.slice(0, 3).join("; ")}`;
}
