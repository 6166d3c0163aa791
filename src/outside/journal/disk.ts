import { fsyncSync, renameSync, writeSync } from "node:fs";

/** Where a disk may fail. Each function throws the error of the system. */
export interface Disk {
  /** Gives how many bytes were written, which may be fewer. */
  readonly write: (descriptor: number, bytes: Uint8Array) => number;
  readonly sync: (descriptor: number) => void;
  readonly rename: (from: string, to: string) => void;
}

export const realDisk: Disk = {
  write: (descriptor, bytes) => writeSync(descriptor, bytes),
  sync: fsyncSync,
  rename: renameSync,
};
