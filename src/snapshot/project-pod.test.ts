import { describe, expect, test } from "vitest";
import { projectPod, projectPods } from "./project-pod.ts";

const metadata = { namespace: "nfs-csi", name: "csi-nfs-node-4xk7p", uid: "6be1", resourceVersion: "1182733" };

test("a pod in full", () => {
  const served = {
    metadata: {
      ...metadata,
      annotations: { "kubernetes.io/config.hash": "9a07", "kubernetes.io/config.mirror": "9a07" },
      deletionTimestamp: "2026-05-17T08:46:52Z",
      deletionGracePeriodSeconds: 30,
      ownerReferences: [
        { kind: "Node", name: "cp" },
        { kind: "DaemonSet", name: "csi-nfs-node", controller: true },
      ],
    },
    spec: {
      nodeName: "cp",
      hostNetwork: true,
      initContainers: [{ name: "wait" }, { name: "proxy", restartPolicy: "Always" }],
      containers: [
        {
          name: "livenessprobe",
          ports: [
            { name: "healthz", containerPort: 29653, hostPort: 29653, protocol: "TCP" },
            { containerPort: 53, hostIP: "10.0.0.1", protocol: "UDP" },
          ],
        },
        { name: "nfs" },
      ],
      ephemeralContainers: [{ name: "debugger" }],
    },
    status: {
      phase: "Running",
      initContainerStatuses: [
        { name: "wait", state: { terminated: { reason: "Completed" } } },
        { name: "proxy", state: { running: {} }, ready: true },
      ],
      containerStatuses: [
        {
          name: "livenessprobe",
          containerID: "containerd://4f1c",
          ready: false,
          restartCount: 16,
          state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 5m0s" } },
          lastState: { terminated: { reason: "Error", message: "bind: address already in use" } },
        },
      ],
    },
  };
  const absent = {
    ports: [],
    containerId: null,
    state: null,
    ready: false,
    restarts: 0,
    reason: null,
    message: null,
  };
  expect(projectPod(served)).toEqual({
    pod: {
      ...metadata,
      node: "cp",
      phase: "Running",
      hostNetwork: true,
      deletion: { at: "2026-05-17T08:46:52Z", graceSeconds: 30 },
      configHash: "9a07",
      configMirror: "9a07",
      owner: "DaemonSet/csi-nfs-node",
      containers: [
        { ...absent, name: "wait", kind: "init", state: "terminated", reason: "Completed" },
        { ...absent, name: "proxy", kind: "sidecar", state: "running", ready: true },
        {
          name: "livenessprobe",
          kind: "main",
          ports: [
            { name: "healthz", containerPort: 29653, hostPort: 29653, hostIp: "", protocol: "tcp" },
            { name: null, containerPort: 53, hostPort: 0, hostIp: "10.0.0.1", protocol: "udp" },
          ],
          containerId: "containerd://4f1c",
          state: "waiting",
          ready: false,
          restarts: 16,
          reason: "CrashLoopBackOff",
          message: "bind: address already in use",
        },
        { ...absent, name: "nfs", kind: "main" },
        { ...absent, name: "debugger", kind: "ephemeral" },
      ],
    },
  });
});

test("a pod of which only the names are written", () => {
  expect(projectPod({ metadata, spec: {} })).toEqual({
    pod: {
      ...metadata,
      node: null,
      phase: null,
      hostNetwork: false,
      deletion: null,
      configHash: null,
      configMirror: null,
      owner: null,
      containers: [],
    },
  });
});

describe("a pod that cannot be read is told, with what can be read of it", () => {
  const unread = { namespace: null, name: null, uid: null, configHash: null };
  const { namespace, name, uid } = metadata;
  test.each([
    [null, { ...unread, text: "its form is not that of a pod" }],
    ["pod", { ...unread, text: "its form is not that of a pod" }],
    [{}, { ...unread, text: "its metadata is not that of a pod" }],
    [
      { metadata: { uid }, spec: {} },
      { ...unread, uid, text: "its metadata.namespace is not that of a pod" },
    ],
    [
      { metadata: { ...metadata, uid: 7 }, spec: {} },
      { ...unread, namespace, name, text: "its metadata.uid is not that of a pod" },
    ],
    [
      { metadata: { ...metadata, annotations: { "kubernetes.io/config.hash": "9a07", "s3cret-key": 1 } }, spec: {} },
      { namespace, name, uid, configHash: "9a07", text: "its metadata.annotations is not that of a pod" },
    ],
    [
      { metadata, spec: { containers: [{ name: "a", ports: [{ containerPort: 1, protocol: "QUIC" }] }] } },
      { ...unread, namespace, name, uid, text: "its spec.containers.0.ports.0 is not that of a pod" },
    ],
    [{ metadata }, { ...unread, namespace, name, uid, text: "its spec is not that of a pod" }],
  ])("%j", (served, unparsed) => {
    expect(projectPod(served)).toEqual({ unparsed });
  });

  test("beside those that can", () => {
    const { pods, unparsed } = projectPods([{ metadata, spec: {} }, { metadata: { uid: "9a07" } }]);
    expect([pods.map((pod) => pod.uid), unparsed.map((pod) => pod.uid)]).toEqual([["6be1"], ["9a07"]]);
  });
});
