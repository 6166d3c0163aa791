import type { Problem } from "../model/problem.ts";
import type { ApplyingResource, DeclaredRelease, DeclaredWorkload, KeelMark } from "../model/release.ts";
import type { SourceFile } from "../model/source.ts";
import type { Span } from "../model/span.ts";
import type { Reason, Told } from "../model/told.ts";
import type { Value } from "./value.ts";

/** Everything that was read from one tree: facts, no judgement. */
export interface Repository {
  readonly files: readonly SourceFile[];
  readonly problems: readonly Problem[];
  readonly stacks: readonly Stack[];
  readonly releases: readonly DeclaredRelease[];
  readonly workloads: readonly DeclaredWorkload[];
  readonly modules: readonly ModuleCall[];
  readonly injections: readonly Injection[];
  readonly bots: readonly Bot[];
  readonly namespaces: readonly DeclaredNamespace[];
  /** Terraform state that lies in the repository. */
  readonly stateFiles: readonly SourceFile[];
  /** Number of objects by kind that are not read yet, of those that install charts or change others: `HelmRelease`, `Kustomization`. */
  readonly unreadKinds: ReadonlyMap<string, number>;
  /** False where one file is all that was read: what stands beside it is not known. */
  readonly isWhole: boolean;
  /** Files that may declare something, and were not wanted: nothing of them is in the facts. */
  readonly leftOut: readonly LeftOutFile[];
  readonly statistics: { readonly entries: number; readonly read: number; readonly parsed: number };
}

export interface LeftOutFile {
  readonly path: string;
  readonly kind: "terraform" | "terragrunt" | "manifest";
}

/** A namespace that the repository declares: policies select by its labels. */
export interface DeclaredNamespace {
  readonly name: Told<string>;
  readonly labels: ReadonlyMap<string, Told<string>>;
  /** Set when further labels may exist. */
  readonly labelsUnknown: Reason | null;
  readonly at: Span;
}

/** A directory that is applied on its own: a root module, a Terragrunt unit, or a module nobody here calls. */
export interface Stack {
  /** Directory relative to the root; `.` for the root itself. */
  readonly key: string;
  readonly kind: "root" | "terragrunt" | "uncalled module";
  readonly providers: readonly ProviderFact[];
  /** Committed lock file of the directory; `null` where there is none. */
  readonly lock: { readonly at: Span; readonly tracked: boolean | null } | null;
  /** Where something of the repository has `init` pass over the lock file. Not given: nothing is seen to. */
  readonly upgrades?: UpgradingInit;
  /** Where the helm provider's `experiments.manifest` is switched on, or could not be told to be off. Not given: off. */
  readonly helmManifest?: Span;
}

/** A run of `init` with `-upgrade`. */
export interface UpgradingInit {
  /** False where its arguments could not be told in whole. */
  readonly certain: boolean;
  readonly at: Span;
}

export interface ProviderFact {
  /** `hashicorp/helm`. */
  readonly source: string;
  /** Constraints of the root and the modules it calls, as written. Empty: none. */
  readonly constraints: readonly { readonly text: string; readonly at: Span }[];
  /** Version in the lock file. */
  readonly locked: { readonly version: string; readonly at: Span } | null;
  /** First place that needs it: constraint, lock entry or resource. */
  readonly at: Span;
}

export interface ModuleCall {
  /** Address within its stack: `module.a.module.b`. */
  readonly address: string;
  readonly stack: string;
  readonly at: Span;
  readonly source: ModuleSource;
  /** From the text of the source to where it was written; OpenTofu takes variables there. */
  readonly sourceAt: readonly Span[];
  /** As written; `null`: absent. Only registry modules have one. */
  readonly version: Told<string | null>;
  /** Set where a plan tells what the module declares. */
  readonly planned?: true;
}

export type ModuleSource =
  | { readonly kind: "local"; readonly path: string }
  | { readonly kind: "registry"; readonly name: string }
  | { readonly kind: "git"; readonly url: string; readonly ref: string | null }
  | { readonly kind: "archive"; readonly url: string }
  | { readonly kind: "unknown"; readonly reason: Reason };

