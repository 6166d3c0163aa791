import type { Bed } from "./bed.ts";

export const runtimeNames = ["containerd-1.6", "containerd-2"] as const;

export type RuntimeName = (typeof runtimeNames)[number];

/** A container runtime that a bed's nodes can run on. */
export interface Runtime {
  /** The folder of `containerd`, `ctr` and the shim. */
  folder(bed: Bed): string;
  /** Its `config.toml`. */
  config(): string;
  /** Options of `ctr images import` that its version knows. */
  readonly importOptions: readonly string[];
}

/** Each finds its shim and runc on the search path; the runc there can be told to fail (go/node/runc-fault). */
export const runtimes: Readonly<Record<RuntimeName, Runtime>> = {
  /** What Debian 12 installs: 1.6.20. */
  "containerd-1.6": {
    folder: () => "/usr/bin",
    config: () => `version = 2
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "${pauseImage}"
restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".containerd]
snapshotter = "native"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/usr/lib/cni"
conf_dir = "/etc/cni/net.d"
`,
    importOptions: ["--snapshotter", "native"],
  },
  /** Built from go/containerd. */
  "containerd-2": {
    folder: (bed) => bed.programs.containerd,
    config: () => `version = 3
[plugins.'io.containerd.cri.v1.images']
snapshotter = "native"
[plugins.'io.containerd.cri.v1.images'.pinned_images]
sandbox = "${pauseImage}"
[plugins.'io.containerd.cri.v1.runtime']
restrict_oom_score_adj = true
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins.'io.containerd.cri.v1.runtime'.cni]
bin_dirs = ["/usr/lib/cni"]
conf_dir = "/etc/cni/net.d"
[plugins.'io.containerd.nri.v1.nri']
disable = true
`,
    // Without --local the transfer service unpacks with the snapshotter of its own configuration.
    importOptions: ["--local", "--snapshotter", "native"],
  },
};

export const pauseImage = "registry.k8s.io/pause:3.10";

export const runtimeSocket = "/run/containerd/containerd.sock";
