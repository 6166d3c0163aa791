import type { ObjectReference } from "./running-cluster.ts";
import type { FileId } from "./span.ts";

/** One file that was read. `text` keeps a byte order mark and the line ends as they are. */
export interface SourceFile {
  readonly id: FileId;
  /** Relative to the root that was audited, with `/` between parts. Hostile: never print it raw. */
  readonly path: string;
  readonly text: string;
  /** Whether git tracks the file; `null` where there is no git to ask. */
  readonly tracked: boolean | null;
  /** Set where this is no file but an object of a cluster, printed: `path` is then one that no file has. */
  readonly object?: ObjectReference;
}

/** A line and a column, both from 1; the column counts UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const lineStarts = new WeakMap<SourceFile, readonly number[]>();

/** Where an offset lies in the file. Offsets past the end give the end. A byte order mark takes no column, as in editors. */
export function positionAt(file: SourceFile, offset: number): Position {
  const starts = startsOf(file);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const start = starts[low] === 0 && file.text.startsWith("\uFEFF") ? 1 : (starts[low] ?? 0);
  return { line: low + 1, column: Math.max(0, Math.min(offset, file.text.length) - start) + 1 };
}

function startsOf(file: SourceFile): readonly number[] {
  let starts = lineStarts.get(file);
  if (starts === undefined) {
    const found = [0];
    for (let at = file.text.indexOf("\n"); at !== -1; at = file.text.indexOf("\n", at + 1)) found.push(at + 1);
    starts = found;
    lineStarts.set(file, starts);
  }
  return starts;
}
