import { outermostPod } from "../../../ledger/pod-place.ts";
import type { CgroupLine } from "../../../model/ledger.ts";
import type { CgroupTarget, ProcessId } from "../../../model/node-actor.ts";
import { parseCgroup } from "../cgroup-lines.ts";
import { identify, type Identity } from "../identify.ts";
import { fateOf, type KernelFiles } from "../kernel-files.ts";
import type { CgroupFolders, Folder, FolderKind } from "./cgroup-folders.ts";
import { Refused } from "./refused.ts";
import { pathFault } from "./target-path.ts";

/** What an act on a pod's cgroup goes through. */
export interface Hands {
  /** Below the root whose cgroups these are. */
  readonly files: KernelFiles;
  readonly folders: CgroupFolders;
  /** That root: `/`, or where the node's is mounted. */
  readonly root: string;
  /** Pids that must never be met: this program's own. */
  readonly own: readonly number[];
}

/** Where a hierarchy is mounted, below the root. */
export interface Mount {
  readonly path: string;
  readonly kind: FolderKind;
}

/** The cgroup of one pod that was opened, and is that pod's by the kernel's own word. */
export interface PodCgroup extends Disposable {
  readonly folder: Folder;
  /** As /proc/PID/cgroup has it. */
  readonly path: string;
  readonly hierarchy: number;
}

/**
 * Opens the pod's cgroup in a hierarchy, and makes sure that it is what it is taken for: the mount is one of cgroups,
 * and the kernel's name of what was opened is the mount's and the pod's path behind it, so that no link and no `..` was
 * in between. Throws {@link Refused}, or the error of the system.
 */
export function openPodCgroup(
  { folders, root }: Hands,
  target: CgroupTarget,
  hierarchy: number,
  mount: Mount,
): PodCgroup {
  const path = pathIn(target, hierarchy);
  const mountPath = (root.endsWith("/") ? root : `${root}/`) + mount.path;
  const top = folders.open(mountPath);
  try {
    if (folders.kindOf(top) !== mount.kind)
      throw new Refused("not-reached", `no cgroups of ${mount.kind} are mounted at ${mount.path}`);
    const folder = openFolder(folders, mountPath + path);
    const cgroup = { folder, path, hierarchy, [Symbol.dispose]: () => folders.close(folder) };
    const isItself = folders.realPath(folder) === folders.realPath(top) + path && folders.kindOf(folder) === mount.kind;
    if (isItself) return cgroup;
    cgroup[Symbol.dispose]();
    throw new Refused(
      "contradicted",
      "what was opened is not the cgroup of the pod, but what a link or a mount leads to",
    );
  } finally {
    folders.close(top);
  }
}

function pathIn(target: CgroupTarget, hierarchy: number): string {
  const paths = target.cgroups.filter((cgroup) => cgroup.hierarchy === hierarchy).map(({ path }) => path);
  const [path, ...others] = paths;
  if (path === undefined || others.length > 0) {
    throw new Refused(
      "not-understood",
      `the pod has ${paths.length === 0 ? "no" : "more than one"} cgroup in that hierarchy`,
    );
  }
  const fault = pathFault(target.uid, path);
  if (fault !== null) throw new Refused("not-understood", fault);
  return path;
}

function openFolder(folders: CgroupFolders, path: string): Folder {
  try {
    return folders.open(path);
  } catch (error) {
    if (isGone(error)) goneAt("");
    throw error;
  }
}

/**
 * Everybody in the cgroup and in all that is below it. Each of them has to be in that cgroup by its own word too, in no
 * other pod in any hierarchy, and to be neither this program, nor pid 1, nor what watches over containers; and somebody of
 * the target has to be among them still. Throws {@link Refused}.
 */
export function membersOf(hands: Hands, cgroup: PodCgroup, target: CgroupTarget): readonly Identity[] {
  const members = pidsIn(hands.folders, cgroup.folder).flatMap((pid) => memberOf(hands, pid, cgroup, target.uid));
  if (!members.some((member) => target.processes.some((process) => isSame(process, member)))) {
    throw new Refused(
      "changed-meanwhile",
      "none of the processes that were found there is in the pod's cgroup any more",
    );
  }
  return members;
}

