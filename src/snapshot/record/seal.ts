import { createHash } from "node:crypto";

/** Makes the lines of a snapshot out of what they say, and its end, which has their number and the SHA-256 of all. */
export class Seal {
  readonly #hash = createHash("sha256");
  #lines = 0;

  /** @param json of one object, without newlines */
  line(json: string): string {
    const text = `${json}\n`;
    this.#hash.update(text);
    this.#lines += 1;
    return text;
  }

  end(): string {
    return `${JSON.stringify({ end: true, lines: this.#lines, sha256: this.#hash.digest("hex") })}\n`;
  }
}
