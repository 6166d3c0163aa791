/**
 * What an audit reads: a directory or a git revision. Implementations live in outside/; nothing here
 * follows a link out of the root.
 */
export interface Tree {
  /** For people: the directory's name or the revision. Hostile. */
  readonly label: string;
  /** False where it is one file: what stands beside it is not known. */
  readonly isWhole: boolean;
  /** Every file that counts: tracked ones, and untracked ones that git does not ignore. Sorted by path. */
  entries(): readonly TreeEntry[];
  /** Bytes of one entry, or why not. Synchronous: evaluation asks for files while it runs. */
  read(path: string): Uint8Array | Unreadable;
}

export interface TreeEntry {
  readonly path: string;
  readonly size: number;
  readonly tracked: boolean | null;
  /** Set when the entry cannot be read, with the reason: it is reported and left out. */
  readonly unreadable?: Unreadable;
}

export interface Unreadable {
  readonly code: "READ001" | "READ004" | "READ005";
  readonly text: string;
}
