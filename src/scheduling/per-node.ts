import type { PlaceState } from "./place-index.ts";

/**
 * What is computed of a node's pods, kept until a pod comes or goes there: one placement leaves all other nodes as they are.
 */
export class PerNode<T> {
  readonly #kept = new Map<string, WeakMap<PlaceState, { readonly version: number; readonly value: T }>>();

  /** `key`: all that the value depends on beside the node. */
  of(key: string, compute: (state: PlaceState) => T): (state: PlaceState) => T {
    const kept = this.#kept.get(key) ?? new WeakMap<PlaceState, { readonly version: number; readonly value: T }>();
    this.#kept.set(key, kept);
    return (state) => {
      const before = kept.get(state);
      if (before?.version === state.version) return before.value;
      const value = compute(state);
      kept.set(state, { version: state.version, value });
      return value;
    };
  }
}
