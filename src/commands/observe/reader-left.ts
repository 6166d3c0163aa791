import type { Warning } from "../../ledger/node-view.ts";
import { readerLeft as readerLeftCode } from "../../snapshot/format/format.ts";

/** What reading a node left behind on it, as a warning of what was read. */
export function readerLeft({ text, supply }: Left): Warning {
  return { code: "reader-left", text, ...(supply === undefined ? {} : { supply }) };
}

/** What a snapshot's file has to say of it, or of something that only a later version has a code for. */
export function warningOf({ code, ...left }: Left & { readonly code: string }): Warning {
  return code === readerLeftCode ? readerLeft(left) : { ...readerLeft(left), code: "snapshot-warning" };
}

interface Left {
  readonly text: string;
  readonly supply?: string | undefined;
}
