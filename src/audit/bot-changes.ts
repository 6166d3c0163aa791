import type { ChartSource, DeclaredImage, DeclaredRelease, DeclaredWorkload } from "../model/release.ts";
import { isKnown } from "../model/told.ts";
import { parseNamedImage } from "../repository/manifests/images.ts";
import { directoryOf } from "../repository/paths.ts";
import type { ModuleCall, ProviderFact, Repository } from "../repository/repository.ts";
import { helmProviderOf } from "./helm-provider.ts";
import { rangeUpdates, versionUpdates, type BotChange, type PossibleChange } from "./movers/bot.ts";
import { stackOf } from "./stack-of.ts";
import { isExactConstraint } from "./versions/terraform-constraints.ts";
import { versionForm } from "./movers/terraform-chart.ts";

/** A bot moves a chart by its version, or, where none is written, by a new provider: that plans the version anew. */
export function chartChange(repository: Repository, release: DeclaredRelease): PossibleChange {
  const literal = release.versionAttribute;
  if (!isKnown(release.version) || !isKnown(release.chart)) return null;
  const chart = release.chart.known;
  if (chart.kind === "local") return "nothing";
  if (release.version.known === null) return throughProvider(repository, release, chart);
  if (literal === null) return null;
  // Renovate's terraform manager reads only a version that is written in the block itself.
  const origin = release.version.at.at(-1);
  const inBlock =
    origin !== undefined && origin.file === literal.file && origin.start >= literal.start && origin.end <= literal.end;
  if (!inBlock || chart.kind === "archive") return null;
  const datasource = chart.kind === "oci" ? "docker" : "helm";
  const name = chart.kind === "oci" ? chart.reference.replace(/^oci:\/\//, "") : chart.chart;
  const updateTypes = versionForm(release.version.known, chart) === "range" ? rangeUpdates : versionUpdates;
  const currentVersion = release.version.known;
  return {
    manager: "terraform",
    depType: "helm_release",
    datasource,
    package: name,
    file: fileOf(repository, literal.file),
    updateTypes,
    currentVersion,
  };
}

function throughProvider(repository: Repository, release: DeclaredRelease, chart: ChartSource): PossibleChange {
  const isMoved = chart.kind === "repository" || (chart.kind === "oci" && chart.digest === null && chart.tag === null);
  if (!isMoved || helmProviderOf(repository, release).major === 2) return "nothing";
  const fact = stackOf(repository, release.stack)?.providers.find(({ source }) => source.endsWith("/helm"));
  const change = fact === undefined ? "nothing" : providerChange(repository, fact);
  return fact === undefined || change === "nothing" || change === null
    ? "nothing"
    : { ...change, through: fact.source };
}

/** The image where it is written: in Terraform, in a manifest, or in a file of values. */
export function imageChange(
  repository: Repository,
  owner: DeclaredRelease | DeclaredWorkload,
  image: DeclaredImage,
  at: { file: number },
): BotChange | null {
  if (!isKnown(image.reference)) return null;
  const name = nameOf(image.reference.known);
  const file = fileOf(repository, at.file);
  const manager = imageManager(owner, file);
  if (name === null || manager === null) return null;
  // A digest that is written moves under the same tag (Renovate v44, lib/workers/repository/process/lookup/index.ts).
  const hasDigest = (parseNamedImage(image.reference.known)?.digest ?? null) !== null;
  const updateTypes = hasDigest ? [...versionUpdates, "digest"] : versionUpdates;
  return { manager, datasource: "docker", package: name, file, updateTypes };
}

/** Renovate's default patterns (v44, lib/modules/manager/helm-values/index.ts and terraform/index.ts). */
function imageManager(owner: DeclaredRelease | DeclaredWorkload, file: string): string | null {
  if (/(?:^|\/)values\.ya?ml$/.test(file)) return "helm-values";
  if (owner.kind !== "workload") return null;
  return owner.stack === null ? "kubernetes" : "terraform";
}

/** A reference without its tag and digest, as written. */
function nameOf(reference: string): string | null {
  const image = parseNamedImage(reference);
  if (image === null) return null;
  const [tag, digest] = [image.tag, image.digest].map((part) => (part === null ? 0 : part.length + 1));
  return reference.slice(0, reference.length - (tag ?? 0) - (digest ?? 0));
}

export function moduleChange(repository: Repository, call: ModuleCall): PossibleChange {
  const file = fileOf(repository, call.at.file);
  const manager = file.endsWith("terragrunt.hcl") ? "terragrunt" : "terraform";
  switch (call.source.kind) {
    case "registry":
      return {
        manager,
        datasource: "terraform-module",
        package: call.source.name,
        file,
        updateTypes: versionUpdates,
        ...atVersion(isKnown(call.version) ? call.version.known : null),
      };
    case "git":
      return {
        manager,
        datasource: "git-tags",
        package: call.source.url,
        file,
        updateTypes: versionUpdates,
        ...atVersion(call.source.ref),
      };
    case "local":
      return "nothing";
    default:
      return null;
  }
}

function atVersion(version: string | null): { currentVersion?: string } {
  return version === null ? {} : { currentVersion: version };
}

/**
 * Renovate writes a provider's constraint, and the lock file beside the constraint or above it; one that has no
 * constraint it leaves alone (v44, lib/modules/manager/terraform/base.ts and lockfile/util.ts).
 */
export function providerChange(repository: Repository, { source, constraints, locked }: ProviderFact): PossibleChange {
  const [constraint] = constraints;
  if (constraint === undefined) return "nothing";
  const file = fileOf(repository, constraint.at.file);
  const lock = locked === null ? undefined : directoryOf(fileOf(repository, locked.at.file));
  const isLockSeen = lock !== undefined && (lock === "." || file.startsWith(`${lock}/`));
  const updateTypes = isLockSeen ? versionUpdates : updatesOutside(constraint.text);
  if (updateTypes.length === 0) return "nothing";
  const exact = isExactConstraint(constraint.text) ? constraint.text.replace(/^[=\s]+/, "") : null;
  const current = isLockSeen && locked !== null ? locked.version : exact;
  return {
    manager: "terraform",
    depType: "required_provider",
    datasource: "terraform-provider",
    package: source,
    file,
    updateTypes,
    ...atVersion(current),
  };
}

/** Updates that a constraint does not take in by itself: only they make Renovate write another one. */
function updatesOutside(constraint: string): readonly string[] {
  if (isExactConstraint(constraint)) return versionUpdates;
  if (/^~>\s*v?\d+\.\d+\.\d/.test(constraint.trim())) return rangeUpdates;
  return /~>|</.test(constraint) ? ["major"] : [];
}

function fileOf(repository: Repository, id: number): string {
  return repository.files[id]?.path ?? "";
}
