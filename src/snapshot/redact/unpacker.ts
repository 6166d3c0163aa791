import { gunzipSync } from "node:zlib";

/** Unpacks gzip within limits: what is packed may have more of it packed inside, each a thousand times as large. */
export class Unpacker {
  #left = maximumOfObject;

  /** From here on it is another object. */
  begin(): void {
    this.#left = maximumOfObject;
  }

  /** Throws where it is no gzip, is cut short, has over 64 MiB, or where all of one object has over 256 MiB. */
  gunzip(bytes: Uint8Array): Buffer {
    const unpacked = gunzipSync(bytes, { maxOutputLength: Math.max(Math.min(maximumUnpacked, this.#left), 1) });
    this.#left -= unpacked.length;
    return unpacked;
  }
}

const maximumUnpacked = 64 * 1024 * 1024;
const maximumOfObject = 4 * maximumUnpacked;
