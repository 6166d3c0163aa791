import { randomBytes } from "node:crypto";
import { inject, test as base } from "vitest";
import { openBed, type Bed } from "../bed.ts";
import { kubectl, waitForServiceAccount } from "../clients.ts";
import { undoFaults } from "../undo-faults.ts";

/** Whether the suite has a bed: `describe.skipIf(!hasBed)`. In CI it always has one, or has failed. */
export const hasBed = inject("bedDirectory") !== null;

/** The suite's bed. */
export function suiteBed(): Bed {
  const directory = inject("bedDirectory");
  if (directory === null) throw new Error("there is no bed: guard the tests with `describe.skipIf(!hasBed)`");
  return openBed(directory);
}

/**
 * `test` on the suite's bed. `bed`: after the test its faults are off, and what they left behind is gone. `namespace`:
 * the name of a new one, deleted after the test.
 */
export const test = base
  // oxlint-disable-next-line no-empty-pattern -- Vitest reads the pattern to see what a fixture needs.
  .extend("bed", async ({}, { onCleanup }) => {
    const bed = suiteBed();
    onCleanup(() => undoFaults(bed));
    return bed;
  })
  .extend("namespace", async ({ bed }, { onCleanup }) => {
    const namespace = `test-${randomBytes(4).toString("hex")}`;
    await kubectl(bed, ["create", "namespace", namespace]);
    onCleanup(async () => {
      await undoFaults(bed);
      await kubectl(bed, ["delete", "namespace", namespace, "--timeout=120s"]);
    });
    await waitForServiceAccount(bed, namespace);
    return namespace;
  });
