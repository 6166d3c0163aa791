import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, join, posix } from "node:path";
import { gunzipSync } from "node:zlib";
import { parse } from "yaml";
import * as z from "zod";
import type { RecordedChart } from "../../model/recorded-release.ts";
import { isInside } from "../files/inside.ts";
import { failureText, readBytes } from "../files/read.ts";
import type { HelmHome } from "./home.ts";
import { readTar, TarRefusal, type TarEntry } from "./tar.ts";

/** A chart that was looked through, and lies where Helm takes it from and nobody else writes. */
export interface OpenedChart {
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** SHA-256 of its archive; `null`: it is no archive. */
  readonly digest: string | null;
  /** Whether one of its templates may ask the cluster for something. */
  readonly mayLookUp: boolean;
}

/** Why a chart is not taken, a plain clause. */
export class ChartRefusal extends Error {}

/** As Helm has them [helm v3.22.0, pkg/chart/loader/archive.go]; Helm 4 has none for one file. */
const limits = { packed: 64 * 1024 * 1024, unpacked: 100 * 1024 * 1024, file: 5 * 1024 * 1024, files: 10_000 } as const;

/** Opens a chart of this machine, an archive or a folder. Throws {@link ChartRefusal}. */
export function openChart(path: string, home: HelmHome): OpenedChart {
  return refusing(() => (statSync(path).isDirectory() ? fromFolder(path, home) : fromArchive(path, home)));
}

/** The chart of a record, as a folder. Throws {@link ChartRefusal}. */
export function recordedChart(chart: RecordedChart, home: HelmHome): OpenedChart {
  const [subchart] = chart.dependencies;
  if (subchart !== undefined)
    throw new ChartRefusal(`its subcharts (${chart.dependencies.join(", ")}) are not in the record`);
  const schema = chart.schema === null ? [] : [file("values.schema.json", chart.schema)];
  const files = [
    // JSON is YAML too.
    file("Chart.yaml", JSON.stringify(chart.metadata)),
    file("values.yaml", JSON.stringify(chart.values)),
    ...schema,
    ...chart.files,
  ];
  return refusing(() => written(files, { name: chart.name, version: chart.version }, "recorded", home));
}

function refusing<T>(open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (error instanceof ChartRefusal) throw error;
    if (error instanceof TarRefusal) throw new ChartRefusal(error.message);
    throw new ChartRefusal(`it cannot be read (${failureText(error)})`);
  }
}

function file(path: string, text: string): TarEntry {
  return { path, content: Buffer.from(text) };
}

/** Helm gets the very bytes that were looked through. */
function fromArchive(path: string, home: HelmHome): OpenedChart {
  const bytes = readFile(path, limits.packed);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) throw new ChartRefusal("it is no archive of a chart");
  const entries = [...readTar(unpacked(bytes))];
  const files = entries.map(({ path: entry, content }) => ({ path: inChart(entry), content }));
  for (const each of files) checkSize(each);
  const about = aboutOf(files);
  return {
    path: home.write(`chart/${digestOf(bytes)}.tgz`, bytes),
    ...about,
    digest: digestOf(bytes),
    mayLookUp: mayLookUp(files),
  };
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function unpacked(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: limits.unpacked });
  } catch (error) {
    const isLarge = error instanceof RangeError;
    throw new ChartRefusal(isLarge ? `it unpacks to more than ${limits.unpacked} bytes` : "it cannot be unpacked");
  }
}

/** The path below the chart's own folder, which is the first part of each path in an archive. */
function inChart(path: string): string {
  const [, ...parts] = path.split("/");
  const below = parts.join("/");
  checkPath(path);
  if (below === "") throw new ChartRefusal(`a file of it lies beside the chart: ${path}`);
  return posix.normalize(below);
}

function checkPath(path: string): void {
  const parts = path.split("/");
  const isBad = path.startsWith("/") || path.includes("\\") || path.includes("\0") || /^[a-z]:/i.test(path);
  if (isBad || parts.includes("..")) throw new ChartRefusal(`a path in it leads out of it: ${path}`);
}

