import { posix } from "node:path";
import * as z from "zod";
import type { ServedObject } from "../../model/served-object.ts";
import { isKnown, known, unknown, type Told } from "../../model/told.ts";
import { jsonOf } from "../json-of.ts";

/** What kured's DaemonSet says of what kured is at, and of what it waits for. */
export interface Kured {
  readonly uid: string;
  /** Nodes that have its lock, which it takes before it drains one; empty: it is at none. Written by kured: hostile. */
  readonly lockedBy: readonly string[];
  /** The file of the node that it looks for; unknown: a command of its own tells, or it is not to be seen. */
  readonly sentinel: Told<string>;
}

/**
 * kured notes in an annotation of its own DaemonSet which node it is at: one node, or with `--concurrency` several, each from when
 * and for how long [kured 1.23.0, pkg/daemonsetlock/daemonsetlock.go, LockAnnotationValue, multiLockAnnotationValue].
 */
export function kuredIn(object: ServedObject, now: Date): Told<Kured> {
  const read = daemonSet.safeParse(object.unredacted().object);
  if (!read.success) return unknown({ code: "not-understood", text: "what was served is no DaemonSet", at: [] });
  const { metadata, spec } = read.data;
  const annotation = lockAnnotationOf(spec.template.spec);
  if (!isKnown(annotation)) return annotation;
  const written = metadata.annotations?.[annotation.known];
  const lockedBy = written === undefined ? [] : holders(written, now);
  if (lockedBy === null) {
    const text = `the lock of kured (annotation ${annotation.known}) is not understood`;
    return unknown({
      code: "not-understood",
      text,
      at: [],
      supply: "see what kured is at before anything is asked of it",
    });
  }
  return known({ uid: metadata.uid, lockedBy, sentinel: sentinelOf(spec.template.spec) });
}

/** Whether kured notes that it has begun with this node, which it does where it is told to [cmd/kured/main.go, --annotate-nodes]. */
export function kuredAtNode(object: ServedObject): Told<boolean> {
  const read = node.safeParse(object.unredacted().object);
  if (!read.success) return unknown({ code: "not-understood", text: "what was served is no Node", at: [] });
  return known(Object.hasOwn(read.data.metadata.annotations ?? {}, "weave.works/kured-reboot-in-progress"));
}

/** Whether a pod is one of a DaemonSet, and runs. */
export function isRunningPodOf(object: ServedObject, daemonSetUid: string): boolean {
  const read = pod.safeParse(object.unredacted().object);
  if (!read.success) return false;
  const { metadata, status } = read.data;
  const isOf = metadata.ownerReferences?.some(({ uid }) => uid === daemonSetUid) === true;
  return isOf && (metadata.deletionTimestamp ?? null) === null && status?.phase === "Running";
}

/** The DaemonSet whose pod this is; `null`: it is of none, or ends. */
export function daemonSetOf(object: ServedObject): { readonly namespace: string; readonly name: string } | null {
  const read = pod.safeParse(object.unredacted().object);
  if (!read.success || (read.data.metadata.deletionTimestamp ?? null) !== null) return null;
  const { namespace, ownerReferences } = read.data.metadata;
  const owner = ownerReferences?.find(({ kind }) => kind === "DaemonSet");
  return owner?.name === undefined || namespace === undefined ? null : { namespace, name: owner.name };
}

/** Labels of its pods as its chart and its manifest make them [kured, charts/kured/templates/_helpers.tpl, kured.labels; kured-ds.yaml]. */
export const podLabels: readonly string[] = ["app.kubernetes.io/name=kured", "name=kured"];

const annotations = z.record(z.string(), z.string()).nullish();
const container = z.object({
  command: z.array(z.string()).nullish(),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string().nullish() })).nullish(),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string(), subPath: z.string().nullish() })).nullish(),
});
const podSpec = z.object({
  containers: z.array(container),
  volumes: z.array(z.object({ name: z.string(), hostPath: z.object({ path: z.string() }).nullish() })).nullish(),
});
const daemonSet = z.object({
  metadata: z.object({ uid: z.string().min(1), annotations }),
  spec: z.object({ template: z.object({ spec: podSpec }) }),
});
const node = z.object({ metadata: z.object({ annotations }) });
const pod = z.object({
  metadata: z.object({
    deletionTimestamp: z.string().nullish(),
    namespace: z.string().optional(),
    ownerReferences: z
      .array(z.object({ uid: z.string(), kind: z.string().optional(), name: z.string().optional() }))
      .nullish(),
  }),
  status: z.object({ phase: z.string().nullish() }).nullish(),
});

