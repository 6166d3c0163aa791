import type { KernelLedger, Process } from "../../model/ledger.ts";
import { cgroupParser } from "./cgroup-lines.ts";
import { identify, isStill, type Identity } from "./identify.ts";
import { fateOf, type KernelFiles } from "./kernel-files.ts";
import { hasEnded } from "./stat-line.ts";

/** A process and the listed sockets that it holds. */
export type Holder = Identity & Process;

/**
 * The processes of a node, by what is known of them so far: `count` says who is there, `lookAtFiles` what they hold.
 * Both may be done again: a process that ended, or whose pid was another's by the time that its files had been read,
 * is dropped, and whoever has the pid then is met at the next count.
 */
export class Census {
  readonly #files: KernelFiles;
  readonly #present = new Map<number, Identity>();
  readonly #holders = new Map<number, Holder>();
  /** Everybody who was met: pid and start, or the pid alone of those that could not be asked. */
  readonly #met = new Set<string>();
  readonly #unreadable = new Set<number>();
  readonly #cgroupOf = cgroupParser();

  constructor(files: KernelFiles) {
    this.#files = files;
  }

  /** Identifies everybody who is there and was not met before. */
  count(): void {
    for (const pid of this.#files.pids()) {
      if (this.#holders.has(pid) || this.#unreadable.has(pid)) continue;
      const identity = identify(this.#files, pid, this.#cgroupOf);
      if (identity === "unreadable") this.#unreadable.add(pid);
      if (typeof identity === "string") {
        this.#met.add(`${pid}`);
        continue;
      }
      this.#present.set(pid, identity);
      // Whoever was met while it ended, and is a zombie by now, is one process.
      this.#met.delete(`${pid}`);
      this.#met.add(`${pid} since ${identity.startTicks}`);
    }
  }

  /** Those who are there and whose files were not looked at yet, by pid. */
  present(): readonly Identity[] {
    return [...this.#present.values()];
  }

  /** Looks which of the listed sockets they hold. */
  lookAtFiles(listed: ReadonlySet<number>): void {
    for (const identity of this.#present.values()) {
      const sockets = heldBy(this.#files, identity, listed);
      if (!isStill(this.#files, identity)) continue;
      this.#holders.set(identity.pid, { ...identity, sockets: sockets ?? [] });
      const isHidden = sockets === null || (identity.network === null && !hasEnded(identity));
      if (isHidden) this.#unreadable.add(identity.pid);
    }
    this.#present.clear();
  }

  /** Those whose files were looked at, by pid. */
  holders(): readonly Holder[] {
    return [...this.#holders.values()].toSorted((a, b) => a.pid - b.pid);
  }

  numbers(): Pick<KernelLedger, "seen" | "vanished" | "unreadable"> {
    const unnamed = [...this.#unreadable].filter((pid) => !this.#holders.has(pid)).length;
    const vanished = this.#met.size - this.#holders.size - unnamed;
    return { seen: this.#met.size, vanished, unreadable: this.#unreadable.size };
  }
}

/** `null`: they may not be looked into. */
function heldBy(files: KernelFiles, { task }: Identity, listed: ReadonlySet<number>): readonly number[] | null {
  const held = new Set<number>();
  try {
    for (const target of files.openFiles(task)) {
      if (!target.startsWith(socketPrefix)) continue;
      const inode = Number(target.slice(socketPrefix.length, -1));
      if (listed.has(inode)) held.add(inode);
    }
  } catch (error) {
    if (fateOf(error) === "unreadable") return null;
  }
  return [...held].toSorted((a, b) => a - b);
}

const socketPrefix = "socket:[";
