/** The pod that a node is read through, and what is needed to make it. */
export interface ReaderRequest {
  readonly name: string;
  readonly namespace: string;
  readonly node: string;
  readonly image: string;
  /** Seconds after which the kubelet ends it, whatever it waits for: that of its image, too. Default {@link readerDeadline}. */
  readonly deadline?: number;
}

/** Which pods are readers of ours. */
export const readerLabels = {
  "app.kubernetes.io/name": "holdfast",
  "app.kubernetes.io/component": "node-reader",
  "app.kubernetes.io/managed-by": "holdfast",
} as const;

export const readerContainer = "reader";

/** Where the pod's two programs meet (lease.ts). */
export const leaseFolder = "/run/holdfast";

/** The variable of the environment in which the kubelet tells the pod its uid. */
export const uidVariable = "HOLDFAST_POD_UID";

/** Seconds for a reader that is asked once. */
export const readerDeadline = 300;

/**
 * It sees what root on the node sees: the node's pids (hostPID), and as a privileged container the node's cgroup namespace,
 * since containerd and CRI-O give one of their own only to those that are not [containerd v2.4.2,
 * internal/cri/server/container_create.go; cri-o, setupCgroupNamespace]. The node's files and sockets are those of pid 1, in
 * `/proc/1/root`: a hostPath for each place where a runtime may be would make the folders that are missing.
 *
 * It goes where `nodeName` says, past the scheduler and every taint, also where the pod network is what is broken. It asks for
 * nothing and has no priority, so that no other pod is evicted for it: a node that is full refuses it.
 */
export function readerPod({ name, namespace, node, image, deadline = readerDeadline }: ReaderRequest): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace,
      // Istio reads it as a label, and before 1.20 as an annotation; a sidecar would keep the pod from ending.
      labels: { ...readerLabels, "sidecar.istio.io/inject": "false" },
      annotations: { "sidecar.istio.io/inject": "false", "linkerd.io/inject": "disabled" },
    },
    spec: {
      nodeName: node,
      hostPID: true,
      hostNetwork: true,
      dnsPolicy: "Default",
      restartPolicy: "Never",
      activeDeadlineSeconds: deadline,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      tolerations: [{ operator: "Exists" }],
      containers: [
        {
          name: readerContainer,
          image,
          imagePullPolicy: "IfNotPresent",
          command: ["holdfast", "node-wait", ...(deadline === readerDeadline ? [] : [`--longest=${deadline}`])],
          // Where it fails, its last words are in the pod's status.
          terminationMessagePolicy: "FallbackToLogsOnError",
          env: [{ name: uidVariable, valueFrom: { fieldRef: { fieldPath: "metadata.uid" } } }],
          securityContext: { privileged: true, runAsUser: 0, runAsGroup: 0, readOnlyRootFilesystem: true },
          volumeMounts: [{ name: "lease", mountPath: leaseFolder }],
        },
      ],
      volumes: [{ name: "lease", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } }],
    },
  };
}
