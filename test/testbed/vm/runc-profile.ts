import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunOptions } from "../run.ts";

/** Runs a program on the machine; gives its standard output, throws where it fails. */
type Exec = (argv: readonly string[], options?: RunOptions) => Promise<string>;

/**
 * Puts runc under an AppArmor profile of its own, as distributions came to do. containerd 1.6's profile for containers
 * takes signals from programs without a profile, and so none from runc any more: the incident's true cause.
 */
export async function loadRuncProfile(exec: Exec): Promise<void> {
  await exec(["tee", installed], { input: readFileSync(join(import.meta.dirname, "runc.apparmor"), "utf8") });
  await exec(["apparmor_parser", "--replace", installed]);
}

export async function unloadRuncProfile(exec: Exec): Promise<void> {
  if (await runcProfileIsLoaded(exec)) await exec(["apparmor_parser", "--remove", installed]);
  await exec(["rm", "-f", installed]);
}

export async function runcProfileIsLoaded(exec: Exec): Promise<boolean> {
  return /^runc \(enforce\)$/m.test(await exec(["cat", "/sys/kernel/security/apparmor/profiles"]));
}

/** What is here is loaded at every start. */
const installed = "/etc/apparmor.d/runc";