/** Nanoseconds, as Go writes a duration; 0: for ever. */
const lock = z.object({ nodeID: z.string().min(1), created: z.iso.datetime({ offset: true }), TTL: z.number() });
const locks = z.union([
  z.object({ maxOwners: z.number(), locks: z.array(lock).nullable() }).transform((all) => all.locks ?? []),
  lock.transform((one) => [one]),
]);

/** `null`: it is not understood. */
function holders(written: string, now: Date): readonly string[] | null {
  const read = locks.safeParse(jsonOf(written));
  if (!read.success) return null;
  const isOver = ({ created, TTL }: z.infer<typeof lock>): boolean =>
    TTL > 0 && now.getTime() - Date.parse(created) >= TTL / 1_000_000;
  return read.data.filter((each) => !isOver(each)).map(({ nodeID }) => nodeID);
}

/** [cmd/kured/main.go, --lock-annotation] */
function lockAnnotationOf({ containers }: z.infer<typeof podSpec>): Told<string> {
  const [only, ...others] = containers;
  const name = only === undefined || others.length > 0 ? null : settingOf(only, "lock-annotation");
  if (name !== null) return known(name === "" ? "weave.works/kured-node-lock" : name);
  return unknown({ code: "incomplete", text: "which annotation is kured's lock could not be told", at: [] });
}

/**
 * Which file of the node kured looks for: the one that it is told of (environment, flag, or the default), where a folder of the
 * node is mounted over it.
 */
function sentinelOf({ containers, volumes }: z.infer<typeof podSpec>): Told<string> {
  const [only, ...others] = containers;
  if (only === undefined || others.length > 0) return unseen("it has more than one container");
  const command = settingOf(only, "reboot-sentinel-command");
  const file = settingOf(only, "reboot-sentinel");
  if (command === null || file === null) return unseen("its settings refer to what is not written there");
  if (command !== "") return unseen("it asks a command (--reboot-sentinel-command)");
  const path = posix.normalize(file === "" ? "/var/run/reboot-required" : file);
  const [mount] = (only.volumeMounts ?? [])
    .flatMap((each) => {
      const rest = below(posix.normalize(each.mountPath), path);
      return rest === null ? [] : [{ ...each, rest }];
    })
    .toSorted((one, other) => other.mountPath.length - one.mountPath.length);
  const folder = volumes?.find(({ name }) => name === mount?.name)?.hostPath?.path;
  if (mount === undefined || folder === undefined) return unseen(`no folder of the node is mounted over ${path}`);
  return known(posix.join(folder, mount.subPath ?? "", mount.rest));
}

/**
 * A setting of kured; `""`: it is not set, `null`: it is not to be seen. What the environment says wins over a flag, and of flags
 * the last [cmd/kured/main.go, LoadFromEnv].
 */
function settingOf({ command, args, env }: z.infer<typeof container>, name: string): string | null {
  const variable = env?.find((each) => each.name === `KURED_${name.toUpperCase().replaceAll("-", "_")}`);
  const words = [...(command ?? []), ...(args ?? [])];
  const at = words.findLastIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`));
  const flag = words[at] ?? "";
  const flagged = flag.includes("=") ? flag.slice(flag.indexOf("=") + 1) : at < 0 ? "" : (words[at + 1] ?? "");
  const value = variable === undefined ? flagged : (variable.value ?? null);
  return value?.includes("$(") === true ? null : value;
}

/** What of a path lies below a folder; `null`: it does not. */
function below(folder: string, path: string): string | null {
  const inside = folder.endsWith("/") ? folder : `${folder}/`;
  return path === folder || path.startsWith(inside) ? path.slice(inside.length) : null;
}

function unseen(why: string): Told<string> {
  return unknown({ code: "incomplete", text: `which file kured looks for could not be told: ${why}`, at: [] });
}
