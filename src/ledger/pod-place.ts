/** Where a process belongs, as its cgroup says; the forms and where they were seen are in attribute.test.ts. */
export interface PodPlace {
  /** As runtime and cgroups know it: of a static pod, `config.hash`. `null`: in no pod of this kubelet. */
  readonly pod: string | null;
  /** A container or a sandbox; `null`: in none, or only in the pod's own cgroup. */
  readonly container: string | null;
  /** CRI-O's conmon: it belongs to the pod and watches a container, and must never be taken for the workload. */
  readonly monitor: boolean;
}

/** The place of a path below a kubelet's cgroup root; `null`: it is in no pod and in no container of Kubernetes. */
export function placeUnder(root: string, path: string): PodPlace | null {
  const components = componentsOf(path);
  const rootComponents = componentsOf(root);
  const isBelow = rootComponents.every((component, at) => component === components[at]);
  const pod = isBelow ? podBelow(components, rootComponents.length) : null;
  if (pod !== null) return { pod: pod.uid, ...containerOf(components[pod.depth]) };
  return misplacedBelow(rootComponents, components) ?? withoutPod(components);
}

export interface OutermostPod {
  readonly root: string;
  readonly uid: string;
  /** The cgroup of the pod itself, above those of its containers; `null`: they are in no folder of the pod. */
  readonly folder: string | null;
}

/** A pod of any root: the outermost of the path. `null`: none. */
export function outermostPod(path: string): OutermostPod | null {
  const components = componentsOf(path);
  for (const at of components.keys()) {
    const pod = podBelow(components, at);
    if (pod !== null)
      return { root: pathOf(components.slice(0, at)), uid: pod.uid, folder: pathOf(components.slice(0, pod.depth)) };
    const misplaced = misplacedAt(components, at, []);
    if (misplaced !== null) return { root: expandSlice(misplaced.prefix), uid: misplaced.uid, folder: null };
  }
  return null;
}

function pathOf(components: readonly string[]): string {
  return `/${components.join("/")}`;
}

function componentsOf(path: string): readonly string[] {
  // The kernel says so where the cgroup was removed and a process is left in it [linux, kernel/cgroup/cgroup.c].
  return path
    .replace(/ \(deleted\)$/, "")
    .split("/")
    .filter((component) => component !== "");
}

interface Pod {
  readonly uid: string;
  /** Where the component below the pod's is. */
  readonly depth: number;
}

/**
 * The pod that stands directly below `kubepods` or below one of its classes: the kubelet makes and accepts no other
 * [kubernetes v1.36.3, pkg/kubelet/cm/pod_container_manager_linux.go, IsPodCgroup]. `at` is where `kubepods` has to be.
 */
function podBelow(components: readonly string[], at: number): Pod | null {
  const [first, second = "", third = ""] = components.slice(at, at + 3);
  const parents = first === "kubepods" ? folderParents : sliceParents(components[at - 1] ?? "", first ?? "");
  if (parents === null) return null;
  const { classes, uidOf } = parents;
  const podClass = classes.get(second);
  const uid = podClass === undefined ? uidOf(second, "") : uidOf(third, podClass);
  return uid === null ? null : { uid, depth: at + (podClass === undefined ? 2 : 3) };
}

interface Parents {
  /** The components between `kubepods` and a pod. */
  readonly classes: ReadonlyMap<string, string>;
  readonly uidOf: (component: string, podClass: string) => string | null;
}

/** The driver cgroupfs: `kubepods/burstable/podUID`. */
const folderParents: Parents = {
  classes: new Map(["burstable", "besteffort"].map((name) => [name, name])),
  uidOf: (component) => (component.startsWith("pod") ? uidIn(component.slice("pod".length)) : null),
};

/** The driver systemd, where a slice has the names of all above it in its own: `a.slice/a-kubepods.slice/…`. */
function sliceParents(parent: string, first: string): Parents | null {
  const prefix = slicePrefix(parent);
  if (first !== `${prefix}kubepods.slice`) return null;
  return {
    classes: new Map(["burstable", "besteffort"].map((name) => [`${prefix}kubepods-${name}.slice`, name])),
    uidOf: (component, podClass) => {
      const found = podSlice(component);
      return found !== null && found.prefix === prefix && found.podClass === podClass ? found.uid : null;
    },
  };
}

