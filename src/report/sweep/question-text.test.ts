import { expect, test } from "vitest";
import type { Rung } from "../../sweep/policy.ts";
import { orphanTarget } from "../../../test/builders/target.ts";
import { styleOf } from "../style.ts";
import { questionText } from "./question-text.ts";

const target = orphanTarget({ processes: [{ pid: 7, startTicks: 1 }] });

test.each<[Rung, string]>([
  [1, "rung 1, runtime stop and remove: nfs-csi/csi-nfs-node-bkvff (orphan): 1 process?"],
  [2, "rung 2, kill the cgroup: nfs-csi/csi-nfs-node-bkvff (orphan): 1 process?"],
  [
    3,
    "rung 3, restart the kubelet: nfs-csi/csi-nfs-node-bkvff (orphan): 1 process? The kubelet admits every pod of this node again; where it would not take one, nothing is done.",
  ],
  [
    4,
    "rung 4, ask for a reboot: nfs-csi/csi-nfs-node-bkvff (orphan): 1 process? Every pod of this node is affected: a reboot is requested from kured, which drains and reboots the node in its own time.",
  ],
])("rung %i says what it costs others", (rung, question) => {
  expect(questionText({ do: "climb", rung, target }, styleOf({ color: false, ascii: false }))).toBe(question);
});
