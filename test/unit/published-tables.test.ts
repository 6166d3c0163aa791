import { expect, test } from "vitest";
import { holdTables } from "../oracle/published-tables.ts";

test("the scheduler plugins' own test tables say the same of a node as we do", () => {
  const lines = [...holdTables()].map(([name, { held, leftOut, different }]) => [
    `${name}: ${held} held`,
    ...[...leftOut]
      .toSorted(([one], [other]) => one.localeCompare(other))
      .map(([why, count]) => `  ${count} left out: ${why}`),
    ...different.map((text) => `  DIFFERENT ${text}`),
  ]);
  expect(`${lines.flat().join("\n")}\n`).toMatchInlineSnapshot(`
    "imagelocality TestImageLocalityPriority: 8 held
    interpodaffinity TestRequiredAffinitySingleNode: 26 held
    interpodaffinity TestRequiredAffinityMultipleNodes: 18 held
    interpodaffinity TestPreferredAffinity: 26 held
    interpodaffinity TestPreferredAffinityWithHardPodAffinitySymmetricWeight: 5 held
    nodeaffinity TestNodeAffinity: 31 held
    nodeaffinity TestNodeAffinityPriority: 9 held
    nodename TestNodeName: 3 held
    nodeports TestNodePorts: 15 held
    noderesources testNodeResourcesBalancedAllocation: 7 held
      2 left out: claims for devices
      2 left out: how evenly nodes are used is scored by other resources
    noderesources testEnoughRequests: 43 held
      6 left out: claims for devices
    noderesources testNotEnoughRequests: 4 held
    noderesources testStorageRequests: 4 held
    noderesources testRestartableInitContainers: 5 held
      1 left out: without a feature that is on by default
    noderesources testFitScore: 6 held
      2 left out: claims for devices
      3 left out: how full nodes are is scored by the strategy RequestedToCapacityRatio
    noderesources TestLeastAllocatedScoringStrategy: 9 held
      1 left out: arguments that no file gives it
      3 left out: arguments that the plugin refuses
      3 left out: how full nodes are is scored by other resources
    nodeunschedulable TestNodeUnschedulable: 3 held
    podtopologyspread TestSingleConstraint: 23 held
    podtopologyspread TestMultipleConstraints: 13 held
    podtopologyspread TestPodTopologySpreadScore: 27 held
      1 left out: without a feature that is on by default
    tainttoleration TestTaintTolerationScore: 5 held
      2 left out: a feature that is off by default
    tainttoleration TestTaintTolerationFilter: 9 held
      5 left out: a feature that is off by default
    tainttoleration TestTaintTolerationFilterWithFeatureGate: 4 held
      2 left out: a feature that is off by default
    "
  `);
});
