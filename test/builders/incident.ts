import { detailOf, ledgersOf, ticksAt, type Ledgers, type NodeFacts, type PodFacts } from "./ledgers.ts";

/**
 * The control-plane node of the incident after the rollback: three pods of csi-driver-nfs that were force-deleted and
 * live on, and the replacement of one of them, which cannot bind.
 */
export function incident(change: Partial<NodeFacts> = {}): Ledgers {
  return ledgersOf({ pods: [...orphans, replacement, ...healthyPods], host: hostProcesses, ...change });
}

/** The same node without csi-driver-nfs. */
export function healthyNode(change: Partial<NodeFacts> = {}): Ledgers {
  return ledgersOf({ pods: healthyPods, host: hostProcesses, ...change });
}

const since = (time: string) => ({ process: { startTicks: ticksAt(time) } });

const orphans: readonly PodFacts[] = [
  {
    name: "nfs-csi/csi-nfs-node-slq2j",
    listed: "none",
    containers: [
      {
        name: "liveness-probe",
        processes: [{ pid: 1816, name: "livenessprobe", listens: ["127.0.0.1:29653"], ...since("07:46:52") }],
      },
      {
        name: "node-driver-registrar",
        processes: [{ pid: 1854, name: "csi-node-driver", listens: ["127.0.0.1:19809"], ...since("07:46:53") }],
      },
      { name: "nfs", processes: [{ pid: 1899, name: "nfsplugin", ...since("07:46:54") }] },
    ],
  },
  {
    name: "nfs-csi/csi-nfs-controller-7d9c5b6f4-8xkzt",
    listed: "none",
    containers: [
      {
        name: "liveness-probe",
        processes: [{ pid: 2210, name: "livenessprobe", listens: ["127.0.0.1:29652"], ...since("08:12:20") }],
      },
      { name: "nfs", processes: [{ pid: 2233, name: "nfsplugin", ...since("08:12:21") }] },
    ],
  },
  {
    name: "nfs-csi/csi-nfs-controller-7d9c5b6f4-q2w8m",
    listed: "none",
    containers: [
      { name: "liveness-probe", processes: [] },
      { name: "nfs", processes: [{ pid: 2391, name: "nfsplugin", ...since("08:12:24") }] },
    ],
  },
];

const crashLoop = { state: "waiting", ready: false, restarts: 16, reason: "CrashLoopBackOff" } as const;

const replacement: PodFacts = {
  name: "nfs-csi/csi-nfs-node-4xk7p",
  api: { owner: "DaemonSet/csi-nfs-node" },
  containers: [
    {
      name: "liveness-probe",
      api: {
        ...crashLoop,
        message: "F0517 09:00:12.1 main.go:133] listen tcp 127.0.0.1:29653: bind: address already in use\n",
      },
    },
    {
      name: "node-driver-registrar",
      api: {
        ...crashLoop,
        restarts: 15,
        ports: [{ name: null, containerPort: 19_809, hostPort: 19_809, hostIp: "", protocol: "tcp" }],
      },
    },
    { name: "nfs", processes: [{ pid: 3120, name: "nfsplugin", ...since("08:31:02") }] },
  ],
};

const healthyPods: readonly PodFacts[] = [
  {
    name: "kube-system/kube-proxy-7f2kd",
    api: { owner: "DaemonSet/kube-proxy" },
    containers: [
      {
        name: "kube-proxy",
        processes: [{ pid: 901, name: "kube-proxy", listens: ["[::]:10256"], ...since("07:01:10") }],
        api: { ports: [{ name: null, containerPort: 10_256, hostPort: 10_256, hostIp: "", protocol: "tcp" }] },
      },
    ],
  },
  {
    name: "kube-system/etcd-cp",
    uid: "46dac9a538838115821dfd9559149484",
    api: {
      uid: "0c0f4c0a-6f43-4b4f-9d1a-0e0b3c2f7a11",
      configHash: "46dac9a538838115821dfd9559149484",
      configMirror: "46dac9a538838115821dfd9559149484",
    },
    sandbox: { configSource: "file", configHash: "46dac9a538838115821dfd9559149484" },
    containers: [
      { name: "etcd", processes: [{ pid: 655, name: "etcd", listens: ["127.0.0.1:2379"], ...since("07:00:40") }] },
    ],
  },
  {
    name: "kube-system/coredns-5d78c9869d-2v9xk",
    api: { owner: "ReplicaSet/coredns-5d78c9869d", hostNetwork: false },
    detail: detailOf(),
    containers: [
      { name: "coredns", processes: [{ pid: 1203, name: "coredns", listens: ["[::]:53"], ...since("07:02:03") }] },
    ],
  },
];

const hostProcesses = [
  { pid: 512, name: "kubelet", listens: ["[::]:10250", "127.0.0.1:10248"], ...since("07:00:20") },
  { pid: 480, name: "sshd", listens: ["0.0.0.0:22", "[::]:22"], ...since("07:00:15") },
];
