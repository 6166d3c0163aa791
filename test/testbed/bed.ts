import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { programsSchema, type Programs } from "./build/programs.ts";
import { runtimeNames, type RuntimeName } from "./runtimes.ts";

/** A cluster on this machine. Plain data, all of it made from where the bed is and how it was asked for. */
export interface Bed {
  /** Absolute. Everything that the bed writes is in here. */
  readonly directory: string;
  /** `hf` and six hex digits of the directory's hash: tells the cgroups of two beds apart. */
  readonly token: string;
  readonly runtime: RuntimeName;
  readonly programs: Programs;
  /** The control plane's node first. */
  readonly nodes: readonly [Node, ...Node[]];
}

/** A machine of the bed, as far as Kubernetes can tell. */
export interface Node {
  /** `cp`, `w1`, `w2`, ... */
  readonly name: string;
  readonly address: string;
  /** Its pods' addresses. */
  readonly podSubnet: string;
  /** Where its network namespace is mounted. */
  readonly network: string;
  /** Its root file system, as this machine sees it. */
  readonly root: string;
  /** The kubelet's cgroup root: a path below each hierarchy. */
  readonly cgroup: string;
}

/** What `up` was asked for, as kept in the bed's directory. */
export type BedSettings = Readonly<z.infer<typeof settingsSchema>>;

const settingsSchema = z.object({
  workers: z.int().min(0).max(9),
  runtime: z.enum(runtimeNames),
  programs: programsSchema,
});

export function describeBed(directory: string, { workers, runtime, programs }: BedSettings): Bed {
  const absolute = resolve(directory);
  const token = `hf${createHash("sha256").update(absolute).digest("hex").slice(0, 6)}`;
  const node = (name: string, host: number): Node => ({
    name,
    address: `10.231.0.${host}`,
    podSubnet: `10.244.${host}.0/24`,
    network: join(absolute, "networks", name),
    root: join(absolute, "nodes", name),
    cgroup: `/${token}-${name}`,
  });
  const others = Array.from({ length: workers }, (_, index) => node(`w${index + 1}`, 11 + index));
  return { directory: absolute, token, runtime, programs, nodes: [node("cp", 1), ...others] };
}

/** The bed that is up in `directory`. Throws where there is none. */
export function openBed(directory: string): Bed {
  if (!existsSync(settingsOf(directory))) throw new Error(`there is no bed in ${directory}: start one with \`up\``);
  return describeBed(directory, settingsSchema.parse(JSON.parse(readFileSync(settingsOf(directory), "utf8"))));
}

export function settingsOf(directory: string): string {
  return join(directory, "bed.json");
}

export function nodeNamed(bed: Bed, name: string): Node {
  const node = bed.nodes.find((each) => each.name === name);
  if (node === undefined) {
    throw new Error(`no node ${name}: the bed has ${bed.nodes.map((each) => each.name).join(", ")}`);
  }
  return node;
}

/** Where the control plane runs and the API is served. */
export function controlPlane(bed: Bed): Node {
  return bed.nodes[0];
}
