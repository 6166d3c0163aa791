import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** How a folder of programs is made from Go modules. The module's go.mod and go.sum name every version. */
export interface Recipe {
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

const kubernetesVersion = "1.36.3";
const containerd = "github.com/containerd/containerd/v2/cmd";

export const recipeNames = ["kubernetes", "containerd", "helm", "node", "standIn"] as const;

export type RecipeName = (typeof recipeNames)[number];

export const recipes: Readonly<Record<RecipeName, Recipe>> = {
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
    packages: ["./init", "./runc-fault", "./pause"],
  },
  standIn: {
    title: "the stand-in for a CSI driver",
    takes: "20 seconds",
    module: "stand-in",
    packages: ["."],
  },
};

/** The folder that holds the modules. */
export const modules = join(import.meta.dirname, "../go");

/** Names what a recipe makes: the same recipe and sources give the same key, anything else another. */
export function keyOf(recipe: Recipe, sources = sourcesOf(recipe)): string {
  const hash = createHash("sha256").update(JSON.stringify(recipe));
  for (const [path, content] of sources) hash.update(`\0${path}\0${content}`);
  return hash.digest("hex").slice(0, 12);
}

/** The files of a recipe's module, sorted by path. */
function sourcesOf({ module }: Recipe): [path: string, content: string][] {
  const folder = join(modules, module);
  const files = globSync(["**/*.go", "go.mod", "go.sum"], { cwd: folder }).toSorted();
  return files.map((path) => [path, readFileSync(join(folder, path), "utf8")]);
}