function checkSize({ path, content }: TarEntry): void {
  if (content.length > limits.file) throw new ChartRefusal(`${path} in it has more than ${limits.file} bytes`);
}

/** A copy, so that no link is left for Helm to follow, which follows them out of the chart too. */
function fromFolder(path: string, home: HelmHome): OpenedChart {
  const root = realpathSync.native(path);
  const files = [...filesIn(root, root, "", { entries: 0 })];
  return written(files, aboutOf(files), "folder", home);
}

const maximumDepth = 32;

/** `seen`: counted over all folders, since links can lead back. */
function* filesIn(root: string, folder: string, below: string, seen: { entries: number }): Generator<TarEntry> {
  if (below.split("/").length > maximumDepth)
    throw new ChartRefusal(`its folders are more than ${maximumDepth} deep: ${below.slice(0, 100)}`);
  for (const name of readdirSync(folder).toSorted()) {
    const path = below === "" ? name : `${below}/${name}`;
    if (path === ".git") continue;
    seen.entries += 1;
    if (seen.entries > limits.files) throw new ChartRefusal(`it has more than ${limits.files} files and folders`);
    const target = realpathSync.native(join(folder, name));
    if (!isInside(root, target)) throw new ChartRefusal(`a link in it leads out of it: ${path}`);
    const status = lstatSync(target);
    if (status.isDirectory()) yield* filesIn(root, target, path, seen);
    else if (status.isFile()) yield { path, content: readFile(target, limits.file) };
    else throw new ChartRefusal(`${path} in it is neither a file nor a folder`);
  }
}

function written(
  files: Iterable<TarEntry>,
  about: { readonly name: string; readonly version: string },
  folder: "recorded" | "folder",
  home: HelmHome,
): OpenedChart {
  const all = [...files];
  if (all.length > limits.files) throw new ChartRefusal(`it has more than ${limits.files} files`);
  let size = 0;
  for (const each of all) {
    checkPath(each.path);
    checkSize(each);
    size += each.content.length;
    if (size > limits.unpacked) throw new ChartRefusal(`it has more than ${limits.unpacked} bytes`);
    home.write(`chart/${folder}/${posix.normalize(each.path)}`, each.content);
  }
  return { path: join(home.folder, "chart", folder), ...about, digest: null, mayLookUp: mayLookUp(all) };
}

/** An archive in it, as a subchart may be one, is not looked into: it may. */
function mayLookUp(files: readonly TarEntry[]): boolean {
  return files.some(({ path, content }) => {
    if (/\.(?:tgz|tar\.gz)$/.test(path)) return true;
    return /(?:^|\/)templates\//.test(path) && /\blookup\b/.test(Buffer.from(content).toString("latin1"));
  });
}

const chartFile = z.object({ name: z.string().min(1).max(253), version: z.union([z.string(), z.number()]) });

function aboutOf(files: readonly TarEntry[]): { readonly name: string; readonly version: string } {
  // Of two with one name the last counts, as in Helm.
  const found = files.findLast(({ path }) => path === "Chart.yaml");
  if (found === undefined) throw new ChartRefusal("it has no Chart.yaml");
  const read = chartFile.safeParse(yamlOf(Buffer.from(found.content).toString("utf8")));
  if (!read.success) throw new ChartRefusal("its Chart.yaml does not give name and version");
  return { name: read.data.name, version: String(read.data.version) };
}

function yamlOf(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100, logLevel: "error" });
  } catch {
    return undefined;
  }
}

function readFile(path: string, maximum: number): Uint8Array {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) throw new ChartRefusal(`${basename(path)} is not a regular file`);
    if (status.size > maximum) throw new ChartRefusal(`${basename(path)} has more than ${maximum} bytes`);
    return readBytes(descriptor, status.size);
  } finally {
    closeSync(descriptor);
  }
}
