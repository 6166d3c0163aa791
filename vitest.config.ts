import { defineConfig } from "vitest/config";
import { hungTest } from "./test/limits.ts";

/** Milliseconds. A hang ends in the error of the wait that hangs, long before. */
const hungClusterTest = 1_800_000;

export default defineConfig({
  test: {
    // Node is started through node_modules/.bin, so tests run on the version that the package needs.
    environment: "node",
    reporters: ["default"],
    // Totals for a program that adds them up: .ci/run names the file.
    ...(process.env["VITEST_JSON"] === undefined
      ? {}
      : { reporters: ["default", "json"], outputFile: { json: process.env["VITEST_JSON"] } }),
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "tools/**/*.test.ts", "deploy/**/*.test.ts", "test/unit/**/*.test.ts"],
          testTimeout: hungTest,
          hookTimeout: hungTest,
        },
      },
      {
        // Needs system packages (scripts/install-system-packages.sh) and the oracles (test/oracle/*/build.sh).
        extends: true,
        test: {
          name: "system",
          include: ["test/system/**/*.test.ts"],
          testTimeout: hungTest,
          hookTimeout: hungTest,
        },
      },
      {
        // On a cluster of its own (test/testbed), which needs root, scripts/install-system-packages.sh and
        // `npm run testbed -- build`. One file at a time: they share the cluster.
        extends: true,
        test: {
          name: "cluster",
          include: ["test/cluster/**/*.test.ts"],
          globalSetup: ["test/testbed/suite/start-suite-bed.ts"],
          fileParallelism: false,
          testTimeout: hungClusterTest,
          hookTimeout: hungClusterTest,
        },
      },
      {
        // Each on a cluster of its own, which is ended with it. They wait most of the time, so they run beside those above.
        extends: true,
        test: {
          name: "own-bed",
          include: ["test/own-bed/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: hungClusterTest,
          hookTimeout: hungClusterTest,
        },
      },
    ],
  },
});
