import type { Severity } from "../../model/finding.ts";

/** Formats of `holdfast audit --output`. */
export const auditFormats = ["text", "compact", "json", "sarif", "markdown"] as const;

/** What commander hands to the audit command. */
export interface AuditOptions {
  readonly output: (typeof auditFormats)[number];
  readonly outputFile?: string;
  readonly explain?: string;
  readonly since?: string;
  readonly fix?: "write" | "dry-run";
  readonly fixTo?: "newest";
  readonly plan?: readonly string[];
  readonly state?: readonly string[];
  /** A snapshot of the cluster to compare with. */
  readonly snapshot?: string;
  /** Compare with the cluster itself; so does naming a kubeconfig or a context. */
  readonly live?: boolean;
  readonly kubeconfig?: string;
  readonly context?: string;
  /** Which of the clusters of holdfast.yaml that is. */
  readonly cluster?: string;
  readonly online?: boolean;
  readonly config?: string;
  readonly baseline?: string;
  readonly writeBaseline?: string;
  readonly failOn?: Severity | "never";
  readonly strict?: boolean;
  readonly all?: boolean;
  readonly color: "auto" | "always" | "never";
}

/** What is wrong with more paths than one, which may be meant for `--state` or `--plan`; `null`: nothing. */
export function excess([, second]: readonly string[], { state, plan }: AuditOptions): string | null {
  if (second === undefined) return null;
  const repeated =
    state === undefined && plan === undefined ? "" : "; for more than one file, repeat --state or --plan";
  return `audit reads one path, and '${second}' is another${repeated}`;
}

/** What is wrong with options that are right one by one; `null`: nothing. */
export function contradiction(options: AuditOptions): string | null {
  const { output, explain, fix, fixTo, cluster } = options;
  if (cluster !== undefined && !readsCluster(options)) return "option '--cluster <name>' needs --snapshot or --live";
  if (fixTo !== undefined && fix === undefined) return "option '--fix-to <version>' needs --fix or --fix=dry-run";
  if (explain !== undefined && fix !== undefined)
    return "options '--explain <release>' and '--fix [mode]' exclude each other";
  if (output === "text") return null;
  if (explain !== undefined) return `option '--explain <release>' prints text only, not --output ${output}`;
  if (fix !== undefined) return `option '--fix [mode]' prints text only, not --output ${output}`;
  return null;
}

/** Whether the options name a cluster to compare with. */
export function readsCluster({ snapshot, live, kubeconfig, context }: AuditOptions): boolean {
  return snapshot !== undefined || live === true || kubeconfig !== undefined || context !== undefined;
}
