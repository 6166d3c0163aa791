import { controlPlane, type Bed, type NamespaceNode, type Node } from "./bed.ts";
import { runtimeSocket } from "./runtimes.ts";

/** A node's KubeletConfiguration, as JSON (which is YAML). */
export function kubeletConfig(bed: Bed, node: Node): string {
  return JSON.stringify({
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    address: node.address,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: "/etc/kubernetes/pki/ca.crt" },
    },
    authorization: { mode: "Webhook" },
    containerRuntimeEndpoint: `unix://${runtimeSocket}`,
    staticPodPath: "/etc/kubernetes/manifests",
    registerWithTaints: node === controlPlane(bed) ? [controlPlaneTaint] : [],
    resolvConf: "",
    ...(node.kind === "namespaces" ? inNamespaces(node) : { cgroupDriver: "systemd" }),
    enforceNodeAllocatable: ["pods"],
    failSwapOn: false,
    // The disk is the machine's, and shared by all nodes.
    evictionHard: { "nodefs.available": "1%", "imagefs.available": "1%" },
    localStorageCapacityIsolation: false,
    makeIPTablesUtilChains: false,
  });
}

function inNamespaces(node: NamespaceNode): object {
  return {
    // Works on cgroup v1, v2 and machines that have both; a cgroup of its own, as all nodes share one kernel.
    failCgroupV1: false,
    cgroupDriver: "cgroupfs",
    cgroupRoot: node.cgroup,
    // A machine without CAP_SYS_RESOURCE cannot lower it.
    oomScoreAdj: 0,
  };
}

const controlPlaneTaint = { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" };
