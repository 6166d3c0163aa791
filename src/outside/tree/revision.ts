import type { Tree, TreeEntry, Unreadable } from "../../repository/tree.ts";
import { maximumFileSize } from "../../repository/sources.ts";
import { askGit } from "./git.ts";

interface Blob {
  readonly entry: TreeEntry;
  readonly id: string;
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
  const blobs = new Map(
    listing.out
      .toString("utf8")
      .split("\0")
      .flatMap(parseLine)
      .map((blob) => [blob.entry.path, blob]),
  );
  const contents = new Map<string, Uint8Array>();
  let loaded = false;
  return {
    label: revision,
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
  if (blob === undefined || blob.entry.size > maximumFileSize) return missing;
  const answer = askGit(directory, ["cat-file", "blob", blob.id]);
  if ("failure" in answer) return missing;
  contents.set(blob.entry.path, answer.out);
  return answer.out;
}

/** `mode SP type SP object SP size TAB path`. */
function parseLine(line: string): Blob[] {
  const [, mode, id, size, path] = /^(\d+) blob ([0-9a-f]+) +(\d+)\t(.*)$/s.exec(line) ?? [];
  if (mode === undefined || id === undefined || size === undefined || path === undefined) return [];
  if (mode === "120000") return [];
  return [{ id, entry: { path, size: Number(size), tracked: true } }];
}

/** Fetches every file that could be asked for in one call: one process instead of one a file. */
function load(directory: string, blobs: ReadonlyMap<string, Blob>, contents: Map<string, Uint8Array>): void {
  const asked = [...blobs.values()].filter(({ entry }) => wanted.test(entry.path) && entry.size <= maximumFileSize);
  const answer = askGit(directory, ["cat-file", "--batch"], Buffer.from(asked.map(({ id }) => `${id}\n`).join("")));
  if ("failure" in answer) return;
  let at = 0;
  for (const { entry } of asked) {
    const end = answer.out.indexOf(10, at);
    const [, , size] = answer.out.toString("latin1", at, end).split(" ");
    at = end + 1;
    if (size === undefined) continue;
    contents.set(entry.path, answer.out.subarray(at, at + Number(size)));
    at += Number(size) + 1;
  }
}
