import type { Span } from "./span.ts";
import type { Reason, Told } from "./told.ts";

/** The join key between what a repository declares, what a cluster runs and what a chart renders. */
interface ReleaseId {
  /** Name given in holdfast.yaml for the path; `null` while one cluster is assumed for the repository. */
  readonly cluster: string | null;
  readonly namespace: Told<string>;
  readonly name: Told<string>;
  /** Unique in the repository: `stacks/nfs-csi:module.csi.helm_release.this["a"]`, `apps/redis.yaml:Deployment/redis`. */
  readonly address: string;
}

/** A chart, as the release asks for it. */
export type ChartSource =
  | { readonly kind: "repository"; readonly repository: string | null; readonly chart: string }
  /** `tag` and `digest`: what the reference ends in. */
  | { readonly kind: "oci"; readonly reference: string; readonly tag: string | null; readonly digest: string | null }
  | { readonly kind: "archive"; readonly url: string }
  | { readonly kind: "local"; readonly path: string };

/** A helm release as a repository declares it. */
export interface DeclaredRelease {
  readonly kind: "helm_release";
  readonly id: ReleaseId;
  /** The block's header. */
  readonly at: Span;
  /** Key of the {@link Stack} whose apply moves it. */
  readonly stack: string;
  readonly chart: Told<ChartSource>;
  /** `null`: no version was written, or it is null. */
  readonly version: Told<string | null>;
  /** Span of the `version` attribute's value where one is written; where the pin goes otherwise. */
  readonly versionAttribute: Span | null;
  /** True where the text of `version` is a bare reference that ends in a null default or an omitted argument (HELM004). */
  readonly versionFloats: boolean;
  readonly upgradeInstall: Told<boolean>;
  readonly devel: Told<boolean>;
  /**
   * The only major of the helm provider that takes the block as it is written: `set { }` blocks are of 2, `set = [...]`
   * is of 3. `null`: both take it, or what it has belongs to either.
   */
  readonly syntax: 2 | 3 | null;
  /**
   * Versions of a local chart's dependencies that `dependency_update` resolves, whatever Chart.lock says; `text` is `null`
   * where none is written or it is no text. Not `certain`: `charts/` may hold what is asked for, or `dependency_update`
   * could not be told. `null`: nothing resolves them.
   */
  readonly updatedDependencies: {
    readonly versions: readonly { readonly text: string | null; readonly at: Span }[];
    readonly certain: boolean;
  } | null;
  readonly images: readonly DeclaredImage[];
  /** Keel settings in the release's values (`keel:`), read by Keel's Helm provider. */
  readonly keelValues: KeelMark | null;
  /** Keel annotations or labels that the values put on workloads (`podAnnotations`, `deploymentAnnotations`, ...). */
  readonly keelMarks: readonly KeelMark[];
  /** Set where the release installs Keel itself. */
  readonly keel: KeelInstallation | null;
  /** `lifecycle.ignore_changes` names, as written: `version`, `values`, `all`. */
  readonly ignoreChanges: readonly string[];
  /** False where `count` or `for_each` is known to give no instance. */
  readonly deployed: Told<boolean>;
  /** Where a plan tells of it: its module is not in the repository, and `at` is the call. Not given: the repository declares it. */
  readonly plan?: Span;
}

/** What an installation of Keel does, as its chart and values say. */
export interface KeelInstallation {
  /** Whether its Helm provider, which reads `keel:` in the values of all releases, is on. */
  readonly helmProvider: Told<boolean>;
  /** Whether it polls registries for what has the trigger `poll`. */
  readonly polls: Told<boolean>;
}

/** A workload outside any helm release: a manifest, or a Terraform `kubernetes_*` resource. */
export interface DeclaredWorkload {
  readonly kind: "workload";
  readonly id: ReleaseId;
  readonly at: Span;
  /** Key of the stack that applies it; `null` for a plain manifest (who applies it is not known). */
  readonly stack: string | null;
  /** `Deployment`, `DaemonSet`, `StatefulSet`, `CronJob`, `Job`, `Pod`, `ReplicaSet`. */
  readonly workloadKind: string;
  readonly labels: ReadonlyMap<string, Told<string>>;
  readonly annotations: ReadonlyMap<string, Told<string>>;
  /** Labels of the pod template. */
  readonly podLabels: ReadonlyMap<string, Told<string>>;
  /** Set when there may be labels besides those in `labels`. */
  readonly labelsRest?: Reason;
  /** Set when there may be annotations besides those in `annotations`. */
  readonly annotationsRest?: Reason;
  /** Set when it may run under another name than it is written with: `id` has the written one. */
  readonly renamed?: Reason;
  /** Set when it may run in another namespace than it is written with: `id` has the written one. */
  readonly moved?: Reason;
  readonly images: readonly DeclaredImage[];
  readonly keelMarks: readonly KeelMark[];
  readonly ignoreChanges: readonly string[];
  /** Not given: a plain manifest. */
  readonly appliedBy?: ApplyingResource;
}

/** The Terraform resource that applies a Kubernetes object. */
export interface ApplyingResource {
  /** `kubernetes_deployment_v1`, `kubernetes_manifest`, `kubectl_manifest`, ... */
  readonly type: string;
  /**
   * Fields that it leaves to others, as written: `computed_fields` of kubernetes_manifest, `ignore_fields` of
   * kubectl_manifest. Not given: not written.
   */
  readonly leaves?: Told<readonly string[]>;
}

export interface DeclaredImage {
  /** The whole reference as written (`ghcr.io/x/y:1.2@sha256:...`), or what is known of it. */
  readonly reference: Told<string>;
  /** Where in its owner it stands: container name, or values path such as `controller.image`. */
  readonly path: string;
  /** Its container in the spec of the pod: `containers[0]`. Not given: it stands in values. */
  readonly container?: string;
  /** Set for an init container: Keel leaves those alone unless told otherwise. */
  readonly init?: true;
  /** `null`: not written, the default applies. */
  readonly pullPolicy: Told<"Always" | "IfNotPresent" | "Never" | null>;
}

/** One Keel instruction: policy and its trigger, on a workload or in values. */
export interface KeelMark {
  /** As written: `minor`, `force`, `glob:1.*`, `never`, ... */
  readonly policy: Told<string>;
  /** `poll`, `approval`, ... `null` where not written. */
  readonly trigger: Told<string | null>;
  /** `annotation` beats `label` outright. */
  readonly from: "annotation" | "label" | "values" | "policy";
  readonly at: readonly Span[];
  /**
   * Where it stands: Keel reads the workload's own metadata, never the pod template's. `values`: a chart
   * decides where it puts it. Not given: on the workload.
   */
  readonly place?: "workload" | "pod template" | "values";
  /** With `force`: only a new digest under the same tag. Not given: not written. */
  readonly matchTag?: Told<boolean>;
  /** `keel.sh/approvals`: how many people have to agree to each update, as written. Not given: not written. */
  readonly approvals?: Told<string>;
  /** Of `keel:` in values: the paths in them that `keel.images` names. Not given: none are written. */
  readonly images?: Told<readonly string[]>;
}
