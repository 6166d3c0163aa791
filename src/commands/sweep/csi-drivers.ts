import * as z from "zod";
import { csiNodes, pods } from "../../model/kube-kinds.ts";
import type { KubeKind, KubeSource } from "../../model/kube-source.ts";
import type { ApiPod } from "../../model/ledger.ts";
import { isKnown, known, unknown, type Told } from "../../model/told.ts";
import { projectPod } from "../../snapshot/project-pod.ts";
import type { CsiDrivers } from "../../sweep/requests.ts";

/** What a CSINode says [kubernetes v1.36.3, staging/src/k8s.io/api/storage/v1/types.go, CSINodeSpec]. */
const csiNode = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({ drivers: z.array(z.object({ name: z.string() })).nullish() }),
});

const volumes = z.object({
  spec: z.object({ volumes: z.array(z.object({ hostPath: z.object({ path: z.string() }).nullish() })).nullish() }),
});

/** Where the kubelet looks for the sockets of plugins [kubernetes v1.36.3, pkg/kubelet/config/defaults.go]. */
const registry = /\/plugins_registry\/?$/;

/**
 * The CSI drivers that a pod registers at its kubelet: none where it has not the folder for that, else those that every other node
 * has where a pod of the same controller runs. No object says it of a pod that does not run.
 */
export async function csiDrivers(
  kube: KubeSource,
  { pod, node }: { readonly pod: ApiPod; readonly node: string },
  signal: AbortSignal,
): Promise<Told<CsiDrivers>> {
  const siblings = await siblingsOf(kube, pod, signal);
  if (!isKnown(siblings)) return siblings;
  const drivers = await driversByNode(kube, signal);
  if (!isKnown(drivers)) return drivers;
  const here = [...(drivers.known.get(node) ?? [])];
  const [first = new Set<string>(), ...rest] = siblings.known
    .filter((other) => other !== node)
    .map((other) => drivers.known.get(other) ?? new Set<string>());
  return known({ here, elsewhere: [...first].filter((name) => rest.every((each) => each.has(name))).toSorted() });
}

/** The nodes with a pod of the same controller that registers plugins. */
async function siblingsOf(kube: KubeSource, pod: ApiPod, signal: AbortSignal): Promise<Told<readonly string[]>> {
  const { namespace, owner } = pod;
  if (owner === null) return known([]);
  return gathered(kube, pods, { namespace, signal }, (object) => {
    const read = volumes.safeParse(object);
    const registers =
      read.success && (read.data.spec.volumes ?? []).some(({ hostPath }) => registry.test(hostPath?.path ?? ""));
    const projected = registers ? projectPod(object) : null;
    if (projected === null || !("pod" in projected)) return [];
    return projected.pod.owner === owner && projected.pod.node !== null ? [projected.pod.node] : [];
  });
}

async function driversByNode(
  kube: KubeSource,
  signal: AbortSignal,
): Promise<Told<ReadonlyMap<string, ReadonlySet<string>>>> {
  const told = await gathered(kube, csiNodes, { namespace: null, signal }, (object) => {
    const read = csiNode.safeParse(object);
    if (!read.success) return [];
    const { metadata, spec } = read.data;
    return [[metadata.name, new Set((spec.drivers ?? []).map(({ name }) => name))] as const];
  });
  return isKnown(told) ? known(new Map(told.known)) : told;
}

/** What is kept of a whole list. */
async function gathered<T>(
  kube: KubeSource,
  kind: KubeKind,
  { namespace, signal }: { readonly namespace: string | null; readonly signal: AbortSignal },
  keep: (object: unknown) => readonly T[],
): Promise<Told<readonly T[]>> {
  let kept: T[] = [];
  for await (const step of kube.list(kind, { freshness: "most-recent", namespace, limit: 500, signal })) {
    if (step.step === "failed") return unknown(step.reason);
    if (step.step === "begin") kept = [];
    if (step.step === "page") for (const served of step.objects) kept.push(...keep(served.unredacted().object));
  }
  return known(kept);
}
