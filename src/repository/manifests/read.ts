import type { Problem } from "../../model/problem.ts";
import type { DeclaredWorkload } from "../../model/release.ts";
import type { SourceFile } from "../../model/source.ts";
import type { DeclaredNamespace, Injection, ManifestObject } from "../repository.ts";
import type { Change } from "../kustomize/change.ts";
import { kustomized, kustomizedInjection, kustomizedNamespace } from "../kustomize/kustomized.ts";
import { parseYaml } from "../yaml.ts";
import { itemsOf } from "./field.ts";
import { kyvernoInjections } from "./kyverno.ts";
import { singleObjects } from "./lists.ts";
import { mutatingPolicyInjections } from "./mutating-policy.ts";
import { namespaceOf } from "./namespaces.ts";
import { workloadOf } from "./workloads.ts";

/** What a set of objects declares: workloads, namespaces, and policies that give other people's workloads to Keel. */
export interface ReadManifests {
  readonly workloads: readonly DeclaredWorkload[];
  readonly injections: readonly Injection[];
  readonly namespaces: readonly DeclaredNamespace[];
}

/**
 * Lists are taken apart. Bindings of policies are looked for among all the objects given. `changes`: by path, what
 * kustomizations may change in plain files.
 */
export function readManifests(
  objects: readonly ManifestObject[],
  changes: ReadonlyMap<string, readonly Change[]> = new Map(),
): ReadManifests {
  const single = singleObjects(objects);
  const changesIn = ({ stack, address }: ManifestObject) => (stack === null ? changes.get(address) : undefined) ?? [];
  const workloads = single.flatMap((object) => {
    const workload = workloadOf(object);
    return workload === undefined ? [] : [kustomized(workload, changesIn(object))];
  });
  const injections = single.flatMap((object) =>
    [...kyvernoInjections(object), ...mutatingPolicyInjections(object, single)].map((injection) => ({
      ...kustomizedInjection(injection, changesIn(object)),
      stack: object.stack,
    })),
  );
  const namespaces = single.flatMap((object) => {
    const namespace = namespaceOf(object);
    return namespace === undefined ? [] : [kustomizedNamespace(namespace, changesIn(object))];
  });
  return { workloads: withOwnAddresses(workloads), injections, namespaces };
}

/** Two objects of one name in one file (for two overlays, say) get numbered addresses. */
function withOwnAddresses(workloads: readonly DeclaredWorkload[]): DeclaredWorkload[] {
  const seen = new Map<string, number>();
  return workloads.map((workload) => {
    const { address } = workload.id;
    const count = (seen.get(address) ?? 0) + 1;
    seen.set(address, count);
    return count === 1 ? workload : { ...workload, id: { ...workload.id, address: `${address}#${count}` } };
  });
}

const workloadKind =
  /\bkind["']?\s*:\s*["']?(?:Deployment|DaemonSet|StatefulSet|ReplicaSet|CronJob|Job|Pod)(?:List)?\b/;
const namespaceKind = /\bkind["']?\s*:\s*["']?Namespace(?:["'\s,}]|$)/;
const otherKind =
  /\bkind["']?\s*:\s*["']?(?:List\b|(?:Cluster)?Policy\b|(?:Namespaced)?MutatingPolicy\b|MutatingAdmissionPolicy)/;

/** A cheap test of a YAML document's text: false when it cannot hold anything that is read here. */
export function mayMatter(text: string): boolean {
  if (!text.includes("kind")) return false;
  if (workloadKind.test(text)) return text.includes("image") || text.includes("keel");
  if (namespaceKind.test(text)) return true;
  if (!otherKind.test(text)) return false;
  return text.includes("keel") || text.includes("image") || text.includes("MutatingAdmissionPolicyBinding");
}

export interface PlainManifests {
  readonly objects: readonly ManifestObject[];
  readonly problems: readonly Problem[];
  /** Files of which at least one document was parsed. */
  readonly parsed: number;
}

/** Objects in plain YAML and JSON files. Templates of charts are for the caller to leave out. */
export function readPlainManifests(files: readonly SourceFile[]): PlainManifests {
  const objects: ManifestObject[] = [];
  const problems: Problem[] = [];
  let parsed = 0;
  for (const file of files) {
    if (!mayMatter(file.text)) continue;
    const read = parseYaml(
      { text: file.text, locate: (start, end) => ({ file: file.id, start, end, role: "yaml" }) },
      { only: mayMatter },
    );
    parsed += read.documents.length + read.problems.length > 0 ? 1 : 0;
    for (const { value, start, end } of read.documents) {
      const at = value.at[0] ?? { file: file.id, start, end };
      for (const one of value.kind === "list" ? itemsOf(value) : [value]) {
        objects.push({ value: one, at: one.at[0] ?? at, stack: null, address: file.path, ignoreChanges: [] });
      }
    }
    problems.push(...read.problems.map((problem) => problemIn(file, problem)));
  }
  return { objects, problems, parsed };
}

function problemIn(file: SourceFile, problem: ReturnType<typeof parseYaml>["problems"][number]): Problem {
  const { code, message, start, end } = problem;
  const isTemplate =
    code === "YAML001" && file.text.slice(Math.max(0, start - 200), end + 200).search(/\{\{|[$%]\{/) !== -1;
  const text = isTemplate ? `${message} (it looks like a template)` : message;
  return { code, path: file.path, text, at: { file: file.id, start, end } };
}
