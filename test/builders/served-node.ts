import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import {
  ContainerState,
  ListContainersResponseSchema,
  ListPodSandboxResponseSchema,
  PodSandboxState,
  PodSandboxStatusResponseSchema,
} from "../../src/outside/cri/generated/cri_pb.ts";
import { holdfast, type Ended, type RunOptions } from "./command.ts";
import { criServer, emptyNode, message } from "./cri-server.ts";
import { httpServer } from "./http-server.ts";
import { folderOf, json, kubeconfig, status } from "./kube.ts";
import { idOf, uidOf } from "./ledgers.ts";
import { bootId, procTree, removeTree } from "./proc-tree.ts";

/** What a node of two pods is like: the API has one of them. */
export interface NodeFacts {
  /** Of the Node. Default: that of the recorded kernel. */
  readonly boot?: string;
  /** Answers every question with this status of HTTP. */
  readonly refuse?: number;
  /** Written over the pod that the API has. */
  readonly pod?: { readonly metadata?: object; readonly spec?: object; readonly status?: object };
  /** The verbose status of a sandbox, as containerd writes it. Default: it has none. */
  readonly info?: object;
  /** The name of the orphan's process. */
  readonly processName?: string;
}

/** Runs the command on that node, once after the other. */
export interface ServedNode extends AsyncDisposable {
  run(args: readonly string[], options?: RunOptions): Promise<Ended>;
}

export const orphan = { name: "csi-nfs-node-slq2j", namespace: "nfs-csi", uid: uidOf("orphan") };
export const running = { name: "kube-proxy-7f2kd", namespace: "kube-system", uid: uidOf("running") };

/** A recorded kernel, a served runtime and a served API. */
export async function servedNode({
  boot = bootId,
  refuse,
  pod,
  info,
  processName,
}: NodeFacts = {}): Promise<ServedNode> {
  const root = recordedTree(processName);
  const api = await httpServer((request, response) => {
    const path = request.url?.split("?")[0] ?? "";
    if (refuse !== undefined) return status(refuse, "Forbidden", "no")(response);
    if (path === "/api/v1/pods")
      return json(response, {
        kind: "PodList",
        apiVersion: "v1",
        metadata: { resourceVersion: "42" },
        items: [served(pod)],
      });
    if (path === "/api/v1/nodes/cp")
      return json(response, {
        kind: "Node",
        apiVersion: "v1",
        metadata: { name: "cp", uid: "n", resourceVersion: "1" },
        status: { nodeInfo: { bootID: boot } },
      });
    return status(404, "NotFound", "not found", { details: { name: orphan.name, kind: "pods" } })(response);
  });
  const cri = await criServer({
    ...emptyNode,
    ListPodSandbox: message(ListPodSandboxResponseSchema, { items: [orphan, running].map(sandbox) }),
    ListContainers: message(ListContainersResponseSchema, { containers: [orphan, running].map(container) }),
    ...(info === undefined
      ? {}
      : { PodSandboxStatus: message(PodSandboxStatusResponseSchema, { info: { info: JSON.stringify(info) } }) }),
  });
  const config = join(folderOf({ config: kubeconfig(api.url) }), "config");
  return {
    run: (args, options) =>
      holdfast([...args, "--root", root, "--kubeconfig", config, "--cri-socket", cri.socket], options),
    [Symbol.asyncDispose]: async () => {
      await api[Symbol.asyncDispose]();
      await cri[Symbol.asyncDispose]();
    },
  };
}

/** Runs the command on such a node. */
export async function onNode(args: readonly string[], facts: NodeFacts = {}): Promise<Ended> {
  await using node = await servedNode(facts);
  return await node.run(args);
}

function served({ metadata, spec, status: said }: NonNullable<NodeFacts["pod"]> = {}): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...running, resourceVersion: "7", ...metadata },
    spec: { nodeName: "cp", hostNetwork: true, containers: [{ name: "main" }], ...spec },
    status: {
      phase: "Running",
      containerStatuses: [
        { name: "main", containerID: `containerd://${idOf(running.name)}`, ready: true, state: { running: {} } },
      ],
      ...said,
    },
  };
}

function sandbox(pod: typeof orphan) {
  return {
    id: idOf(`sandbox ${pod.name}`),
    metadata: { ...pod, attempt: 0 },
    state: PodSandboxState.SANDBOX_READY,
    createdAt: 1_700_000_000_000_000_000n,
    labels: { "io.kubernetes.pod.uid": pod.uid },
    annotations: { "kubernetes.io/config.source": "api" },
  };
}

function container(pod: typeof orphan) {
  return {
    id: idOf(pod.name),
    podSandboxId: idOf(`sandbox ${pod.name}`),
    metadata: { name: "main", attempt: 0 },
    state: ContainerState.CONTAINER_RUNNING,
    createdAt: 1_700_000_000_000_000_000n,
    labels: { "io.kubernetes.pod.uid": pod.uid },
  };
}

function recordedTree(processName = "livenessprobe"): string {
  const cgroup = (pod: typeof orphan) => `0::/kubepods/besteffort/pod${pod.uid}/${idOf(pod.name)}\n`;
  const root = procTree({
    processes: [
      { pid: 1, name: "systemd" },
      { pid: 1816, name: processName, cgroup: cgroup(orphan), sockets: [29_653] },
      { pid: 901, name: "kube-proxy", cgroup: cgroup(running), sockets: [10_256] },
    ],
    networks: {
      4026531840: {
        tcp: [
          { address: "0100007F", port: 29_653, inode: 29_653 },
          { address: "00000000", port: 10_256, inode: 10_256 },
        ],
      },
    },
  });
  onTestFinished(() => removeTree(root));
  // Booted long ago, by whatever clock this test runs.
  writeFileSync(join(root, "proc/stat"), "btime 1600000000\n");
  return root;
}
