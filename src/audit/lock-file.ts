import type { ProviderFact, Stack } from "../repository/repository.ts";

/**
 * Whether the lock file decides the version of a provider: `terraform init` takes the locked version, and only a lock file
 * that is committed is there for the next one (terraform v1.15.9, internal/providercache/installer.go 243-267). `init -upgrade`
 * passes over it (internal/command/init.go 441-449).
 */
export type LockHold =
  | { readonly holds: "yes"; readonly version: string }
  /** `on`: a clause that completes "if". */
  | { readonly holds: "not told"; readonly version: string; readonly on: string }
  | { readonly holds: "no"; readonly lack: "no lock" | "no entry" | "not committed" | "passed over" };

export function lockHold({ locked }: ProviderFact, { lock, upgrades }: Stack): LockHold {
  if (lock === null) return { holds: "no", lack: "no lock" };
  if (locked === null) return { holds: "no", lack: "no entry" };
  if (lock.tracked === false) return { holds: "no", lack: "not committed" };
  if (upgrades?.certain === true) return { holds: "no", lack: "passed over" };
  const { version } = locked;
  if (lock.tracked === null)
    return { holds: "not told", version, on: `the lock file, which holds ${version}, is committed: git was not asked` };
  if (upgrades !== undefined)
    return { holds: "not told", version, on: `init, whose arguments could not be told, runs without -upgrade` };
  return { holds: "yes", version };
}
