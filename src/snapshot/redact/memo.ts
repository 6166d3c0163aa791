import { createHash } from "node:crypto";

/**
 * Remembers what was made of texts: a cluster says the same over and over, in its pods and in the revisions of a release.
 * Long texts are known by their SHA-256. Over `maximum` characters kept, it begins anew.
 */
export class Memo {
  readonly #maximum: number;
  readonly #made = new Map<string, string>();
  #kept = 0;

  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  get(text: string, make: (text: string) => string): string {
    const key = text.length <= 512 ? text : createHash("sha256").update(text).digest("base64");
    const before = this.#made.get(key);
    if (before !== undefined) return before;
    const now = make(text);
    this.#kept += key.length + now.length + overhead;
    if (this.#kept > this.#maximum) {
      this.#made.clear();
      this.#kept = 0;
    }
    this.#made.set(key, now);
    return now;
  }
}

/** Of an entry, in characters. */
const overhead = 64;
