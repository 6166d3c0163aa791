import { resolve } from "node:path";

/** This repository's folder. Nodes have it at the same path, read-only. */
export const checkout = resolve(import.meta.dirname, "../..");
