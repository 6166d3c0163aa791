import { expect, test } from "vitest";
import { mayBeMadeBy } from "./workload.ts";

const long = "a".repeat(60);

test.each([
  ["DaemonSet/csi-nfs-node", "csi-nfs-node-slq2j", true],
  ["DaemonSet/csi-nfs", "csi-nfs-node-slq2j", false],
  ["DaemonSet/node", "node-686d4884fd-slq2j", false],
  ["DaemonSet/node", "node-slq2", false],
  ["DaemonSet/node", "node", false],
  ["ReplicaSet/web-686d4884fd", "web-686d4884fd-slq2j", true],
  ["ReplicaSet/web-5b5c9fd994", "web-686d4884fd-slq2j", true],
  ["ReplicaSet/web-5b5c9fd994", "web-admin-slq2j", false],
  ["ReplicaSet/web-5b5c9fd994", "web-admin-686d4884fd-slq2j", false],
  ["ReplicaSet/bare", "bare-slq2j", true],
  ["ReplicaSet/bare", "other-slq2j", false],
  ["StatefulSet/db", "db-0", true],
  ["StatefulSet/db", "db-replica-0", false],
  ["StatefulSet/db", "db-slq2j", false],
  [`DaemonSet/${long}`, `${"a".repeat(58)}slq2j`, true],
  ["DaemonSet/", "-slq2j", false],
  ["", "slq2j", false],
])("%s makes %s: %s", (owner, name, expected) => {
  expect(mayBeMadeBy(owner, name)).toBe(expected);
});
