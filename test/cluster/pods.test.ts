import { describe, expect } from "vitest";
import { controlPlane, nodeNamed } from "../testbed/bed.ts";
import { kubectl } from "../testbed/clients.ts";
import { setFault } from "../testbed/faults.ts";
import { processesOfPod } from "../testbed/pod-processes.ts";
import { controlOf, exec, reboot, restartService } from "../testbed/nodes.ts";
import { hasBed, test } from "../testbed/suite/cluster-test.ts";
import { podField, startPod } from "../testbed/suite/pod.ts";
import { until } from "../testbed/until.ts";

describe.skipIf(!hasBed)("pods on the bed", () => {
  test("reach each other, the API and the nodes", async ({ bed, namespace }) => {
    const server = ["sh", "-c", "echo hello > /tmp/index.html; httpd -f -p 8080 -h /tmp"];
    await startPod(bed, namespace, { name: "server", node: "w1", command: server });
    await startPod(bed, namespace, { name: "on-host", node: "w2", command: server, hostNetwork: true });
    await startPod(bed, namespace, { name: "client", node: "w3", command: ["sleep", "3600"] });
    const address = await podField(bed, namespace, "server", "{.status.podIP}");
    const inClient = ["exec", "client", `--namespace=${namespace}`, "--"];
    for (const host of [address, nodeNamed(bed, "w2").address]) {
      const page = ["wget", "-q", "-O", "-", `http://${host}:8080/`];
      expect(await kubectl(bed, [...inClient, ...page])).toBe("hello\n");
      expect(await exec(bed, controlPlane(bed), ["busybox", ...page])).toBe("hello\n");
    }
    await kubectl(bed, [...inClient, "sh", "-c", 'nc -w 5 "$KUBERNETES_SERVICE_HOST" 443 < /dev/null']);
  });

  test("outlive a restart of the kubelet and of containerd", async ({ bed, namespace }) => {
    await startPod(bed, namespace, { name: "steady", node: "w1", command: ["sleep", "3600"] });
    const container = "{.status.containerStatuses[0].containerID}";
    const before = await podField(bed, namespace, "steady", container);
    const node = nodeNamed(bed, "w1");
    for (const service of ["kubelet", "containerd"] as const) {
      const pid = await controlOf(bed, node).servicePid(service);
      await restartService(bed, node, service);
      expect(await controlOf(bed, node).servicePid(service)).not.toBe(pid);
    }
    await until("the new kubelet to reach the pod", async () => {
      const saw = await kubectl(bed, ["exec", "steady", `--namespace=${namespace}`, "--", "echo", "here"]);
      return { done: saw === "here\n", saw };
    });
    expect(await podField(bed, namespace, "steady", container)).toBe(before);
  });

  test("start again after their node lost power", async ({ bed, namespace }) => {
    await startPod(bed, namespace, { name: "steady", node: "w2", command: ["sleep", "3600"] });
    const container = "{.status.containerStatuses[0].containerID}";
    const before = await podField(bed, namespace, "steady", container);
    const node = nodeNamed(bed, "w2");
    const bootId = (): Promise<string> => exec(bed, node, ["cat", "/proc/sys/kernel/random/boot_id"]);
    const booted = await bootId();
    await reboot(bed, node);
    expect(await bootId()).not.toBe(booted);
    await until("another container of the pod, running", async () => {
      const now = await podField(bed, namespace, "steady", `${container} {.status.containerStatuses[0].state}`);
      return { done: !now.startsWith(before) && now.includes("running"), saw: now };
    });
  });

  test("hang in Terminating while runc cannot kill, and end once it can", async ({ bed, namespace }) => {
    await startPod(bed, namespace, { name: "stuck", node: "w3", command: ["sleep", "3600"] });
    const uid = await podField(bed, namespace, "stuck", "{.metadata.uid}");
    const node = nodeNamed(bed, "w3");
    await setFault(bed, node, "kill", true);
    await kubectl(bed, ["delete", "pod", "stuck", `--namespace=${namespace}`, "--grace-period=1", "--wait=false"]);
    await until("the kubelet to say that it cannot kill", async () => {
      const events = await kubectl(bed, ["events", `--namespace=${namespace}`, "--for=pod/stuck"]);
      return { done: events.includes("unable to signal init: permission denied"), saw: events };
    });
    expect(processesOfPod(uid)).toHaveLength(2);
    expect(await podField(bed, namespace, "stuck", "{.metadata.deletionTimestamp}")).toMatch(/Z$/);
    await setFault(bed, node, "kill", false);
    await kubectl(bed, ["wait", "pod/stuck", `--namespace=${namespace}`, "--for=delete", "--timeout=120s"]);
    expect(processesOfPod(uid)).toEqual([]);
  });
});
