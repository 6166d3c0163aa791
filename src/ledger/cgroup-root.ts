import type { CgroupLine } from "../model/ledger.ts";
import { known, unknown, type Told } from "../model/told.ts";
import { outermostPods } from "./outermost-pods.ts";

/**
 * The cgroup below which this node's kubelet keeps its pods, where nobody says it: `/`, `/kubelet`, or on a node that
 * is a container, `/docker/ID/kubelet`. Told by pods that the API has on this node (uids, and `config.hash` of static
 * pods) and by nothing else: `kubepods` may occur anywhere, made by another cluster or by a user. Only the outermost
 * pod of a path counts, so that nothing inside a container can say where the root is.
 */
export function findCgroupRoot(cgroups: Iterable<readonly CgroupLine[]>, uids: ReadonlySet<string>): Told<string> {
  const roots = new Set<string>();
  for (const lines of cgroups) {
    for (const { root, uid } of outermostPods(lines)) if (uids.has(uid)) roots.add(root);
  }
  const [root, ...others] = [...roots].toSorted();
  if (root === undefined) return untold("no process is in the cgroup of a pod that the API has on this node");
  if (others.length > 0) return untold(`pods of this node are below ${[root, ...others].join(" and ")}`);
  return known(root);
}

function untold(text: string): Told<string> {
  return unknown({ code: "incomplete", text, at: [], supply: "name it with --cgroup-root" });
}
