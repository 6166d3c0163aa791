import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { findPrograms, recipesFor } from "./build/programs.ts";
import { recipes, type RecipeName } from "./build/recipes.ts";
import { whyNoCgroups } from "./namespaces/cgroups.ts";
import type { RuntimeName } from "./runtimes.ts";

/** What a bed needs of the machine that it runs on. */
interface Wanted {
  readonly runtime: RuntimeName;
  /** Nodes that are whole machines. Default: none. */
  readonly vmNodes?: number;
}

/** Why a bed cannot be started here, and what to do; `null` where it can. */
export function whyNoBed(wanted: Wanted): string | null {
  return whyNoSystem(wanted) ?? whyNoPrograms(recipesFor(wanted));
}

/** Like `whyNoBed`, but for what `build` makes. */
export function whyNoSystem({ runtime, vmNodes = 0 }: Wanted): string | null {
  if (process.platform !== "linux" || process.arch !== "x64") return "the test bed needs Linux on x64";
  if (process.getuid?.() !== 0) return "the test bed needs root: it makes namespaces, mounts and cgroups";
  const needed =
    vmNodes > 0 ? { programs: [...programs, ...vmPrograms], files: [...files, ...vmFiles] } : { programs, files };
  const absent = [
    ...needed.programs.filter((name) => !onPath(name)),
    ...needed.files.filter((path) => !existsSync(path)),
  ];
  if (absent.length > 0) return `missing: ${absent.join(", ")} (scripts/install-system-packages.sh installs them)`;
  return whyNoCgroups() ?? whyNoRuntime(runtime);
}

/** The old runtime is the distribution's; on newer distributions it is not that old any more. */
function whyNoRuntime(runtime: RuntimeName): string | null {
  if (runtime !== "containerd-1.6") return null;
  const { stdout } = spawnSync("/usr/bin/containerd", ["--version"], { encoding: "utf8" });
  const version = / v?(\d+\.\d+)\.\d+/.exec(stdout ?? "")?.[1];
  return version === "1.6" ? null : `/usr/bin/containerd is ${version ?? "missing"}, not 1.6`;
}

function whyNoPrograms(needed: readonly RecipeName[]): string | null {
  const { missing } = findPrograms(needed);
  if (missing.length === 0) return null;
  const build = missing.includes("vmDisk") ? "build --vm" : "build";
  return `not built: ${missing.map((name) => recipes[name].title).join(", ")} (npm run testbed -- ${build})`;
}

const files = ["/bin/busybox", "/usr/lib/cni/ptp", "/usr/lib/cni/portmap"];

const programs = ["runc", "ip", "iptables", "nsenter", "unshare", "umount", "openssl", "env"];

const vmPrograms = ["qemu-system-x86_64", "qemu-img", "mmdebstrap", "mke2fs", "ssh", "ssh-keygen"];

const vmFiles = ["/dev/net/tun"];

function onPath(name: string): boolean {
  const folders = [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin", "/sbin"];
  return folders.some((folder) => existsSync(join(folder, name)));
}
