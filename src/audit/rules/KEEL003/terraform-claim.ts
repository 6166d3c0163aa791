import type { ApplyingResource, DeclaredImage, DeclaredRelease, DeclaredWorkload } from "../../../model/release.ts";
import { isKnown } from "../../../model/told.ts";

/**
 * What Terraform does about an image that another program changed. `written`: it plans its own back. `hidden`: no plan
 * shows it, but an apply for another reason writes it. `none`: it leaves it alone, or does not apply it at all.
 */
export type Claim = "written" | "hidden" | "not told" | "none";

/** Attributes by which resources for any object leave fields to others. */
export const leavingAttribute: Readonly<Record<string, string>> = {
  kubernetes_manifest: "computed_fields",
  kubectl_manifest: "ignore_fields",
};

export function isManifest(owner: DeclaredWorkload): owner is DeclaredWorkload & { appliedBy: ApplyingResource } {
  return owner.appliedBy !== undefined && owner.appliedBy.type in leavingAttribute;
}

export function terraformClaim(owner: DeclaredRelease | DeclaredWorkload, image: DeclaredImage): Claim {
  if (owner.ignoreChanges.includes("all")) return "none";
  // An update of a release writes its values again, whatever is ignored.
  if (owner.kind === "helm_release") return "written";
  if (isManifest(owner)) return manifestClaim(owner.appliedBy, stepsOf(imagePath(owner, image)));
  if (owner.appliedBy === undefined) return "none";
  const path = stepsOf(imagePath(owner, image));
  return owner.ignoreChanges.some((ignored) => covers(stepsOf(ignored), path)) ? "none" : "written";
}

/**
 * A plan of kubernetes_manifest takes the live value of a computed field while the manifest has the same in it as before,
 * so a field above the image holds until something else below it is edited (terraform-provider-kubernetes v3.2.1,
 * manifest/provider/plan.go); ignore_changes has no effect on what it plans for `object`. kubectl_manifest compares
 * without the ignored fields, and applies the whole text (gavinbunney/kubectl v1.19.0, resource_kubectl_manifest.go;
 * alekc/kubectl v2.4.1, the same; v3.0.0-beta3, kubernetes/drift.go).
 */
function manifestClaim({ type, leaves }: ApplyingResource, path: readonly string[]): Claim {
  if (leaves === undefined) return "written";
  if (!isKnown(leaves)) return "not told";
  const covering = leaves.known.map(stepsOf).filter((field) => covers(field, path));
  if (covering.length === 0) return "written";
  const isExact = covering.every((field) => field.length === path.length);
  return type === "kubernetes_manifest" && isExact ? "none" : "hidden";
}

/** Where the resource has the image: `spec.template.spec.containers[0].image`, or the same in blocks. */
export function imagePath(owner: DeclaredWorkload, { container = "containers[0]" }: DeclaredImage): string {
  const above = podSpecs.get(owner.workloadKind) ?? ["spec", "template", "spec"];
  if (isManifest(owner)) return [...above, container, "image"].join(".");
  const blocks = above.map((step) => `${inBlocks(step)}[0]`);
  return [...blocks, inBlocks(container), "image"].join(".");
}

const podSpecs = new Map([
  ["Pod", ["spec"]],
  ["CronJob", ["spec", "jobTemplate", "spec", "template", "spec"]],
]);

/** The names of Terraform's blocks are in snake case, and those of lists in the singular. */
function inBlocks(step: string): string {
  return step
    .replace("initContainers", "init_container")
    .replace("containers", "container")
    .replace("jobTemplate", "job_template");
}

/** `spec.containers[0].image`, `spec.containers.0.image` and `spec.containers.[0].image` are one. */
function stepsOf(path: string): readonly string[] {
  return path.split(/[.[\]]+/).filter((step) => step !== "");
}

function covers(field: readonly string[], path: readonly string[]): boolean {
  return field.length > 0 && field.every((step, index) => step === path[index]);
}
