import { field } from "../../manifests/field.ts";
import type { Value } from "../../value.ts";
import { managerName, managers } from "./names.ts";

const updateType = "lockFileMaintenance";

/**
 * Whether Renovate renews lock files: off by default, and switched on by the settings of the whole or of a manager.
 * A package rule comes too late for that (v44, lib/workers/repository/updates/flatten.ts).
 */
export class LockFileMaintenance {
  #ofAll: boolean | undefined;
  readonly #ofManagers = new Map<string, boolean>();

  /** Reads the switch of one block, and gives the block without it: it says nothing of other updates. */
  take(block: Value, manager: string | null): Value {
    const maintenance = field(block, updateType);
    const enabled = field(maintenance, "enabled");
    if (block.kind !== "mapping" || maintenance.kind !== "mapping" || enabled.kind !== "bool") return block;
    if (manager === null) this.#ofAll = enabled.value;
    else this.#ofManagers.set(manager, enabled.value);
    const others = new Map([...maintenance.entries].filter(([key]) => key !== "enabled"));
    return { ...block, entries: new Map([...block.entries, [updateType, { ...maintenance, entries: others }]]) };
  }

  /** Managers whose lock files it renews. `otherwise`: what holds where nothing that was read switches it. */
  managers(otherwise: boolean): ReadonlySet<string> {
    const named = managers.map(managerName);
    return new Set(named.filter((manager) => this.#ofManagers.get(manager) ?? this.#ofAll ?? otherwise));
  }
}