function isSame(one: ProcessId, other: ProcessId): boolean {
  return one.pid === other.pid && one.startTicks === other.startTicks;
}

/** Empty: it has ended meanwhile. */
function memberOf({ files, own }: Hands, pid: number, cgroup: PodCgroup, uid: string): readonly Identity[] {
  if (pid === 1 || own.includes(pid))
    throw new Refused("contradicted", `pid ${pid} is in the cgroup: it must not be signalled`);
  const identity = identify(files, pid, parseCgroup);
  if (identity === "ended") return [];
  if (identity === "unreadable")
    throw new Refused("not-permitted", `pid ${pid} in the cgroup could not be looked into`);
  if (isWatcher(identity.name)) {
    throw new Refused("contradicted", `pid ${pid} in the cgroup watches over containers: it must not be signalled`);
  }
  if (!isInside(identity.cgroup, cgroup)) {
    throw new Refused("contradicted", `pid ${pid} is listed in the pod's cgroup and is in another`);
  }
  if (identity.cgroup.some(({ path }) => (outermostPod(path)?.uid ?? uid) !== uid)) {
    throw new Refused("contradicted", `pid ${pid} in the cgroup is another pod's in another hierarchy`);
  }
  return [identity];
}

/** A shim (its name is cut to 15 characters by the kernel, and so is this), conmon or conmon-rs: who ends them makes the runtime believe what is not so. */
function isWatcher(name: string): boolean {
  return name.startsWith("containerd-shim") || name.startsWith("conmon");
}

export function isInside(lines: readonly CgroupLine[], { hierarchy, path }: PodCgroup): boolean {
  return lines.some((line) => line.hierarchy === hierarchy && (line.path === path || line.path.startsWith(`${path}/`)));
}

const deepest = 32;
const most = 10_000;

/** In ascending order. Throws {@link Refused} where there is more than a pod has. */
function pidsIn(folders: CgroupFolders, folder: Folder): readonly number[] {
  const pids = new Set<number>();
  for (const below of foldersBelow(folders, folder)) for (const pid of procsOf(folders, folder, below)) pids.add(pid);
  if (pids.size > most) throw new Refused("limit", "there are too many processes in the cgroup of the pod");
  return [...pids].toSorted((a, b) => a - b);
}

/** The folder itself, as `""`, and all below it, as `a/b/`. */
export function foldersBelow(folders: CgroupFolders, folder: Folder): readonly string[] {
  const found: string[] = [];
  const visit = (below: string, depth: number): void => {
    found.push(below);
    if (depth > deepest || found.length > most)
      throw new Refused("limit", "there are too many cgroups below that of the pod");
    for (const name of foldersIn(folders, folder, below)) visit(`${below}${name}/`, depth + 1);
  };
  visit("", 0);
  return found;
}

function procsOf(folders: CgroupFolders, folder: Folder, below: string): readonly number[] {
  try {
    const lines = folders.text(folder, `${below}cgroup.procs`).split("\n");
    return lines.filter((line) => line !== "").map(pidIn);
  } catch (error) {
    if (isGone(error)) return goneAt(below);
    // A threaded cgroup: its processes are listed where they begin to be divided [linux, Documentation/admin-guide/cgroup-v2.rst].
    if (codeOf(error) === "EOPNOTSUPP") return [];
    throw error;
  }
}

function foldersIn(folders: CgroupFolders, folder: Folder, below: string): readonly string[] {
  try {
    return folders.foldersIn(folder, below);
  } catch (error) {
    if (isGone(error)) return goneAt(below);
    throw error;
  }
}

/** What is below the pod's cgroup may go as its containers do; the pod's own may not. */
function goneAt(below: string): readonly never[] {
  if (below === "") throw new Refused("changed-meanwhile", "the cgroup of the pod is gone");
  return [];
}

/** 0: of another pid namespace, which is nobody that could be looked at. */
function pidIn(line: string): number {
  if (!/^[1-9]\d{0,9}$/.test(line)) throw new Refused("not-understood", "the cgroup lists what is no pid of this node");
  return Number(line);
}

/** ENODEV: it was open already when its cgroup was removed. */
export function isGone(error: unknown): boolean {
  return fateOf(error) === "ended" || codeOf(error) === "ENODEV";
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : null;
}
