import { randomBytes } from "node:crypto";
import { describe, expect } from "vitest";
import { nodeNamed } from "../testbed/bed.ts";
import { findPrograms } from "../testbed/build/programs.ts";
import { kubectl } from "../testbed/clients.ts";
import { endBed } from "../testbed/down.ts";
import { setFault } from "../testbed/faults.ts";
import { processesOfPod } from "../testbed/pod-processes.ts";
import { whyNoBed } from "../testbed/requirements.ts";
import { sayOnStderr } from "../testbed/say.ts";
import { guardBed } from "../testbed/suite/guard.ts";
import { podField, startPod } from "../testbed/suite/pod.ts";
import { hasBed, test } from "../testbed/suite/cluster-test.ts";
import { startBed } from "../testbed/up.ts";
import { until } from "../testbed/until.ts";

const runtime = "containerd-1.6";
const why = whyNoBed(runtime);
if (hasBed && why !== null) console.warn(`no bed with the old runtime: ${why}`);

// In CI a missing runtime is a failure: starting the bed throws.
describe.skipIf(!hasBed || (why !== null && process.env["CI"] !== "true"))("a second bed, with containerd 1.6", () => {
  test("runs beside the suite's, and fails in the same way", async ({ bed: other }) => {
    const directory = `/var/tmp/holdfast-testbed/old-runtime-${randomBytes(4).toString("hex")}`;
    guardBed(directory);
    const bed = await startBed(directory, { workers: 1, runtime, programs: findPrograms().programs }, sayOnStderr);
    try {
      const versions = ["get", "nodes", "--output=jsonpath={.items[*].status.nodeInfo.containerRuntimeVersion}"];
      expect(await kubectl(bed, versions)).toMatch(/^containerd:\/\/1\.6\.\d+\S* containerd:\/\/1\.6\.\d+\S*$/);
      await startPod(bed, "default", { name: "stuck", node: "w1", command: ["sleep", "3600"] });
      const uid = await podField(bed, "default", "stuck", "{.metadata.uid}");
      expect(await kubectl(other, ["get", "pods", "--namespace=default", "--output=name"])).toBe("");
      setFault(nodeNamed(bed, "w1"), "kill", true);
      await kubectl(bed, ["delete", "pod", "stuck", "--grace-period=1", "--wait=false"]);
      await until("the kubelet to say that it cannot kill", async () => {
        const events = await kubectl(bed, ["events", "--for=pod/stuck"]);
        return { done: events.includes("unable to signal init: permission denied"), saw: events };
      });
      expect(processesOfPod(uid)).toHaveLength(2);
    } finally {
      await endBed(directory);
    }
    expect(await kubectl(other, ["get", "--raw=/readyz"])).toBe("ok");
  });
});
