/** Renovate's update types that have a block of settings of their own. */
export const updateTypes: readonly string[] = [
  "major",
  "minor",
  "patch",
  "pin",
  "pinDigest",
  "digest",
  "lockFileMaintenance",
  "rollback",
  "replacement",
  "bump",
];

/** Managers that read files of infrastructure; blocks of others say nothing here. */
export const managers: readonly string[] = [
  "argocd",
  "custom.regex",
  "docker-compose",
  "dockerfile",
  "flux",
  "helm-requirements",
  "helm-values",
  "helmfile",
  "helmsman",
  "helmv3",
  "kubernetes",
  "kustomize",
  "regex",
  "terraform",
  "terraform-version",
  "terragrunt",
  "terragrunt-version",
];

/** `regex` is the older name of the custom manager. */
export function managerName(written: string): string {
  return written === "regex" ? "custom.regex" : written;
}
