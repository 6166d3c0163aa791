import type { Boundary } from "./boundaries.ts";
import type { Graph } from "./graph.ts";

/** One way in which a rule is broken. */
export interface Broken {
  readonly reason: string;
  /** From the file that the rule is about to what it must not reach, each importing the next. */
  readonly path: readonly string[];
}

const noCycles =
  "Folders of src form layers: in a circle neither can be understood, tested or moved without the other.";

/** Every broken rule, each with the shortest path that breaks it. Also looks for cycles between the folders of src. */
export function broken(graph: Graph, boundaries: readonly Boundary[]): Broken[] {
  return [...boundaries.flatMap((boundary) => breaks(graph, boundary)), ...cycles(graph)];
}

/** For people: the path and the reason. */
export function explain({ reason, path }: Broken): string {
  return `${path.join("\n  imports ")}\n  but: ${reason}`;
}

function breaks(graph: Graph, boundary: Boundary): Broken[] {
  const found: Broken[] = [];
  for (const file of graph.keys()) {
    const group = groupOf(file, boundary.from);
    if (group === null || groupOf(file, boundary.except ?? []) !== null) continue;
    const forbids = (to: string): boolean => {
      const banned = groupOf(to, boundary.never ?? []);
      if (banned !== null && banned !== group) return true;
      return boundary.only !== undefined && !isWithin(to, group) && groupOf(to, boundary.only) === null;
    };
    const path = boundary.over === "direct" ? directPath(graph, file, forbids) : transitivePath(graph, file, forbids);
    if (path !== null) found.push({ reason: boundary.reason, path });
  }
  return found;
}

function directPath(graph: Graph, file: string, forbids: (to: string) => boolean): string[] | null {
  const bad = graph.get(file)?.find(({ to }) => forbids(to));
  return bad === undefined ? null : [file, bad.to];
}

/** Breadth first, so the shortest path to something forbidden. */
function transitivePath(graph: Graph, start: string, forbids: (to: string) => boolean): string[] | null {
  const cameFrom = new Map<string, string | null>([[start, null]]);
  for (const file of cameFrom.keys()) {
    for (const { to, kind } of graph.get(file) ?? []) {
      if (kind === "type" || cameFrom.has(to)) continue;
      cameFrom.set(to, file);
      if (forbids(to)) return pathTo(to, cameFrom);
    }
  }
  return null;
}

function pathTo(end: string, cameFrom: ReadonlyMap<string, string | null>): string[] {
  const path = [end];
  for (let at = cameFrom.get(end); at !== null && at !== undefined; at = cameFrom.get(at)) path.unshift(at);
  return path;
}

/** The first of the patterns' matches that a file lies in: the folder with its `*` filled in. */
function groupOf(file: string, patterns: readonly string[]): string | null {
  for (const pattern of patterns) {
    const parts = pattern.replace(/\/$/, "").split("/");
    const own = file.split("/").slice(0, parts.length);
    const inFolder = !pattern.endsWith("/") || file.split("/").length > parts.length;
    if (own.length === parts.length && inFolder && parts.every((part, at) => part === "*" || part === own[at])) {
      return own.join("/");
    }
  }
  return null;
}

function isWithin(file: string, folder: string): boolean {
  return file === folder || file.startsWith(`${folder}/`);
}

/** Cycles between the folders right below src; types count, because a reader follows them too. */
function cycles(graph: Graph): Broken[] {
  const folders = new Map<string, Map<string, readonly string[]>>();
  for (const [file, imports] of graph) {
    const from = topFolder(file);
    for (const { to } of imports) {
      const target = topFolder(to);
      if (from === null || target === null || from === target) continue;
      const targets = folders.get(from) ?? new Map<string, readonly string[]>();
      if (!targets.has(target)) targets.set(target, [file, to]);
      folders.set(from, targets);
    }
  }
  const found = new Map<string, Broken>();
  for (const folder of [...folders.keys()].toSorted()) {
    const cycle = cycleThrough(folder, folders);
    if (cycle === null || found.has(cycle.toSorted().join(" "))) continue;
    const path = cycle.flatMap((at, index) => folders.get(at)?.get(cycle[index + 1] ?? folder) ?? []);
    found.set(cycle.toSorted().join(" "), { reason: noCycles, path });
  }
  return [...found.values()];
}

function topFolder(file: string): string | null {
  return /^src\/[^/]+/.exec(file)?.[0] ?? null;
}

function cycleThrough(start: string, folders: ReadonlyMap<string, ReadonlyMap<string, unknown>>): string[] | null {
  const cameFrom = new Map<string, string | null>([[start, null]]);
  for (const folder of cameFrom.keys()) {
    for (const next of folders.get(folder)?.keys() ?? []) {
      if (next === start) return pathTo(folder, cameFrom);
      if (!cameFrom.has(next)) cameFrom.set(next, folder);
    }
  }
  return null;
}
