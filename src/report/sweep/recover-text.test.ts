import { expect, test } from "vitest";
import { styleOf } from "../style.ts";
import type { SweepEvent } from "../../sweep/events.ts";
import type { Outcome } from "../../sweep/outcome.ts";
import type { ReadyProof } from "../../sweep/prove-ready.ts";
import type { Recovery } from "../../sweep/recover.ts";
import { orphanTarget } from "../../../test/builders/target.ts";
import { assembleRecoverReport } from "./assemble.ts";
import { eventLines } from "./event-lines.ts";
import { recoverText } from "./recover-text.ts";

const frame = { columns: 120, style: styleOf({ color: false, ascii: false }) };
const target = orphanTarget({
  processes: [{ pid: 7, startTicks: 1 }],
  listeners: [{ inode: 9, protocol: "tcp", address: "127.0.0.1", port: 29_653, network: 1 }],
});
const nothing = { processes: [], listeners: [], sandboxes: [] };
const { uid } = target;

test.each<[string, SweepEvent, readonly string[]]>([
  [
    "an intent",
    { event: "intent", rung: 2, target },
    ["2 kill the cgroup  nfs-csi/csi-nfs-node-bkvff (orphan): 1 process, ports 29653/tcp"],
  ],
  [
    "what was done without a complaint",
    { event: "acted", uid, act: "kill-cgroup", on: uid, said: { said: "done" } },
    [],
  ],
  [
    "a hostile complaint",
    { event: "acted", uid, act: "stop-sandbox", on: "9a07", said: { said: "failed", text: "no\u001b[2J\nsuch" } },
    [String.raw`    stop-sandbox failed: no\u{1b}[2J\nsuch`],
  ],
  [
    "nothing is left",
    { event: "looked", uid, remains: nothing },
    ["    seen: no process in its cgroup, no listener, no sandbox"],
  ],
  ["it could not be looked", { event: "looked", uid, remains: null }, ["    what is left of it could not be told"]],
  ["it was first seen", { event: "sighted", target }, []],
  ...Object.entries<[Outcome, string]>({
    cleared: [{ is: "cleared", rung: 2, cause: null }, "✔ cleared on rung 2"],
    gone: [{ is: "cleared", rung: 0, cause: null }, "✔ cleared: it was gone already"],
    left: [
      { is: "left", rung: 1, cause: null, remains: null, next: null },
      "✖ not cleared: what is left of it could not be told after rung 1",
    ],
    refused: [{ is: "refused", before: 1 }, "◐ rung 1 was refused: nothing more was done"],
    dry: [{ is: "would-act", rung: 1 }, "· dry run: rung 1 (runtime stop and remove) would come now"],
    aborted: [
      { is: "aborted", before: 2, reason: { code: "changed-meanwhile", text: "the API has it again", at: [] } },
      "◐ stopped before rung 2: the API has it again",
    ],
    freed: [
      { is: "ports-freed", rung: 2, cause: null, remains: { ...nothing, sandboxes: ["9a07"] } },
      "◐ ports freed, record stuck: nothing of it lives, and the runtime cannot remove 1 sandbox: repair runc",
    ],
  }).map(([name, [outcome, line]]): [string, SweepEvent, string[]] => [
    name,
    { event: "outcome", uid, outcome },
    [line],
  ]),
])("%s", (_, event, expected) => {
  expect(eventLines(event, frame)).toEqual(expected);
});

const proof: ReadyProof = {
  ready: true,
  replacement: { namespace: "nfs-csi", name: "csi-nfs-node-2h6f5", uid: "1faeeb9d-df39-4c05-a46a-a97b07f9924c" },
  containers: { ready: 3, all: 3 },
  ports: [{ port: 29_653, protocol: "tcp", heldBy: "replacement" }],
  drivers: { known: { back: ["nfs.csi.k8s.io"], missing: [] }, at: [] },
  restarted: [],
  readyAfter: 4200,
  milliseconds: 61_000,
};

test.each<[Recovery, string]>([
  [
    { is: "recovered", proof },
    `  proof  csi-nfs-node-2h6f5 (uid 1fae…), 3/3 containers ready 4.2 s after that; 29653/tcp is its
    own now; nfs.csi.k8s.io registered again after 61.0 s; no other pod restarted
✔ Recovered nfs-csi/csi-nfs-node-g28lw in 70.5 s.
`,
  ],
  [
    {
      is: "stopped",
      at: "find",
      reason: { code: "contradicted", text: "29653/tcp is held by nginx (pid 7), which is in no pod", at: [] },
    },
    "✖ Stopped (looking for who holds the port): 29653/tcp is held by nginx (pid 7), which is in no\n    pod.\n",
  ],
  [
    { is: "would-act", uids: [uid] },
    "· Dry run: 1 leftover (2232…) would be cleared, then nfs-csi/csi-nfs-node-g28lw deleted.\n",
  ],
])("how a recovery ended: $is", (recovery, expected) => {
  const options = { toolVersion: "0.1.0", node: "cp", seconds: 70.5 };
  const pod = { namespace: "nfs-csi", name: "csi-nfs-node-g28lw" };
  expect(recoverText(assembleRecoverReport(pod, recovery, [], options))).toBe(expected);
});
