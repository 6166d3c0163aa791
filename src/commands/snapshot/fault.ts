import { SnapshotFault, type FaultKind } from "../../snapshot/format/fault.ts";
import { Failure } from "../failure.ts";

/** What `read` gives; what speaks against the file becomes the command's failure, with its code of docs/problems.md. */
export async function ofSnapshot<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof SnapshotFault)) throw error;
    const [code, advice] = codes[error.kind];
    throw new Failure(code, `${file === "-" ? "standard input" : file} ${error.message}`, advice, { cause: error });
  }
}

const codes: Readonly<Record<FaultKind, readonly [code: string, advice: string]>> = {
  absent: ["SNAP001", "Name one that is there; holdfast snapshot -o FILE records one."],
  unreadable: ["SNAP001", "Check path, owner and mode."],
  foreign: ["SNAP002", "Name a file that holdfast snapshot wrote, packed as it was."],
  future: ["SNAP003", "Read it with the version of Holdfast that wrote it, or a newer one."],
  truncated: ["SNAP004", "Copy it again from where it was written; nothing of it is used."],
  damaged: ["SNAP005", "Copy it again from where it was written; nothing of it is used."],
  "too-large": ["SNAP006", "No node gives as much: ask whoever made it."],
};
