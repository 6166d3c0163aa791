import { pauseImage, type Runtime } from "../runtimes.ts";

/** containerd 1.6 of Debian 12, as an administrator would set it up for the kubelet there. */
export const vmRuntime: Runtime = {
  folder: () => "/usr/bin",
  config: () => `version = 2
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "${pauseImage}"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
SystemdCgroup = true
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/usr/lib/cni"
conf_dir = "/etc/cni/net.d"
`,
  importOptions: [],
};
