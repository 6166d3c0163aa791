import type { ChartSource, DeclaredImage, DeclaredRelease, DeclaredWorkload } from "../model/release.ts";
import { isKnown } from "../model/told.ts";
import { parseNamedImage } from "../repository/manifests/images.ts";
import { directoryOf } from "../repository/paths.ts";
import type { ModuleCall, ProviderFact, Repository } from "../repository/repository.ts";
import { helmProviderOf } from "./helm-provider.ts";
import { maintenance, rangeUpdates, versionUpdates, type BotChange, type PossibleChanges } from "./movers/bot.ts";
import { stackOf } from "./stack-of.ts";
import { isExactConstraint } from "./versions/terraform-constraints.ts";
import { versionForm } from "./movers/terraform-chart.ts";

/** A bot moves a chart by its version, or, where none is written, by a new provider: that plans the version anew. */
export function chartChanges(repository: Repository, release: DeclaredRelease): PossibleChanges {
  const literal = release.versionAttribute;
  if (!isKnown(release.version) || !isKnown(release.chart)) return null;
  const chart = release.chart.known;
  if (chart.kind === "local") return [];
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
  const file = fileOf(repository, literal.file);
  return [
    { manager: "terraform", depType: "helm_release", datasource, package: name, file, updateTypes, currentVersion },
  ];
}

function throughProvider(repository: Repository, release: DeclaredRelease, chart: ChartSource): readonly BotChange[] {
  const isMoved = chart.kind === "repository" || (chart.kind === "oci" && chart.digest === null && chart.tag === null);
  if (!isMoved || helmProviderOf(repository, release).major === 2) return [];
  const fact = stackOf(repository, release.stack)?.providers.find(({ source }) => source.endsWith("/helm"));
  if (fact === undefined) return [];
  return providerChanges(repository, fact).map((change) => ({ ...change, through: fact.source }));
}

/** The image where it is written: in Terraform, in a manifest, or in a file of values. */
export function imageChanges(
  repository: Repository,
  owner: DeclaredRelease | DeclaredWorkload,
  image: DeclaredImage,
  at: { file: number },
): PossibleChanges {
  if (!isKnown(image.reference)) return null;
  const name = nameOf(image.reference.known);
  const file = fileOf(repository, at.file);
  const manager = imageManager(owner, file);
  if (name === null || manager === null) return null;
  // A digest that is written moves under the same tag (Renovate v44, lib/workers/repository/process/lookup/index.ts).
  const hasDigest = (parseNamedImage(image.reference.known)?.digest ?? null) !== null;
  const updateTypes = hasDigest ? [...versionUpdates, "digest"] : versionUpdates;
  return [{ manager, datasource: "docker", package: name, file, updateTypes }];
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

export function moduleChanges(repository: Repository, call: ModuleCall): PossibleChanges {
  const file = fileOf(repository, call.at.file);
  const manager = file.endsWith("terragrunt.hcl") ? "terragrunt" : "terraform";
  const change = { manager, file, updateTypes: versionUpdates };
  switch (call.source.kind) {
    case "registry":
      return [
        {
          ...change,
          datasource: "terraform-module",
          package: call.source.name,
          ...atVersion(isKnown(call.version) ? call.version.known : null),
        },
      ];
    case "git":
      return [{ ...change, datasource: "git-tags", package: call.source.url, ...atVersion(call.source.ref) }];
    case "local":
      return [];
    default:
      return null;
  }
}

function atVersion(version: string | null): { currentVersion?: string } {
  return version === null ? {} : { currentVersion: version };
}

/** A new version of a provider, by its constraint or by its entry in the lock file. */
export function providerChanges(repository: Repository, fact: ProviderFact): readonly BotChange[] {
  return [...constraintChange(repository, fact), ...maintenanceChange(repository, fact)];
}

/**
 * Renovate writes a provider's constraint, and the lock file beside the constraint or above it; one that has no
 * constraint it leaves alone (v44, lib/modules/manager/terraform/base.ts and lockfile/util.ts).
 */
function constraintChange(repository: Repository, { source, constraints, locked }: ProviderFact): BotChange[] {
  const [constraint] = constraints;
  if (constraint === undefined) return [];
  const file = fileOf(repository, constraint.at.file);
  const isLockSeen = locked !== null && isBeside(file, fileOf(repository, locked.at.file));
  const updateTypes = isLockSeen ? versionUpdates : updatesOutside(constraint.text);
  if (updateTypes.length === 0) return [];
  const exact = isExactConstraint(constraint.text) ? constraint.text.replace(/^[=\s]+/, "") : null;
  const current = isLockSeen ? locked.version : exact;
  return [
    {
      manager: "terraform",
      depType: "required_provider",
      datasource: "terraform-provider",
      package: source,
      file,
      updateTypes,
      ...atVersion(current),
    },
  ];
}

/**
 * Lock file maintenance takes the newest version that the entry's constraints allow, for all entries of the lock file at
 * once: it is an update of no package (v44, lib/modules/manager/terraform/lockfile/index.ts and
 * lib/workers/repository/updates/flatten.ts).
 */
function maintenanceChange(repository: Repository, { constraints, locked, at }: ProviderFact): BotChange[] {
  if (locked === null || constraints.some(({ text }) => isExactConstraint(text))) return [];
  const lock = fileOf(repository, locked.at.file);
  const files = [...constraints.map((constraint) => constraint.at), at].map((place) => fileOf(repository, place.file));
  const file = files.find((path) => isBeside(path, lock));
  if (file === undefined) return [];
  const ofNoPackage = { datasource: null, package: null, depType: null, currentVersion: null };
  return [{ manager: "terraform", file, updateTypes: maintenance, ...ofNoPackage }];
}

/** Renovate looks for a lock file beside the file that it reads, and above it. */
function isBeside(file: string, lock: string): boolean {
  const directory = directoryOf(lock);
  return directory === "." || file.startsWith(`${directory}/`);
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
