import { inspect } from "node:util";

/**
 * An object as the API server served it, which may hold secrets. It cannot be written anywhere by accident: JSON, text
 * and inspection say only that it is not redacted. The few modules that may open it are named in
 * `tools/boundaries/secrets.ts`.
 */
export class ServedObject {
  readonly #json: string;
  readonly #object: unknown;

  /** Its text, byte for byte, and what that text says. */
  constructor(json: string, object: unknown) {
    this.#json = json;
    this.#object = object;
  }

  unredacted(): { readonly json: string; readonly object: unknown } {
    return { json: this.#json, object: this.#object };
  }

  toJSON(): string {
    return sealed;
  }

  toString(): string {
    return sealed;
  }

  [Symbol.toPrimitive](): string {
    return sealed;
  }

  [inspect.custom](): string {
    return sealed;
  }
}

const sealed = "<an object that is not redacted>";
