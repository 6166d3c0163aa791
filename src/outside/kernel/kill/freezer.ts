import { fateOf } from "../kernel-files.ts";
import { foldersBelow, isGone, type Hands, type PodCgroup } from "./pod-cgroup.ts";
import { unified } from "./mounts.ts";
import { Refused, systemText } from "./refused.ts";

/** Stops all processes of a cgroup where they are. */
export interface Freezer {
  /** Comes back once all of them stand still; throws where they do not in time. */
  freeze(): void;
  /** Throws where they could not be let go. */
  thaw(): void;
}

/** Of the unified hierarchy from 5.2 on, or v1's controller [linux, Documentation/admin-guide/cgroup-v2.rst, cgroup-v1/freezer-subsystem.rst]. */
export function freezerOf(hands: Hands & Waiting, cgroup: PodCgroup): Freezer {
  return cgroup.hierarchy === unified ? unifiedFreezer(hands, cgroup) : controllerFreezer(hands, cgroup);
}

interface Waiting {
  readonly pause: (milliseconds: number) => void;
}

function unifiedFreezer(hands: Hands & Waiting, { folder }: PodCgroup): Freezer {
  const { folders } = hands;
  return {
    freeze: () => {
      try {
        folders.write(folder, "cgroup.freeze", "1");
      } catch (error) {
        if (fateOf(error) === "ended")
          throw new Refused("not-reached", "the cgroup has no cgroup.freeze: the kernel is older than 5.2");
        throw error;
      }
      waitUntil(hands, () => /^frozen 1$/m.test(folders.text(folder, "cgroup.events")));
    },
    thaw: () => thawing(() => folders.write(folder, "cgroup.freeze", "0")),
  };
}

function controllerFreezer(hands: Hands & Waiting, { folder }: PodCgroup): Freezer {
  const { folders } = hands;
  return {
    freeze: () => {
      folders.write(folder, "freezer.state", "FROZEN");
      waitUntil(hands, () => folders.text(folder, "freezer.state").trim() === "FROZEN");
    },
    thaw: () => {
      thawing(() => folders.write(folder, "freezer.state", "THAWED"));
      // A container that was paused is frozen by itself, and here a signal waits until it is not.
      for (const below of foldersBelow(folders, folder)) {
        if (below !== "") thawing(() => folders.write(folder, `${below}freezer.state`, "THAWED"));
      }
    },
  };
}

/** Milliseconds: what stands still does so at once, and what waits for a disk does not at all. */
const patience = 5000;
const interval = 20;

function waitUntil({ pause }: Waiting, isFrozen: () => boolean): void {
  for (let waited = 0; !isFrozen(); waited += interval) {
    if (waited >= patience) {
      throw new Error(`not all of its processes could be frozen in ${patience / 1000} s: one waits in the kernel`);
    }
    pause(interval);
  }
}

function thawing(thaw: () => void): void {
  try {
    thaw();
  } catch (error) {
    // Those that were signalled on the unified hierarchy have ended frozen, and their cgroup with them.
    if (!isGone(error))
      throw new Error(`what was frozen could not be thawed again: ${systemText(error)}`, { cause: error });
  }
}
