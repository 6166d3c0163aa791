import { globSync, readdirSync, readFileSync } from "node:fs";
import { homedir, networkInterfaces } from "node:os";
import { join } from "node:path";
import { processIds, readOrNull } from "../processes.ts";
import { run } from "../run.ts";

/** What of a machine a bed could leave traces in. Lists are sorted, so that two looks are compared as values. */
export interface Machine {
  /** Command lines of processes that belong to the bed. */
  readonly processes: readonly string[];
  readonly mounts: readonly string[];
  readonly interfaces: readonly string[];
  readonly firewall: readonly string[];
  readonly cgroups: readonly string[];
  readonly files: readonly string[];
  /** Kernel settings that kubelets write. */
  readonly settings: readonly string[];
}

/** How a process of the bed is known, whatever became of its parents. */
export interface Marks {
  /** In the environment of the command that started it. */
  readonly variable: string;
  /** In the mounts that it sees. */
  readonly directory: string;
  /** In the path of its cgroup. */
  readonly token: string;
}

/**
 * Looks by means that know nothing of how beds are ended. Of what anybody may change meanwhile it takes what has a name
 * that a bed, Kubernetes, a runtime or a client would give it.
 */
export async function lookAtMachine(marks: Marks): Promise<Machine> {
  const otherBeds = (line: string): boolean => /hf[0-9a-f]{6}-|holdfast-testbed/.test(line) && !ours(line, marks);
  const suspect = (line: string): boolean =>
    ours(line, marks) || (/containerd|cni|kube|k8s|netns|runc|helm|testbed/.test(line) && !otherBeds(line));
  return {
    processes: processIds()
      .filter((pid) => pid !== process.pid && belongs(pid, marks))
      .map((pid) => (readOrNull(`/proc/${pid}/cmdline`) ?? "").replaceAll("\0", " "))
      .toSorted(),
    mounts: lines(readFileSync("/proc/self/mounts", "utf8")).filter(suspect),
    interfaces: Object.keys(networkInterfaces()).toSorted(),
    firewall: lines(await run(["iptables-save"])).filter((line) => !line.startsWith("#")),
    // At the top of each hierarchy: what is somebody else's has a name of its own there.
    cgroups: globSync("/sys/fs/cgroup/{*,*/*}/").filter(suspect).toSorted(),
    files: folders.flatMap(entries).filter(suspect).toSorted(),
    settings: settings.map((path) => `${path}: ${readOrNull(path)?.trim()}`),
  };
}

function belongs(pid: number, marks: Marks): boolean {
  const files = ["environ", "mountinfo", "cgroup"].map((name) => readOrNull(`/proc/${pid}/${name}`) ?? "");
  return files.some((text) => ours(text, marks));
}

function ours(text: string, { variable, directory, token }: Marks): boolean {
  return text.includes(variable) || text.includes(directory) || text.includes(`${token}-`);
}

/** Where containerd, kubelets, CNI plugins and clients write by default, and where beds are. */
const folders = [
  "/etc/cni",
  "/opt/cni",
  "/run",
  "/run/netns",
  "/var/lib",
  "/var/lib/cni",
  "/var/lib/containerd",
  "/var/lib/kubelet",
  "/var/log/pods",
  "/var/tmp",
  "/var/tmp/holdfast-testbed",
  ...[".kube", ".kube/cache/discovery", ".cache/helm", ".config/helm", ".local/share/helm"].map((name) =>
    join(homedir(), name),
  ),
];

const settings = ["vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops"]
  .concat(["kernel/keys/root_maxkeys", "kernel/keys/root_maxbytes", "net/ipv4/ip_forward"])
  .map((name) => `/proc/sys/${name}`);

function lines(text: string): string[] {
  return text.split("\n").filter(Boolean).toSorted();
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => `${folder}/${name}`);
  } catch {
    return [];
  }
}