/** A policy that puts Keel instructions on workloads that did not ask for them. */
export interface Injection {
  /** `ClusterPolicy/inject-keel`. */
  readonly policy: string;
  /** Of a policy of one namespace, where that was told. */
  readonly namespace?: string;
  /** Why it may have another name, or be in another namespace, than is written. Not given: it has not. */
  readonly renamed?: Reason;
  readonly rule: string;
  /** Key of the stack that applies it; not given or `null` for a plain file. */
  readonly stack?: string | null;
  /** Cluster of its stack or path; not given or `null` while the repository is one cluster. */
  readonly cluster?: string | null;
  readonly engine: "kyverno" | "mutating-admission-policy";
  readonly at: Span;
  readonly mark: KeelMark;
  /** It writes `keel.sh/trigger` and no policy: `mark.policy` is empty and says nothing. */
  readonly triggerOnly?: true;
  /** `+(key)`: only where the workload has none of its own. */
  readonly addOnly: boolean;
  readonly match: readonly ResourceFilter[];
  readonly exclude: readonly ResourceFilter[];
  /** Set when something else decides as well (preconditions, CEL, context): reach is conditional on it. */
  readonly furtherConditions: readonly Reason[];
  /** `mutateExisting`: what `targets` names, judged apart from `match`. `null`: no targets. */
  readonly targets: readonly ResourceFilter[] | null;
}

/** One alternative of `match.any` / `exclude.any`: every list that is present has to be met. */
export interface ResourceFilter {
  readonly kinds: Told<readonly string[]>;
  /** Wildcards `*` and `?` as Kyverno reads them; `null`: any. */
  readonly namespaces: Told<readonly string[]> | null;
  readonly names: Told<readonly string[]> | null;
  /** Label selector on the object. */
  readonly selector: LabelSelector | null;
  /** Label selector on its namespace. */
  readonly namespaceSelector: LabelSelector | null;
  /** Annotations the object must have. */
  readonly annotations: ReadonlyMap<string, Told<string>> | null;
  /** What else has to be so for it to fit: who sends the request. Not given: nothing. */
  readonly furtherConditions?: readonly Reason[];
  readonly at: Span;
}

export interface LabelSelector {
  readonly matchLabels: ReadonlyMap<string, Told<string>>;
  readonly matchExpressions: readonly {
    readonly key: string;
    readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
    readonly values: readonly string[];
  }[];
  /** Set when part of the selector could not be told. */
  readonly unknown: Reason | null;
}

/** Renovate or Dependabot, with what it may merge by itself. */
export interface Bot {
  readonly name: "renovate" | "dependabot";
  readonly at: Span;
  /** Rules in order; the last that matches a change decides. */
  readonly rules: readonly BotRule[];
  /** Managers whose lock files it renews by itself, or may renew; these updates are of the type `lockFileMaintenance`. */
  readonly maintains: ReadonlySet<string>;
  /** Settings by which it may write what no manager of its own reads: custom managers, more file patterns. */
  readonly mayReach: readonly Reason[];
  /** Others that may merge its pull requests, by settings that are not read here. */
  readonly mayMerge: readonly Reason[];
}

export interface BotRule {
  readonly automerge: boolean;
  readonly at: Span;
  /** All that is present has to match. `null`: no such condition. */
  readonly managers: readonly string[] | null;
  readonly datasources: readonly string[] | null;
  readonly updateTypes: readonly string[] | null;
  readonly packages: readonly string[] | null;
  readonly files: readonly string[] | null;
  /** Renovate's `matchDepTypes`: `helm_release`, `module`, ... Not given: no such condition. */
  readonly depTypes?: readonly string[];
  /** Renovate's `matchCurrentVersion` where it is a pattern (`!/^0/`). Not given: no such condition. */
  readonly currentVersion?: string;
  /** Set when the rule has a condition that is not read here: it may or may not match. */
  readonly furtherConditions: readonly Reason[];
}

/** A YAML document or an HCL object that stands for a Kubernetes object. */
export interface ManifestObject {
  readonly value: Value;
  readonly at: Span;
  /** Key of the stack that applies it; `null` for a plain file. */
  readonly stack: string | null;
  /** Path of the file, and for Terraform the resource address. */
  readonly address: string;
  readonly ignoreChanges: readonly string[];
  readonly appliedBy?: ApplyingResource;
}
