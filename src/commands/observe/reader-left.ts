import type { Warning } from "../../ledger/node-view.ts";

/** What reading a node left behind on it, as a warning of what was read. */
export function readerLeft({ text, supply }: { readonly text: string; readonly supply?: string | undefined }): Warning {
  return { code: "reader-left", text, ...(supply === undefined ? {} : { supply }) };
}
