import { InvalidArgumentError } from "commander";
import type { JoinOptions } from "../../ledger/join.ts";
import type { Severity } from "../../model/finding.ts";
import { Failure } from "../failure.ts";

/** Formats of `holdfast node --output` and `holdfast ports --output`. */
export const nodeFormats = ["text", "json"] as const;

/** What the node that this machine is is read through. */
export interface LiveOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  /** No API server is asked: what reads a node for somebody who asks it anyway. */
  readonly withoutApi?: true;
  readonly criSocket?: string;
  /** Default `/`. */
  readonly root?: string;
  readonly cgroupRoot?: string;
}

/** What another node is read through: a pod on it. */
export interface ReaderPodOptions {
  readonly image?: string;
  readonly readerNamespace: string;
}

/** What `node` and `ports` have in common. */
export interface ObserveOptions extends LiveOptions, ReaderPodOptions {
  /** The node is this machine, whatever it is called. */
  readonly local?: true;
  /** A file to read instead. */
  readonly snapshot?: string;
  readonly output: (typeof nodeFormats)[number];
  readonly failOn: Severity | "never";
  readonly strict?: boolean;
  readonly all?: boolean;
  readonly color: "auto" | "always" | "never";
}

export function noImage(nodes: "another node" | "nodes of the cluster"): Failure {
  const [what, other] =
    nodes === "another node"
      ? ["another node is read through a pod on it", " Where this machine is that node: --local."]
      : ["nodes of the cluster are read through a pod on each", ""];
  const advice = `Name one that has this version of holdfast: --image IMAGE.${other}`;
  return new Failure("NODE002", `${what}, and no image is named for that`, advice);
}

/** Names of nodes, with commas between them, or all of them. */
export function nodeNames(text: string): readonly string[] | "all" {
  return text === "all" ? text : [...new Set(text.split(",").map(nodeName))];
}

export function joinOptions({ cgroupRoot }: Pick<LiveOptions, "cgroupRoot">): JoinOptions {
  return cgroupRoot === undefined ? {} : { cgroupRoot };
}

/** A port as it is typed. */
export function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new InvalidArgumentError("It is a number from 1 to 65535.");
}

/** A node's name as the API server takes it: a DNS subdomain [apimachinery v0.36.3, pkg/util/validation]. */
export function nodeName(text: string): string {
  if (text.length <= 253 && /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(text)) return text;
  throw new InvalidArgumentError("It is a name as kubectl get nodes prints it.");
}
