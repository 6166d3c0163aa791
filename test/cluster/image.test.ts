import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { nodeNamed, type Bed } from "../testbed/bed.ts";
import { kubectl, kubectlCommand } from "../testbed/clients.ts";
import { loadImages } from "../testbed/nodes.ts";
import { hasBed, suiteBed, test } from "../testbed/suite/cluster-test.ts";
import { nodeOf } from "../testbed/suite/holdfast.ts";
import { podField } from "../testbed/suite/pod.ts";
import { makeImage } from "../testbed/suite/reader-image.ts";
import { until } from "../testbed/until.ts";

describe.skipIf(!hasBed)("the container image", () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-image-"));
  const archive = join(folder, "first.tar");

  beforeAll(async () => {
    await makeImage([`--output=${archive}`]);
    await loadImages(suiteBed(), nodeNamed(suiteBed(), "w1"), archive);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  test("is the same, made again", async () => {
    const again = join(folder, "again.tar");
    await makeImage([`--output=${again}`]);
    expect(readFileSync(again).equals(readFileSync(archive))).toBe(true);
  });

  test("runs as nobody, with no right and nothing to write to", async ({ bed, namespace }) => {
    const securityContext = {
      runAsNonRoot: true,
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
    };
    await create(bed, namespace, "version", { containers: [{ ...container, args: ["--version"], securityContext }] });
    await until("the pod to have ended", async () => {
      const saw = await podField(bed, namespace, "version", "{.status.phase} {.status.containerStatuses[0].state}");
      return { done: /^(?:Succeeded|Failed)/.test(saw), saw };
    });
    const log = await kubectl(bed, ["logs", "version", `--namespace=${namespace}`]);
    expect(log).toBe(`${manifest.version}\n`);
    expect(await podField(bed, namespace, "version", "{.status.phase}")).toBe("Succeeded");
  });

  test("reads its node from a privileged pod, in the cgroup namespace of the host", async ({ bed, namespace }) => {
    await create(bed, namespace, "reader", {
      hostPID: true,
      containers: [
        {
          ...container,
          command: ["node", "--eval", "setTimeout(() => {}, 3_600_000)"],
          securityContext: { privileged: true, runAsUser: 0, readOnlyRootFilesystem: true },
          volumeMounts: [{ name: "host", mountPath: "/host", readOnly: true, mountPropagation: "HostToContainer" }],
        },
      ],
      volumes: [{ name: "host", hostPath: { path: "/" } }],
    });
    await kubectl(bed, ["wait", "pod/reader", `--namespace=${namespace}`, "--for=condition=Ready", "--timeout=120s"]);
    const reading = ["nsenter", "--target=1", "--cgroup", "--", "holdfast", "snapshot", "--local", "--output=-"];
    const places = ["--root=/host", "--cri-socket=/host/run/containerd/containerd.sock", "--node=w1"];
    const asKubelet = "--kubeconfig=/host/etc/kubernetes/kubelet.conf";
    const inPod = ["exec", "reader", `--namespace=${namespace}`, "--", ...reading, ...places, asKubelet, "--strict"];
    const [client = "", ...args] = kubectlCommand(bed, inPod);
    const snapshot = join(nodeNamed(bed, "w1").root, "root/w1.snapshot");
    writeFileSync(snapshot, execFileSync(client, args));
    const { pods, warnings } = await nodeOf(bed, nodeNamed(bed, "w1"), ["--snapshot=/root/w1.snapshot"]);
    rmSync(snapshot);
    expect(warnings).toEqual([]);
    const reader = pods.find(({ name, namespace: of }) => name === "reader" && of === namespace);
    expect(reader).toMatchObject({ standing: "running", disagreements: [] });
    expect(reader?.processes.length).toBeGreaterThan(1);
  });
});

const container = { name: "main", image: `holdfast:${manifest.version}`, imagePullPolicy: "Never" };

async function create(bed: Bed, namespace: string, name: string, spec: object): Promise<void> {
  const always = { nodeName: "w1", restartPolicy: "Never", terminationGracePeriodSeconds: 1 };
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name, namespace }, spec: { ...always, ...spec } };
  await kubectl(bed, ["create", "--filename=-"], { input: JSON.stringify(pod) });
}
