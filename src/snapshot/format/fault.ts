/**
 * Why a file cannot be used as a snapshot. `absent`: there is no such file; `foreign`: it is none; `future`: of a version that is not known; `truncated`:
 * its end is missing; `damaged`: it is not what was written; `too-large`: over a limit.
 */
export type FaultKind = "absent" | "unreadable" | "foreign" | "future" | "truncated" | "damaged" | "too-large";

/** Nothing that was read of the file before this was thrown may be used. */
export class SnapshotFault extends Error {
  override readonly name = "SnapshotFault";
  readonly kind: FaultKind;

  /** @param text a plain clause that goes on behind the file's name; quotes nothing of the file */
  constructor(kind: FaultKind, text: string) {
    super(text);
    this.kind = kind;
  }
}
