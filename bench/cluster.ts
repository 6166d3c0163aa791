import { execFileSync } from "node:child_process";
import { statSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { join } from "node:path";
import { builtPrograms } from "../test/builders/built-programs.ts";
import { kubeApiserver, type KubeApiserver } from "../test/builders/kube-apiserver.ts";
import { measured, type Program } from "./measure.ts";
import { publishedPackage } from "./programs.ts";
import { markdown } from "./table.ts";

export interface ClusterSize {
  readonly nodes: number;
  readonly pods: number;
}

/**
 * How long the snapshot of a large cluster takes, and how much memory: a real API server and etcd without controllers,
 * filled with nodes and pods. Beside it `kubectl get` of the same pods and nodes, which keeps all in memory and redacts
 * nothing, and Node doing nothing.
 */
export async function clusterTable(scratch: string, size: ClusterSize, runs: number): Promise<string> {
  await using apiserver = await kubeApiserver({});
  await fill(apiserver, size);
  const kubeconfig = join(scratch, "kubeconfig");
  writeFileSync(kubeconfig, kubeconfigOf(apiserver));
  const [node, program] = publishedPackage(scratch).command;
  const file = join(scratch, "snapshot");
  const kubectl = join(builtPrograms("kubernetes"), "kubectl");
  const programs: readonly Program[] = [
    {
      name: "holdfast snapshot",
      version: publishedPackage(scratch).version,
      command: [node, program ?? "", "snapshot", "--kubeconfig", kubeconfig, "-o", file],
      succeedsWith: [0],
    },
    {
      name: "kubectl get pods,nodes -A -o json",
      version:
        execFileSync(kubectl, ["version", "--client", "-o", "json"], { encoding: "utf8" }).match(
          /"gitVersion": "([^"]+)"/,
        )?.[1] ?? "?",
      command: [
        "sh",
        "-c",
        `exec "$@" > ${scratch}/kubectl.json`,
        "sh",
        kubectl,
        "--kubeconfig",
        kubeconfig,
        "get",
        "pods,nodes",
        "-A",
        "-o",
        "json",
      ],
      succeedsWith: [0],
    },
    { name: "node -e 0", version: process.versions.node, command: [process.execPath, "-e", "0"], succeedsWith: [0] },
  ];
  const times = measured(programs, scratch, runs);
  const mebibytes = (path: string): string => `${(statSync(path).size / 1024 / 1024).toFixed(1)} MiB`;
  return [
    `### ${size.nodes} nodes, ${size.pods} pods: a snapshot of ${mebibytes(file)}, JSON of ${mebibytes(join(scratch, "kubectl.json"))}`,
    "",
    markdown(programs, times),
  ].join("\n");
}

/** Of its administrator. */
export function kubeconfigOf({ url, certificate }: KubeApiserver): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "bench",
    clusters: [
      {
        name: "bench",
        cluster: { server: url, "certificate-authority-data": Buffer.from(certificate).toString("base64") },
      },
    ],
    users: [{ name: "admin", user: { token: "admin" } }],
    contexts: [{ name: "bench", context: { cluster: "bench", user: "admin" } }],
  });
}

/** So many requests are under way at a time. */
const atATime = 32;

/** Makes nodes, and pods on them in the namespace `bench`. */
export async function fill(apiserver: KubeApiserver, { nodes, pods }: ClusterSize): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: atATime, ca: apiserver.certificate });
  const create = (path: string, object: object): Promise<void> =>
    new Promise((resolve, reject) => {
      const asked = request(
        `${apiserver.url}${path}`,
        { agent, method: "POST", headers: { authorization: "Bearer admin", "content-type": "application/json" } },
        (response) => {
          response.resume();
          if (response.statusCode === 201) response.on("end", resolve);
          else reject(new Error(`${path}: ${response.statusCode}`));
        },
      );
      asked.on("error", reject);
      asked.end(JSON.stringify(object));
    });
  // `default` is made by the API server itself, some time after it has begun to answer.
  await create("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "bench" } });
  const objects = [
    ...Array.from({ length: nodes }, (_, index) => ["/api/v1/nodes", fakeNode(index)] as const),
    ...Array.from({ length: pods }, (_, index) => ["/api/v1/namespaces/bench/pods", fakePod(index, nodes)] as const),
  ].values();
  await Promise.all(
    Array.from({ length: atATime }, async () => {
      for (const [path, object] of objects) await create(path, object);
    }),
  );
  agent.destroy();
}

function fakeNode(index: number): object {
  const addresses = [{ type: "InternalIP", address: `10.${index >> 8}.${index & 255}.1` }];
  const images = Array.from({ length: 30 }, (_, image) => ({
    names: [
      `registry.example/some/image-${image}@sha256:${"0".repeat(64)}`,
      `registry.example/some/image-${image}:v1.${image}.0`,
    ],
    sizeBytes: 50_000_000 + image,
  }));
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: `node-${index}`,
      labels: { "kubernetes.io/hostname": `node-${index}`, "kubernetes.io/os": "linux" },
    },
    status: { addresses, images, nodeInfo: { bootID: `boot-${index}`, kubeletVersion: "v1.36.3" } },
  };
}

/** Some 5 KB as it is served: two containers with what such have. */
function fakePod(index: number, nodes: number): object {
  const container = (name: string, port: number): object => ({
    name,
    image: `registry.example/some/${name}:v1.2.${index % 7}`,
    args: [`--listen=:${port}`, "--log-level=info", `--instance=${index}`],
    env: [
      { name: "DATABASE_PASSWORD", value: `secret-${index}` },
      { name: "DATABASE_URL", value: `postgres://app:secret-${index}@db.default.svc:5432/app` },
      { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
    ],
    ports: [{ name, containerPort: port }],
    resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "64Mi" } },
    livenessProbe: { httpGet: { path: "/healthz", port } },
    volumeMounts: [{ name: "config", mountPath: "/etc/app" }],
  });
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `pod-${index}`,
      labels: { app: `app-${index % 500}`, "pod-template-hash": `${index % 500}` },
      annotations: { "prometheus.io/scrape": "true", "checksum/config": "0".repeat(64) },
    },
    spec: {
      nodeName: `node-${index % nodes}`,
      containers: [container("main", 8080), container("sidecar", 9090)],
      volumes: [{ name: "config", configMap: { name: `app-${index % 500}` } }],
    },
  };
}
