import { describe, expect } from "vitest";
import { z } from "zod";
import { getJson } from "../testbed/clients.ts";
import { hasBed, test } from "../testbed/suite/cluster-test.ts";

describe.skipIf(!hasBed)("the bed's nodes", () => {
  test("are five machines to Kubernetes", async ({ bed }) => {
    const { items } = nodeList.parse(await getJson(bed, ["nodes"]));
    const rows = items.map(({ metadata, spec, status: { addresses, nodeInfo } }) =>
      [metadata.name, nodeInfo.kubeletVersion, nodeInfo.containerRuntimeVersion, addresses[0]?.address]
        .concat((spec.taints ?? []).map(({ key }) => key))
        .join(" "),
    );
    expect(rows).toEqual([
      "cp v1.36.3 containerd://2.4.2 10.231.0.1 node-role.kubernetes.io/control-plane",
      "w1 v1.36.3 containerd://2.4.2 10.231.0.11",
      "w2 v1.36.3 containerd://2.4.2 10.231.0.12",
      "w3 v1.36.3 containerd://2.4.2 10.231.0.13",
      "w4 v1.36.3 containerd://2.4.2 10.231.0.14",
    ]);
    for (const id of ["bootID", "machineID"] as const) {
      expect(new Set(items.map(({ status }) => status.nodeInfo[id])).size).toBe(5);
    }
  });
});

const nodeList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      spec: z.object({ taints: z.array(z.object({ key: z.string() })).optional() }),
      status: z.object({
        addresses: z.array(z.object({ address: z.string() })),
        nodeInfo: z.object({
          bootID: z.string(),
          machineID: z.string(),
          kubeletVersion: z.string(),
          containerRuntimeVersion: z.string(),
        }),
      }),
    }),
  ),
});