function slicePrefix(parent: string): string {
  return parent.endsWith(".slice") ? `${parent.slice(0, -".slice".length)}-` : "";
}

/** `PREFIX-kubepods-CLASS-podUID.slice`; the kubelet writes `-` within a name as `_` [cgroup_manager_linux.go]. */
function podSlice(name: string): { prefix: string; podClass: string; uid: string } | null {
  if (!name.endsWith(".slice")) return null;
  const pattern = /^((?:[^-]{1,255}-){0,16}?)kubepods(?:-(burstable|besteffort))?-pod([0-9a-f_]{32,36})\.slice$/;
  const [, prefix = "", podClass = "", written = ""] = pattern.exec(name) ?? [];
  const found = uidIn(written.replaceAll("_", "-"));
  return found === null ? null : { prefix, podClass, uid: found };
}

/** A UUID, or the 32 digits of `kubernetes.io/config.hash`, by which a static pod is known. */
function uidIn(text: string): string | null {
  return /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})$/.test(text) ? text : null;
}

/**
 * The container or sandbox that a component directly below a pod is: containerd's and docker's plain id, or a name of
 * systemd's or CRI-O's. Anything else belongs to the pod alone.
 */
function containerOf(component = ""): Omit<PodPlace, "pod"> {
  if (/^crio-conmon-[0-9a-f]{64}(?:\.scope)?$/.test(component)) return { container: null, monitor: true };
  const pattern = /^(?:crio-)?([0-9a-f]{64})$|^(?:cri-containerd|docker|crio)-([0-9a-f]{64})\.scope$/;
  const [, plain, scope] = pattern.exec(component) ?? [];
  return { container: plain ?? scope ?? null, monitor: false };
}

function misplacedBelow(root: readonly string[], components: readonly string[]): PodPlace | null {
  const prefix = slicePrefix(root.at(-1) ?? "");
  for (const at of components.keys()) {
    const found = misplacedAt(components, at, root);
    if (found?.prefix === prefix) return { pod: found.uid, container: found.container, monitor: false };
  }
  return null;
}

/**
 * Where the kubelet uses systemd and containerd does not, containerd hands runc `SLICE:cri-containerd:ID`, which runc
 * takes for a folder's name below its own cgroup [containerd, internal/cri/server/podsandbox/helpers_linux.go,
 * getCgroupsPath]. So it may be below any service, but neither inside a container that is not part of the root, nor
 * where users make cgroups of their own.
 */
function misplacedAt(
  components: readonly string[],
  at: number,
  root: readonly string[],
): { prefix: string; uid: string; container: string } | null {
  const pattern = /^([^:]+\.slice):cri-containerd:([0-9a-f]{64})$/;
  const [, slice = "", container = ""] = pattern.exec(components[at] ?? "") ?? [];
  const found = podSlice(slice);
  if (found === null || components[0] === "user.slice") return null;
  const isInContainer = components.slice(0, at).some((name, depth) => name !== root[depth] && hasId(name));
  return isInContainer ? null : { ...found, container };
}

function hasId(component: string): boolean {
  return /[0-9a-f]{64}/.test(component);
}

/** `a-b-` is what lies below `/a.slice/a-b.slice` [systemd.slice(5)]. */
function expandSlice(prefix: string): string {
  const names = prefix.split("-").slice(0, -1);
  return pathOf(names.map((_, at) => `${names.slice(0, at + 1).join("-")}.slice`));
}

/** containerd puts what has no cgroup parent (`crictl runp`) into its own namespace's folder. */
function withoutPod(components: readonly string[]): PodPlace | null {
  if (components[0] !== "k8s.io") return null;
  const { container } = containerOf(components[1]);
  return container === null ? null : { pod: null, container, monitor: false };
}
