import type { Problem } from "../model/problem.ts";
import type { SourceFile } from "../model/source.ts";
import type { Tree, TreeEntry, Unreadable } from "./tree.ts";

/** Files above this are reported unread: no parser is given more. 4 MiB. */
export const maximumFileSize = 4 * 1024 * 1024;

/** The files of one tree, decoded; each is read at most once. */
export class Sources {
  readonly problems: Problem[] = [];
  readonly files: SourceFile[] = [];
  /** False where the tree is one file: what stands beside it is not known. */
  readonly isWhole: boolean;
  /** Every entry by path, read or not. */
  readonly entries: ReadonlyMap<string, TreeEntry>;
  readonly #tree: Tree;
  readonly #opened = new Map<string, SourceFile | Problem>();

  constructor(tree: Tree) {
    this.#tree = tree;
    this.isWhole = tree.isWhole;
    this.entries = new Map(tree.entries().map((entry) => [entry.path, entry]));
  }

  /** The file's text, or the problem that keeps it from being read; the problem is recorded once. */
  open(path: string): SourceFile | Problem | undefined {
    const entry = this.entries.get(path);
    if (entry === undefined) return undefined;
    const opened = this.#opened.get(path);
    if (opened !== undefined) return opened;
    const result = this.#read(entry);
    this.#opened.set(path, result);
    if ("code" in result) this.problems.push(result);
    else this.files.push(result);
    return result;
  }

  /** The file where it can be read; `undefined` where it is missing or a problem. */
  text(path: string): SourceFile | undefined {
    const opened = this.open(path);
    return opened === undefined || "code" in opened ? undefined : opened;
  }

  /** Records what was left out at a place: once, however often the place is come by. */
  note(problem: Problem): void {
    const isSame = ({ code, at }: Problem) =>
      code === problem.code && at?.file === problem.at?.file && at?.start === problem.at?.start;
    if (!this.problems.some(isSame)) this.problems.push(problem);
  }

  /** A file that the repository's tools would write, such as Terragrunt's `generate`; its path says so. */
  generated(path: string, text: string): SourceFile {
    const file: SourceFile = { id: this.files.length, path, text, tracked: null };
    this.files.push(file);
    return file;
  }

  #read(entry: TreeEntry): SourceFile | Problem {
    const { path } = entry;
    if (entry.unreadable !== undefined) return { path, ...entry.unreadable };
    if (entry.size > maximumFileSize) {
      return { code: "READ001", path, text: `${entry.size} bytes is over the cap of ${maximumFileSize}: not read` };
    }
    const bytes = this.#tree.read(path);
    if (isUnreadable(bytes)) return { path, ...bytes };
    return decode(bytes, path, this.files.length, entry.tracked);
  }
}

function isUnreadable(read: Uint8Array | Unreadable): read is Unreadable {
  return "code" in read;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const gitCryptMagic = new TextEncoder().encode("\0GITCRYPT\0");

function decode(bytes: Uint8Array, path: string, id: number, tracked: boolean | null): SourceFile | Problem {
  if (startsWith(bytes, gitCryptMagic)) return { code: "READ003", path, text: "encrypted by git-crypt: not read" };
  if (startsWith(bytes, [0xff, 0xfe]) || startsWith(bytes, [0xfe, 0xff])) {
    return { code: "READ002", path, text: "UTF-16, not UTF-8: not read" };
  }
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return { code: "READ002", path, text: "not valid UTF-8: not read" };
  }
  if (text.includes("\0")) return { code: "READ002", path, text: "binary: not read" };
  return { id, path, text, tracked };
}

function startsWith(bytes: Uint8Array, start: ArrayLike<number>): boolean {
  return Array.from(start).every((byte, index) => bytes[index] === byte);
}
