import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { builtPrograms } from "../../builders/built-programs.ts";
import { image } from "./image.ts";

/** A containerd that can be started. */
export interface Version {
  /** Where `containerd`, its shim and `ctr` are. */
  readonly folder: string;
  /** As `containerd --version` gives it: `1.6.20~ds1`. */
  readonly version: string;
  /** Options of `ctr images import` beside the snapshotter. */
  readonly importOptions: readonly string[];
  /** Its config.toml. */
  config(settings: Settings): string;
}

export interface Settings {
  readonly root: string;
  readonly state: string;
  readonly socket: string;
  readonly opt: string;
  /** CNI's plugins, and its networks. */
  readonly plugins: string;
  readonly networks: string;
  /** Bytes of the largest message that it sends. */
  readonly maxMessage: number;
}

/** On Debian 12: 1.6.20. */
export function distributionContainerd(): Version {
  const folder = "/usr/bin";
  return { folder, version: versionIn(folder), importOptions: [], config: configOf1 };
}

/** Built for the test bed (npm run testbed -- build): 2.4.2. */
export function builtContainerd(): Version {
  const folder = builtPrograms("containerd");
  // Without --local the transfer service unpacks with the snapshotter of its own configuration.
  return { folder, version: versionIn(folder), importOptions: ["--local"], config: configOf2 };
}

/** What these tests cannot do without, and is not there. */
export function missingForContainerd(): string[] {
  const programs = ["/usr/bin/containerd", "/usr/sbin/runc", "/bin/busybox", "/usr/bin/unshare", "/usr/bin/setpriv"];
  return [...(process.getuid?.() === 0 ? [] : ["root"]), ...programs.filter((program) => !existsSync(program))];
}

function versionIn(folder: string): string {
  const said = execFileSync(join(folder, "containerd"), ["--version"], { encoding: "utf8" });
  return said.trim().split(" ")[2] ?? "";
}

function configOf1(settings: Settings): string {
  return `version = 2
${common(settings)}
[plugins."io.containerd.internal.v1.opt"]
path = "${settings.opt}"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "${image}"
restrict_oom_score_adj = true
netns_mounts_under_state_dir = true
[plugins."io.containerd.grpc.v1.cri".containerd]
snapshotter = "native"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "${settings.plugins}"
conf_dir = "${settings.networks}"
`;
}

function configOf2(settings: Settings): string {
  return `version = 3
${common(settings)}
[plugins.'io.containerd.internal.v1.opt']
path = "${settings.opt}"
[plugins.'io.containerd.cri.v1.images']
snapshotter = "native"
[plugins.'io.containerd.cri.v1.images'.pinned_images]
sandbox = "${image}"
[plugins.'io.containerd.cri.v1.runtime']
restrict_oom_score_adj = true
netns_mounts_under_state_dir = true
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins.'io.containerd.cri.v1.runtime'.cni]
bin_dirs = ["${settings.plugins}"]
conf_dir = "${settings.networks}"
[plugins.'io.containerd.nri.v1.nri']
disable = true
`;
}

function common({ root, state, socket, maxMessage }: Settings): string {
  return `root = "${root}"
state = "${state}"
[grpc]
address = "${socket}"
max_send_message_size = ${maxMessage}`;
}
