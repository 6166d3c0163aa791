import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  ContainerState,
  ListContainersResponseSchema,
  ListPodSandboxResponseSchema,
  PodSandboxState,
} from "../src/outside/cri/generated/cri_pb.ts";
import { ListTasksResponseSchema, Status } from "../src/outside/cri/generated/tasks_pb.ts";
import { criServer, emptyNode, message, tasksList } from "../test/builders/cri-server.ts";
import { httpServer } from "../test/builders/http-server.ts";

/**
 * The API server and the container runtime of a busy node: to be run in it. Arguments: a folder, and how many pods
 * busy-node.py makes. Writes a kubeconfig into that folder, prints the runtime's socket when all is ready, and ends when
 * its standard input does.
 */
async function serveNode(folder: string, count: number): Promise<void> {
  const numbers = Array.from({ length: count }, (_, number) => number);
  await using cri = await criServer({
    ...emptyNode,
    ListPodSandbox: message(ListPodSandboxResponseSchema, { items: numbers.map(sandbox) }),
    ListContainers: message(ListContainersResponseSchema, { containers: numbers.map(container) }),
    [tasksList]: message(ListTasksResponseSchema, {
      tasks: numbers.flatMap((number) =>
        [sandboxId(number), containerId(number)].map((id) => ({ id, pid: 1, status: Status.RUNNING })),
      ),
    }),
  });
  const list = JSON.stringify({
    kind: "PodList",
    apiVersion: "v1",
    metadata: { resourceVersion: "42" },
    items: numbers.map(pod),
  });
  const bootID = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  const node = JSON.stringify({
    kind: "Node",
    apiVersion: "v1",
    metadata: { name: "busy", uid: "n", resourceVersion: "1" },
    status: { nodeInfo: { bootID } },
  });
  await using api = await httpServer(({ url }, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(url?.startsWith("/api/v1/pods") === true ? list : node);
  });
  writeFileSync(join(folder, "kubeconfig"), kubeconfig(api.url));
  console.log(cri.socket);
  for await (const _ of process.stdin);
}

/** As busy-node.py names them. */
function uid(number: number): string {
  return `${number.toString(16).padStart(8, "0")}-7d2b-4e60-9a8f-1b2c3d4e5f60`;
}
function containerId(number: number): string {
  return number.toString(16).padStart(64, "0");
}
function sandboxId(number: number): string {
  return number.toString(16).padStart(64, "f");
}
function nameOf(number: number) {
  return { namespace: "apps", name: `pod-${number}`, uid: uid(number) };
}

function sandbox(number: number) {
  return {
    id: sandboxId(number),
    metadata: { ...nameOf(number), attempt: 0 },
    state: PodSandboxState.SANDBOX_READY,
    createdAt: 1_700_000_000_000_000_000n,
    labels: { "io.kubernetes.pod.uid": uid(number), ...labels },
    annotations: { "kubernetes.io/config.source": "api" },
  };
}

function container(number: number) {
  return {
    id: containerId(number),
    podSandboxId: sandboxId(number),
    metadata: { name: "main", attempt: 0 },
    state: ContainerState.CONTAINER_RUNNING,
    createdAt: 1_700_000_000_000_000_000n,
    labels: { "io.kubernetes.pod.uid": uid(number), ...labels },
  };
}

const labels = {
  "io.kubernetes.pod.namespace": "apps",
  "app.kubernetes.io/name": "busy",
  "pod-template-hash": "7d9c5b6f4",
};

/** Some 7 KiB, as pods are. */
function pod(number: number): object {
  const env = Array.from({ length: 40 }, (_, at) => ({ name: `SETTING_${at}`, value: `the value of setting ${at}` }));
  const fields = Object.fromEntries(
    env.map(({ name }) => [`k:{"name":"${name}"}`, { ".": {}, "f:name": {}, "f:value": {} }]),
  );
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      ...nameOf(number),
      resourceVersion: `${1000 + number}`,
      labels,
      managedFields: [
        { manager: "kubelet", operation: "Update", fieldsType: "FieldsV1", fieldsV1: { "f:spec": fields } },
      ],
    },
    spec: { nodeName: "busy", hostNetwork: true, containers: [{ name: "main", image: "busy:1", env }] },
    status: {
      phase: "Running",
      containerStatuses: [
        { name: "main", containerID: `containerd://${containerId(number)}`, ready: true, state: { running: {} } },
      ],
    },
  };
}

/** JSON is YAML. */
function kubeconfig(server: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "busy",
    clusters: [{ name: "busy", cluster: { server } }],
    users: [{ name: "busy", user: {} }],
    contexts: [{ name: "busy", context: { cluster: "busy", user: "busy" } }],
  });
}

const [folder = ".", count = "0"] = process.argv.slice(2);
await serveNode(folder, Number(count));
