import { unknownValue } from "../value-tree.ts";
import type { Value } from "../value.ts";

/** Values that are computed when they are first asked for. One that asks for itself is unknown. */
export class Memo {
  readonly #values = new Map<string, Value>();
  readonly #running = new Set<string>();

  /** `name` is what people call the value: `local.a`. */
  once(name: string, compute: () => Value): Value {
    const earlier = this.#values.get(name);
    if (earlier !== undefined) return earlier;
    if (this.#running.has(name)) return unknownValue("cycle", `${name} refers to itself`);
    this.#running.add(name);
    const value = compute();
    this.#running.delete(name);
    this.#values.set(name, value);
    return value;
  }
}
