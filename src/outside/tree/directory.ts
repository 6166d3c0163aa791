import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  realpathSync,
  statSync,
} from "node:fs";
import { dirname, join, sep } from "node:path";
import type { Problem } from "../../model/problem.ts";
import { maximumFileSize } from "../../repository/sources.ts";
import type { Tree, TreeEntry, Unreadable } from "../../repository/tree.ts";
import { isInside } from "../files/inside.ts";
import { readBytes } from "../files/read.ts";
import { askGit } from "./git.ts";

/** Folders that never hold what somebody declares. */
const passedOver = new Set([".git", "node_modules", ".terraform", ".terragrunt-cache"]);

/** Beyond this many entries a walk stops and says so. */
const maximumEntries = 500_000;

export interface DirectoryTree extends Tree {
  /** Set when git could not be asked, so that untracked and ignored files are read like any other. */
  readonly problems: readonly Problem[];
}

/**
 * The files below a directory. Where git answers, ignored files are left out and each file says whether it is
 * tracked. Links are followed while they stay inside the directory.
 */
export function directoryTree(root: string): DirectoryTree {
  const realRoot = realpathSync(root);
  const problems: Problem[] = [];
  let entries: readonly TreeEntry[] | undefined;
  return {
    label: root,
    isWhole: true,
    problems,
    entries: () => (entries ??= listEntries(realRoot, problems)),
    read: readerOf(realRoot),
  };
}

/** One file as a tree of its own. */
export function fileTree(path: string): DirectoryTree {
  const name = path.slice(path.lastIndexOf(sep) + 1);
  const directory = path.slice(0, path.length - name.length) || ".";
  const realRoot = realpathSync(directory);
  return {
    label: path,
    isWhole: false,
    problems: [],
    entries: () => [describe(realRoot, name, null, [])].filter((entry) => entry !== null),
    read: readerOf(realRoot),
  };
}

function listEntries(root: string, problems: Problem[]): readonly TreeEntry[] {
  const listed = gitFiles(root, problems);
  if (Array.isArray(listed)) return sorted(listed.map(({ path, tracked }) => describe(root, path, tracked, problems)));
  if (listed !== noRepository || hasGitDirectory(root))
    problems.push({
      code: "GIT001",
      path: ".",
      text: `git could not be asked (${listed}): ignored files are read too`,
    });
  const paths: string[] = [];
  walk(root, "", paths, problems);
  return sorted(paths.map((path) => describe(root, path, null, problems)));
}

const noRepository = "it says that this is no repository";

/** Whether a `.git` stands here or above, that git should have known. */
function hasGitDirectory(directory: string): boolean {
  const above = dirname(directory);
  return existsSync(join(directory, ".git")) || (above !== directory && hasGitDirectory(above));
}

