import type { DeclaredRelease, DeclaredWorkload } from "../../../model/release.ts";

/**
 * How many of the images Terraform leaves to others by `lifecycle.ignore_changes`. An update of a release writes its
 * values again whatever is ignored: only ignoring all prevents updates.
 */
export function ignoredImages(
  { kind, ignoreChanges }: DeclaredRelease | DeclaredWorkload,
  images: number,
): "all" | "some" | "none" {
  if (ignoreChanges.includes("all")) return "all";
  if (kind === "helm_release") return "none";
  const covering = ignoreChanges.filter((path) => imageOrAbove.test(path.replaceAll(/\[(?:\d+|"[^"]*")\]/g, "")));
  const isWide = covering.some((path) => !/containers?\b.*\d/.test(path));
  if (isWide || covering.length >= images) return "all";
  return covering.length > 0 ? "some" : "none";
}

const imageOrAbove =
  /^(?:(?:manifest\.|object\.)?spec(?:\.(?:job_template|jobTemplate)(?:\.spec)?)?(?:\.template(?:\.spec(?:\.(?:init_container|initContainers|container|containers)(?:\.image)?)?)?)?|manifest|object)$/;
