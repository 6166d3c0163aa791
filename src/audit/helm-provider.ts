import { satisfies } from "semver";
import type { DeclaredRelease } from "../model/release.ts";
import type { Span } from "../model/span.ts";
import type { ProviderFact, Repository, Stack } from "../repository/repository.ts";
import { lockHold, type LockHold } from "./lock-file.ts";
import { stackOf } from "./stack-of.ts";
import { allowsMajor, terraformRange, within } from "./versions/terraform-constraints.ts";

/**
 * Which helm provider a stack runs with, as far as the repository fixes it. What moves a release without a
 * version depends on it (terraform-provider-helm v2.17.0 and v3.1.2, `resource_release.go`).
 */
export interface HelmProvider {
  /** `2`: only major 2 is possible; `3`: only 3 or later; `null`: either. */
  readonly major: 2 | 3 | null;
  /** 3.1 or later is certain. */
  readonly since31: boolean;
  /** "helm provider 3.0.2", "helm provider 3", "the helm provider". */
  readonly name: string;
  /** What does not fix it, as a clause; `null` where a committed lock file does. */
  readonly loose: string | null;
  /** True where nothing but the form of the block tells the major: `loose` then says which form. */
  readonly bySyntax: boolean;
  /** Where `experiments.manifest` is on: a create is then not planned in whole (v3.1.2, resource_helm_release.go 2056-2130). */
  readonly manifest: Span | null;
  readonly at: readonly Span[];
}

/** The provider that a release runs with. */
export function helmProviderOf(repository: Repository, release: Written): HelmProvider {
  const stack = stackOf(repository, release.stack);
  const provider = { ...fixedProvider(stack), manifest: stack?.helmManifest ?? null };
  const written = provider.major === null ? writtenFor(repository, release) : null;
  if (written?.syntax === 2 || written?.syntax === 3) {
    const whose = written === release ? "its" : "the stack's";
    return {
      ...provider,
      major: written.syntax,
      name: `helm provider ${written.syntax}`,
      loose: written.syntax === 2 ? `${whose} set blocks are of version 2` : `${whose} set attributes are of version 3`,
      bySyntax: true,
      at: [...provider.at, written.at],
    };
  }
  return provider;
}

type Written = Pick<DeclaredRelease, "stack" | "syntax" | "at">;
const writtenByStack = new WeakMap<Repository, ReadonlyMap<string, Written | null>>();

/** The release whose form tells the major: this one, or another of its stack, which runs with the same provider. */
function writtenFor(repository: Repository, release: Written): Written | null {
  if (release.syntax !== null) return release;
  let byStack = writtenByStack.get(repository);
  if (byStack === undefined) {
    const telling = Map.groupBy(
      repository.releases.filter(({ syntax }) => syntax !== null),
      ({ stack }) => stack,
    );
    byStack = new Map(
      [...telling].map(([stack, [first, ...others]]) => {
        const agree = others.every(({ syntax }) => syntax === first?.syntax);
        return [stack, agree ? (first ?? null) : null] as const;
      }),
    );
    writtenByStack.set(repository, byStack);
  }
  return byStack.get(release.stack) ?? null;
}

type FixedProvider = Omit<HelmProvider, "manifest">;

function fixedProvider(stack: Stack | undefined): FixedProvider {
  const fact = stack?.providers.find(({ source }) => source.endsWith("/helm"));
  if (fact === undefined || stack === undefined) return constrainedProvider(undefined);
  const hold = lockHold(fact, stack);
  if (hold.holds === "yes" && fact.locked !== null) return lockedProvider(fact, fact.locked);
  return constrainedProvider(fact, hold);
}

function lockedProvider(fact: ProviderFact, locked: { version: string; at: Span }): FixedProvider {
  const major = satisfies(locked.version, "<3.0.0-0", { includePrerelease: true }) ? 2 : 3;
  return {
    major,
    since31: satisfies(locked.version, ">=3.1.0", { includePrerelease: true }),
    name: `helm provider ${locked.version}`,
    loose: null,
    bySyntax: false,
    at: [locked.at, ...fact.constraints.map(({ at }) => at)],
  };
}

function constrainedProvider(fact: ProviderFact | undefined, hold?: LockHold): FixedProvider {
  const constraints = fact?.constraints ?? [];
  const ranges = constraints.map(({ text }) => terraformRange(text)).filter((range) => range !== null);
  const at = constraints.map((constraint) => constraint.at);
  const two = [0, 1, 2].some((major) => allowsMajor(ranges, major));
  // A range does not take prereleases in: "<3.0.0" leaves no version of major 3.
  const three = !within(ranges, "<3.0.0");
  const major = two === three ? null : two ? 2 : 3;
  const name = major === null ? "the helm provider" : `helm provider ${major}`;
  const loose = looseness([...new Set(constraints.map(({ text }) => text))].join(", "), hold);
  return { major, since31: within(ranges, ">=3.1.0"), name, loose, bySyntax: false, at };
}

/** `stated`: the constraints; empty: there are none. */
function looseness(stated: string, hold: LockHold | undefined): string {
  if (hold?.holds === "not told") return `it could not be told whether ${hold.on}`;
  if (hold?.holds === "no" && hold.lack === "passed over")
    return `init -upgrade passes over the lock file${stated === "" ? "" : ` and takes the newest provider within "${stated}"`}`;
  return stated === ""
    ? "neither a constraint nor a committed lock file fixes the provider"
    : `no committed lock file fixes the provider within "${stated}"`;
}
