/**
 * What an audit reads: a directory or a git revision. Implementations live in outside/; nothing here
 * follows a link out of the root.
 */
export interface Tree {
  /** For people: the directory's name or the revision. Hostile. */
  readonly label: string;
  /** Every file that counts: tracked ones, and untracked ones that git does not ignore. Sorted by path. */
  entries(): Promise<readonly TreeEntry[]>;
  /** Bytes of one entry. Rejects with {@link Unreadable}. */
  read(path: string): Promise<Uint8Array>;
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
