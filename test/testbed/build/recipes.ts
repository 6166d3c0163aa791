import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** How one folder of the cache is made. */
export type Recipe = GoRecipe | DiskRecipe;

/** How a folder of programs is made from Go modules. The module's go.mod and go.sum name every version. */
export interface GoRecipe {
  readonly title: string;
  /** On two cores with Go's build cache empty, as text. */
  readonly takes: string;
  /** The module: a folder of `go`. */
  readonly module: string;
  readonly packages: readonly string[];
  readonly tags?: readonly string[];
  readonly linkerFlags?: readonly string[];
  /** More names for a program: `{ name: program }`. */
  readonly links?: Readonly<Record<string, string>>;
}

/** How a disk to start a whole machine from is made out of a distribution's packages. */
export interface DiskRecipe {
  readonly title: string;
  readonly takes: string;
  /** Of Debian. */
  readonly suite: string;
  readonly packages: readonly string[];
  /** Modules of the kernel that are for hardware which no emulated machine has: patterns of paths (dpkg(1), path-exclude). */
  readonly leftOut: readonly string[];
  /** What of that is needed all the same. */
  readonly keptOf: readonly string[];
  /** Units of systemd that start with the machine, and ones that never do. */
  readonly enabled: readonly string[];
  readonly masked: readonly string[];
  /** In bytes, as the machine sees it; what is not used takes no room here. */
  readonly size: number;
}

const kubernetesVersion = "1.36.3";
const containerd = "github.com/containerd/containerd/v2/cmd";
const drivers = "/lib/modules/*/kernel/drivers";

/** What every bed is made of. */
export const bedRecipes = ["kubernetes", "containerd", "helm", "node", "standIn"] as const;

export const recipeNames = [...bedRecipes, "vmDisk"] as const;

export type RecipeName = (typeof recipeNames)[number];

export const recipes: Readonly<Record<(typeof bedRecipes)[number], GoRecipe> & Record<"vmDisk", DiskRecipe>> = {
  kubernetes: {
    title: `Kubernetes ${kubernetesVersion} and etcd`,
    takes: "6 minutes",
    module: "kubernetes",
    packages: ["."],
    // What the Kubernetes build writes into these two packages (hack/lib/version.sh); kubelets report it as theirs.
    linkerFlags: ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"].flatMap((at) => [
      `-X=${at}.gitVersion=v${kubernetesVersion}`,
      `-X=${at}.gitMajor=1`,
      `-X=${at}.gitMinor=36`,
    ]),
    links: Object.fromEntries(
      ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kubectl"].map((name) => [
        name,
        "kubernetes",
      ]),
    ),
  },
  containerd: {
    title: "containerd 2.4.2",
    takes: "90 seconds",
    module: "containerd",
    packages: ["containerd", "ctr", "containerd-shim-runc-v2"].map((name) => `${containerd}/${name}`),
    linkerFlags: ["-X=github.com/containerd/containerd/v2/version.Version=2.4.2"],
    tags: ["no_btrfs", "no_devmapper", "no_zfs", "no_aufs"],
  },
  helm: {
    title: "Helm 3.22.0",
    takes: "1 minute",
    module: "helm",
    packages: ["helm.sh/helm/v3/cmd/helm"],
  },
  node: {
    title: "the nodes' own programs",
    takes: "2 seconds",
    module: "node",
    packages: ["./init", "./runc-fault", "./pause", "./stuck-leader"],
  },
  standIn: {
    title: "the stand-in for a CSI driver",
    takes: "20 seconds",
    module: "stand-in",
    packages: ["."],
  },
  vmDisk: {
    title: "the disk of nodes that are whole machines",
    takes: "1 minute",
    suite: "bookworm",
    packages: [
      "systemd systemd-sysv udev dbus kmod mount util-linux procps openssh-server",
      // Not the kernel for clouds, which is smaller: it has no 9p.
      "linux-image-amd64 initramfs-tools apparmor",
      "containerd runc containernetworking-plugins iproute2 iptables ca-certificates",
    ].flatMap((names) => names.split(" ")),
    leftOut: [`${drivers}/*`, "/lib/modules/*/kernel/sound/*"],
    keptOf: ["virtio/*", "block/virtio_blk.ko", "net/virtio_net.ko", "net/net_failover.ko", "net/veth.ko"].map(
      (path) => `${drivers}/${path}`,
    ),
    enabled: ["testbed.service", "kubelet.service"],
    // Upkeep and consoles: a machine of some minutes has neither.
    masked: [
      "apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer",
      "getty@tty1.service serial-getty@ttyS0.service",
    ].flatMap((names) => names.split(" ")),
    size: 8 * 1024 ** 3,
  },
};

/** The folder that holds the modules. */
export const modules = join(import.meta.dirname, "../go");

/** What a machine's disk has besides packages. */
export const diskFiles = join(import.meta.dirname, "../vm/disk");

/** Names what a recipe makes: the same recipe and sources give the same key, anything else another. */
export function keyOf(recipe: Recipe, sources = sourcesOf(recipe)): string {
  const hash = createHash("sha256").update(JSON.stringify(recipe));
  for (const [path, content] of sources) hash.update(`\0${path}\0${content}`);
  return hash.digest("hex").slice(0, 12);
}

/** The files that a recipe is about, sorted by path. */
function sourcesOf(recipe: Recipe): [path: string, content: string][] {
  const [folder, patterns] =
    "module" in recipe ? [join(modules, recipe.module), ["**/*.go", "go.mod", "go.sum"]] : [diskFiles, ["**"]];
  const files = globSync(patterns, { cwd: folder, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).toSorted();
  return paths.map((path) => [relative(folder, path), readFileSync(path, "utf8")]);
}
