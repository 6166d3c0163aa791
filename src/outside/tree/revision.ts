import type { Tree, TreeEntry, Unreadable } from "../../repository/tree.ts";
import { linkTarget } from "./link-target.ts";
import { maximumFileSize } from "../../repository/sources.ts";
import { askGit } from "./git.ts";

interface Blob {
  readonly entry: TreeEntry;
  readonly id: string;
}

interface Listed extends Blob {
  readonly isLink: boolean;
}

/**
 * The files of a directory as they were in a revision; nothing is checked out. Rejected revisions (unknown, or
 * an option in disguise) give a failure text.
 */
export function revisionTree(directory: string, revision: string): Tree | { readonly failure: string } {
  const commit = askGit(directory, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`]);
  if ("failure" in commit) return { failure: commit.failure === "" ? "no such revision" : commit.failure };
  const listing = askGit(directory, ["ls-tree", "-r", "-l", "-z", commit.out.toString("utf8").trim()]);
  if ("failure" in listing) return listing;
  const listed = listing.out.toString("utf8").split("\0").flatMap(parseLine);
  const blobs = new Map(followed(directory, listed).map((blob) => [blob.entry.path, blob]));
  const contents = new Map<string, Uint8Array>();
  let loaded = false;
  return {
    label: revision,
    isWhole: true,
    entries: () => [...blobs.values()].map(({ entry }) => entry),
    read(path) {
      if (!loaded) load(directory, blobs, contents);
      loaded = true;
      return contents.get(path) ?? readOne(directory, blobs.get(path), contents);
    },
  };
}

const missing: Unreadable = { code: "READ004", text: "git does not hold the file's content" };
const wanted = /\.(?:tf|tofu|hcl|tfvars|ya?ml|json5?|jsonc|tpl|tftpl|tmpl|lock|tfstate)$|(?:^|\/)\.renovaterc/;

/** A file with a name that nothing is read by, unless another names it: `file("version.txt")`. */
function readOne(
  directory: string,
  blob: Blob | undefined,
  contents: Map<string, Uint8Array>,
): Uint8Array | Unreadable {
  if (blob?.entry.unreadable !== undefined) return blob.entry.unreadable;
  if (blob === undefined || blob.entry.size > maximumFileSize) return missing;
  const answer = askGit(directory, ["cat-file", "blob", blob.id]);
  if ("failure" in answer) return missing;
  contents.set(blob.entry.path, answer.out);
  return answer.out;
}

/** `mode SP type SP object SP size TAB path`. */
function parseLine(line: string): Listed[] {
  const [, mode, id, size, path] = /^(\d+) blob ([0-9a-f]+) +(\d+)\t(.*)$/s.exec(line) ?? [];
  if (mode === undefined || id === undefined || size === undefined || path === undefined) return [];
  return [{ id, isLink: mode === "120000", entry: { path, size: Number(size), tracked: true } }];
}

/** Links to files stand for them, as in a directory; links to directories are left out, and others say why they lead nowhere. */
function followed(directory: string, listed: readonly Listed[]): Blob[] {
  const links = listed.filter(({ isLink, entry }) => isLink && entry.size <= longestTarget);
  if (!listed.some(({ isLink }) => isLink)) return [...listed];
  const targets = new Map<string, string>();
  for (const [path, bytes] of contentsOf(directory, links)) targets.set(path, new TextDecoder().decode(bytes));
  const files = new Map(listed.filter(({ isLink }) => !isLink).map((blob) => [blob.entry.path, blob]));
  const directories = new Set([...files.keys()].flatMap(directoriesAbove));
  return listed.flatMap((one): Blob[] => {
    if (!one.isLink) return [one];
    const { path } = one.entry;
    const target = linkTarget(path, targets);
    const file = files.get(target ?? "");
    if (file !== undefined) return [{ id: file.id, entry: { ...file.entry, path } }];
    if (target !== null && (target === "" || directories.has(target))) return [];
    const text =
      target === null ? "a link that leaves the revision or loops: not followed" : "a link that leads nowhere";
    return [{ id: one.id, entry: { path, size: 0, tracked: true, unreadable: { code: "READ005", text } } }];
  });
}

/** Systems allow no longer path in a link. */
const longestTarget = 4096;

/** `a/b` and `a` of `a/b/c`. */
function directoriesAbove(path: string): string[] {
  return [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index));
}

/** Fetches every file that could be asked for in one call: one process instead of one a file. */
function load(directory: string, blobs: ReadonlyMap<string, Blob>, contents: Map<string, Uint8Array>): void {
  const asked = [...blobs.values()].filter(
    ({ entry }) => entry.unreadable === undefined && wanted.test(entry.path) && entry.size <= maximumFileSize,
  );
  for (const [path, bytes] of contentsOf(directory, asked)) contents.set(path, bytes);
}

/** Contents by path; nothing where git fails, and none for what git does not hold. */
function contentsOf(directory: string, asked: readonly Blob[]): [path: string, bytes: Uint8Array][] {
  const answer = askGit(directory, ["cat-file", "--batch"], Buffer.from(asked.map(({ id }) => `${id}\n`).join("")));
  if ("failure" in answer) return [];
  const found: [string, Uint8Array][] = [];
  let at = 0;
  for (const { entry } of asked) {
    const end = answer.out.indexOf(10, at);
    const [, , size] = answer.out.toString("latin1", at, end).split(" ");
    at = end + 1;
    if (size === undefined) continue;
    found.push([entry.path, answer.out.subarray(at, at + Number(size))]);
    at += Number(size) + 1;
  }
  return found;
}