function sorted(entries: readonly (TreeEntry | null)[]): readonly TreeEntry[] {
  return entries.filter((entry) => entry !== null).toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** Files that git tracks, and those that it neither tracks nor ignores; or why it could not say. */
function gitFiles(root: string, problems: Problem[]): { path: string; tracked: boolean }[] | string {
  const answer = askGit(root, ["ls-files", "-z", "-t", "--cached", "--others", "--exclude-standard"]);
  if ("failure" in answer) return answer.failure.includes("not a git repository") ? noRepository : answer.failure;
  const found = new Map<string, boolean>();
  for (const line of answer.out.toString("utf8").split("\0")) {
    const path = line.slice(2);
    const tracked = !line.startsWith("?");
    if (path !== "" && (tracked || !path.split("/").some((part) => passedOver.has(part)))) found.set(path, tracked);
  }
  problems.push(...closedDirectories(answer.warnings));
  return [...found].map(([path, tracked]) => ({ path, tracked }));
}

/** `warning: could not open directory 'shut/': Permission denied` (git, dir.c): what lies there untracked is not listed. */
function closedDirectories(warnings: string): readonly Problem[] {
  const closed = [...warnings.matchAll(/^warning: could not open directory '(.*)': (.+)$/gm)];
  return closed
    .map(([, path = "", why = ""]) => ({ path: path.replace(/\/$/, ""), why }))
    .filter(({ path }) => !path.split("/").some((part) => passedOver.has(part)))
    .map(({ path, why }) => ({ code: "READ004", path, text: `the directory could not be read (${why})` }));
}

function walk(root: string, directory: string, paths: string[], problems: Problem[]): void {
  let found;
  try {
    found = readdirSync(join(root, directory), { withFileTypes: true });
  } catch (error) {
    problems.push({
      code: "READ004",
      path: directory === "" ? "." : directory,
      text: `the directory could not be read (${codeOf(error)})`,
    });
    return;
  }
  for (const entry of found) {
    if (paths.length >= maximumEntries) {
      const text = `more than ${maximumEntries} files: the rest is not read`;
      if (!problems.some((problem) => problem.text === text))
        problems.push({ code: "READ004", path: directory === "" ? "." : directory, text });
      return;
    }
    const path = directory === "" ? entry.name : `${directory}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!passedOver.has(entry.name)) walk(root, path, paths, problems);
    } else if (entry.isFile() || entry.isSymbolicLink()) paths.push(path);
  }
}

/** Size and kind of one path; `null` for what is not a file: a directory behind a link, a socket, a deleted file, a submodule. */
function describe(root: string, path: string, tracked: boolean | null, problems: Problem[]): TreeEntry | null {
  try {
    const status = lstatSync(`${root}/${path}`);
    if (status.isFile()) return { path, size: status.size, tracked };
    // A listing names files: for a submodule git names the directory, for a repository within this one `directory/`.
    if (status.isDirectory()) problems.push(nestedRepository(path.replace(/\/$/, "")));
    return status.isSymbolicLink() ? describeLink(root, path, tracked, problems) : null;
  } catch (error) {
    if (codeOf(error) !== "ENOENT")
      return { path, size: 0, tracked, unreadable: { code: "READ004", text: `could not be read (${codeOf(error)})` } };
    // Names come as UTF-8: one that is not has lost its bytes, and is found no more.
    if (path.includes("\uFFFD"))
      problems.push({ code: "READ002", path, text: "its name is not valid UTF-8: not read" });
    return null;
  }
}

/** What a repository within this one declares belongs to that one. */
function nestedRepository(path: string): Problem {
  return { code: "READ009", path, text: "a git submodule or nested repository: not read" };
}

function describeLink(root: string, path: string, tracked: boolean | null, problems: Problem[]): TreeEntry | null {
  const bad = (text: string): TreeEntry => ({ path, size: 0, tracked, unreadable: { code: "READ005", text } });
  try {
    const target = realpathSync.native(`${root}/${path}`);
    const status = statSync(target);
    if (isInside(root, target)) return status.isFile() ? { path, size: status.size, tracked } : null;
    if (!status.isDirectory()) return bad("a link that leaves the repository: not followed");
    // Nobody will ask for the directory, so it is told here.
    problems.push({ code: "READ005", path, text: "a link to a directory outside the repository: not followed" });
    return null;
  } catch (error) {
    return bad(codeOf(error) === "ELOOP" ? "a link that leads to itself" : "a link that leads nowhere");
  }
}

/** Reads the files below a root, none that a link leads out to. Where a directory really is, is asked once. */
function readerOf(root: string): Tree["read"] {
  const inside = new Map<string, boolean>();
  const isRealDirectory = (directory: string): boolean => {
    const known = inside.get(directory) ?? realpathSync.native(directory) === directory;
    inside.set(directory, known);
    return known;
  };
  return (path) => {
    const whole = join(root, path);
    try {
      if (!isRealDirectory(dirname(whole))) return readTarget(root, whole);
      return readRegular(whole, constants.O_NOFOLLOW);
    } catch (error) {
      return codeOf(error) === "ELOOP" ? readTarget(root, whole) : unreadable(error);
    }
  };
}

/** Reads what a path leads to by links, unless that is outside; the path is resolved again, for it may have changed. */
function readTarget(root: string, path: string): Uint8Array | Unreadable {
  try {
    const target = realpathSync.native(path);
    if (!isInside(root, target)) return { code: "READ005", text: "a link that leaves the repository: not followed" };
    return readRegular(target, 0);
  } catch (error) {
    return unreadable(error);
  }
}

/** Reads at most the size that a file has when it is opened. What was a file may be a pipe by now: do not wait for somebody to write to it. */
function readRegular(path: string, flags: number): Uint8Array | Unreadable {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | flags);
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) return { code: "READ004", text: "not a regular file" };
    if (status.size > maximumFileSize)
      return { code: "READ001", text: `${status.size} bytes is over the cap of ${maximumFileSize}: not read` };
    return readBytes(descriptor, status.size);
  } finally {
    closeSync(descriptor);
  }
}

function unreadable(error: unknown): Unreadable {
  return { code: "READ004", text: `could not be read (${codeOf(error)})` };
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown error";
}
