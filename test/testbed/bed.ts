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
  readonly nodes: readonly [NamespaceNode, ...Node[]];
}

/** A machine of the bed, as far as Kubernetes can tell. */
export type Node = NamespaceNode | VmNode;

/** A node in namespaces of this machine: the control plane's, and workers. */
export interface NamespaceNode extends NodeBase {
  readonly kind: "namespaces";
  /** `cp`, `w1`, `w2`, ... */
  readonly name: NamespaceNodeName;
  /** Where its network namespace is mounted. */
  readonly network: string;
  /** Its root file system, as this machine sees it. */
  readonly root: string;
  /** The kubelet's cgroup root: a path below each hierarchy. */
  readonly cgroup: string;
}

/** A node that is a whole emulated machine, with a kernel of its own. */
export interface VmNode extends NodeBase {
  readonly kind: "vm";
  /** `vm1`, `vm2`, ... */
  readonly name: VmNodeName;
  /** The folder of the files that it lays over its disk whenever it starts, and of the disk. */
  readonly root: string;
}

interface NodeBase {
  readonly address: string;
  /** Its pods' addresses. */
  readonly podSubnet: string;
}

type NamespaceNodeName = "cp" | `w${number}`;

type VmNodeName = `vm${number}`;

/** What `up` was asked for, as kept in the bed's directory. */
export type BedSettings = Readonly<z.infer<typeof settingsSchema>>;

const settingsSchema = z.object({
  workers: z.int().min(0).max(9),
  /** Nodes that are whole machines. Default: none. */
  vmNodes: z.int().min(0).max(9).optional(),
  runtime: z.enum(runtimeNames),
  programs: programsSchema,
});

export function describeBed(directory: string, { workers, vmNodes = 0, runtime, programs }: BedSettings): Bed {
  const absolute = resolve(directory);
  const token = `hf${createHash("sha256").update(absolute).digest("hex").slice(0, 6)}`;
  const base = (name: string, host: number) => ({
    address: `10.231.0.${host}`,
    podSubnet: `10.244.${host}.0/24`,
    root: join(absolute, "nodes", name),
  });
  const node = (name: NamespaceNodeName, host: number): NamespaceNode => ({
    ...base(name, host),
    kind: "namespaces",
    name,
    network: join(absolute, "networks", name),
    cgroup: `/${token}-${name}`,
  });
  const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
  const others = numbers(workers).map((number) => node(`w${number}`, 10 + number));
  const machines = numbers(vmNodes).map((number): VmNode => {
    const name = `vm${number}` as const;
    return { ...base(name, 20 + number), kind: "vm", name };
  });
  return { directory: absolute, token, runtime, programs, nodes: [node("cp", 1), ...others, ...machines] };
}

/** The bed that is up in `directory`. Throws where there is none. */
export function openBed(directory: string): Bed {
  if (!existsSync(settingsOf(directory))) throw new Error(`there is no bed in ${directory}: start one with \`up\``);
  return describeBed(directory, settingsSchema.parse(JSON.parse(readFileSync(settingsOf(directory), "utf8"))));
}

export function settingsOf(directory: string): string {
  return join(directory, "bed.json");
}

/** Throws where the bed has no node of this name. */
export function nodeNamed(bed: Bed, name: NamespaceNodeName): NamespaceNode;
export function nodeNamed(bed: Bed, name: string): Node;
export function nodeNamed(bed: Bed, name: string): Node {
  const node = bed.nodes.find((each) => each.name === name);
  if (node === undefined) {
    throw new Error(`no node ${name}: the bed has ${bed.nodes.map((each) => each.name).join(", ")}`);
  }
  return node;
}

/** Where the control plane runs and the API is served. */
export function controlPlane(bed: Bed): NamespaceNode {
  return bed.nodes[0];
}

export function namespaceNodesOf(bed: Bed): NamespaceNode[] {
  return bed.nodes.filter((node) => node.kind === "namespaces");
}

export function vmNodesOf(bed: Bed): VmNode[] {
  return bed.nodes.filter((node) => node.kind === "vm");
}
