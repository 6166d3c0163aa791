import { spawn } from "node:child_process";
import { once } from "node:events";
import { beforeAll, describe, expect, onTestFinished } from "vitest";
import { nodeReport } from "../../src/report/node/node-report.ts";
import { nodeNamed, type Bed, type Node } from "../testbed/bed.ts";
import { kubectl } from "../testbed/clients.ts";
import { controlOf } from "../testbed/nodes.ts";
import { tryRun } from "../testbed/run.ts";
import { hasBed, suiteBed, test } from "../testbed/suite/cluster-test.ts";
import { nodeOf } from "../testbed/suite/holdfast.ts";
import { truthTold } from "../testbed/suite/node-truth.ts";
import { podField, startPod } from "../testbed/suite/pod.ts";
import { loadReaderImage, readersIn } from "../testbed/suite/reader-image.ts";
import { saidOf } from "../testbed/suite/said.ts";
import { workstationCommand } from "../testbed/suite/workstation.ts";
import { until } from "../testbed/until.ts";

describe.skipIf(!hasBed)("a node that is read through a pod", () => {
  beforeAll(() => loadReaderImage(suiteBed()));

  test("is told as on the node itself, and the reader is not in what is told", async ({ bed, namespace }) => {
    const command = ["httpd", "-f", "-p", "127.0.0.1:21011"];
    await startPod(bed, namespace, { name: "web", node: "w1", hostNetwork: true, command });
    const { stdout } = await tryRun(workstationCommand(bed, ["node", "w1", "--output=json"]));
    const { pods, warnings } = nodeReport.parse(JSON.parse(stdout));
    const there = await nodeOf(bed, nodeNamed(bed, "w1"), ["--kubeconfig=/etc/kubernetes/kubelet.conf"]);
    const own = (all: typeof pods) => all.filter((pod) => pod.namespace === namespace).map(truthTold);
    expect({ warnings, pods: own(pods) }).toEqual({ warnings: [], pods: own(there.pods) });
    expect(own(pods)).toHaveLength(1);
    // Of readers of earlier tests the runtime may have a record yet.
    const readers = pods.filter(
      ({ name, standing }) => name?.startsWith("holdfast-node-reader-") && standing !== "dead",
    );
    expect(readers).toEqual([]);
  });

  test("the pod is gone after Ctrl-C", async ({ bed }) => {
    const child = client(bed, ["node", "w1"]);
    await untilReader(bed, "Running");
    const ended = once(child, "close");
    child.kill("SIGINT");
    expect(await ended).toEqual([null, "SIGINT"]);
    expect(await readersIn(bed, "kube-system")).toEqual([]);
  });

  test("the pod ends by itself where nobody lives to remove it", async ({ bed }) => {
    const child = client(bed, ["node", "w1"]);
    await untilReader(bed, "Running");
    child.kill("SIGKILL");
    await untilReader(bed, "Succeeded");
    const [name = ""] = await readersIn(bed, "kube-system");
    await kubectl(bed, ["delete", name, "--namespace=kube-system"]);
  });

  test("says why, where the namespace admits no privileged pods", async ({ bed, namespace }) => {
    await kubectl(bed, ["label", "namespace", namespace, "pod-security.kubernetes.io/enforce=baseline"]);
    const { status, stdout } = await tryRun(workstationCommand(bed, ["node", "w1", `--reader-namespace=${namespace}`]));
    expect(status).toBe(2);
    expect(saidOf(stdout)).toMatch(
      /kernel: w1 could not be read through a pod: the API server did not admit the pod \(403: pods "holdfast-node-reader-[0-9a-f]+" is forbidden: violates PodSecurity "baseline:latest": .*; exempt the namespace test-\w+ from what refuses privileged pods, or name another \(--reader-namespace\)/,
    );
  });

  test("says why, where the image is not there", async ({ bed }) => {
    const image = "holdfast.test/nothing:1";
    const { status, stdout } = await tryRun(workstationCommand(bed, ["node", "w1", `--image=${image}`]));
    expect(status).toBe(2);
    expect(saidOf(stdout)).toMatch(
      /kernel: w1 could not be read through a pod: the image holdfast\.test\/nothing:1 is not on the node and could not be pulled \(ImagePullBackOff/,
    );
    expect(await readersIn(bed, "kube-system")).toEqual([]);
  });

  test("says why, where the kubelet is down, first by the pod and then by the Node", async ({ bed }) => {
    const node = nodeNamed(bed, "w1");
    await hold(bed, node);
    const first = await tryRun(workstationCommand(bed, ["node", "w1"]));
    expect(first.status).toBe(2);
    expect(saidOf(first.stdout)).toContain(
      "w1 could not be read through a pod: its pod did not run within 60 s (Pending)",
    );
    expect(saidOf(first.stdout)).toMatch(
      /the pod kube-system\/holdfast-node-reader-\w+, through which the node was read, could not be removed: it is still there/,
    );
    await until("the Node not to be ready", async () => {
      const path = '{.status.conditions[?(@.type=="Ready")].status}';
      const saw = await kubectl(bed, ["get", "node", "w1", `--output=jsonpath=${path}`]);
      return { done: saw === "Unknown", saw };
    });
    const second = await tryRun(workstationCommand(bed, ["node", "w1"]));
    expect(second.status).toBe(2);
    expect(saidOf(second.stdout)).toMatch(
      /w1 could not be read through a pod: the node w1 is not ready since \S+ \(NodeStatusUnknown: Kubelet stopped posting node status\.\)/,
    );
  });
});

function client(bed: Bed, args: readonly string[]) {
  const [nsenter = "", ...rest] = workstationCommand(bed, args);
  return spawn(nsenter, rest, { stdio: "ignore" });
}

async function untilReader(bed: Bed, phase: string): Promise<void> {
  await until(`the reader's pod to be ${phase}`, async () => {
    const [name = "none"] = await readersIn(bed, "kube-system");
    const saw =
      name === "none" ? name : await podField(bed, "kube-system", name.replace("pod/", ""), "{.status.phase}");
    return { done: saw === phase, saw };
  });
}

/** Stops a node's kubelet where it is, until the test ends; then waits until the Node is ready and free of readers. */
async function hold(bed: Bed, node: Node): Promise<void> {
  const pid = await controlOf(bed, node).servicePid("kubelet");
  if (pid === null) throw new Error(`no kubelet runs on ${node.name}`);
  onTestFinished(async () => {
    process.kill(pid, "SIGCONT");
    await kubectl(bed, ["wait", `node/${node.name}`, "--for=condition=Ready", "--timeout=120s"]);
    await until("the pod that was left to be gone", async () => {
      const left = await readersIn(bed, "kube-system");
      return { done: left.length === 0, saw: left.join(" ") };
    });
  });
  process.kill(pid, "SIGSTOP");
}
