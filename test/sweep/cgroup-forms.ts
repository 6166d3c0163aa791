import type { CgroupForm } from "./make.ts";
import { aNode, aPerson, orphan, play, type Scenario } from "./play.ts";
import { first } from "./stage.ts";

const forms: readonly CgroupForm[] = (["v1", "v2", "hybrid"] as const).flatMap((hierarchies) =>
  (["cgroupfs", "systemd", "mismatch"] as const).map((driver) => ({ hierarchies, driver })),
);

const gentle = "stop container 30 s; stop-sandbox";
const none = "aborted before 2: its processes are in no cgroup of the pod's own";
const noKill = "aborted before 2: the kernel has no cgroup.kill for its cgroup";
const byCgroup = [
  `v1 cgroupfs: ${gentle}; ${noKill}`,
  `v1 systemd: ${gentle}; ${noKill}`,
  `v1 mismatch: ${gentle}; ${none}`,
  `v2 cgroupfs: ${gentle}; kill-cgroup 0:POD; stop-sandbox; remove-sandbox; cleared on 2`,
  `v2 systemd: ${gentle}; kill-cgroup 0:POD; stop-sandbox; remove-sandbox; cleared on 2`,
  `v2 mismatch: ${gentle}; ${none}`,
  `hybrid cgroupfs: ${gentle}; kill-cgroup 0:POD 1:POD 4:POD; stop-sandbox; remove-sandbox; cleared on 2`,
  `hybrid systemd: ${gentle}; kill-cgroup 0:POD 1:POD 4:POD; stop-sandbox; remove-sandbox; cleared on 2`,
  `hybrid mismatch: ${gentle}; ${none}`,
];
const alsoOneByOne = [
  `v1 cgroupfs: ${gentle}; kill-processes 1:POD 4:POD; stop-sandbox; remove-sandbox; cleared on 2`,
  `v1 systemd: ${gentle}; kill-processes 1:POD 4:POD; stop-sandbox; remove-sandbox; cleared on 2`,
  `v1 mismatch: ${gentle}; ${none}`,
  `v2 cgroupfs: ${gentle}; kill-cgroup 0:POD; stop-sandbox; remove-sandbox; cleared on 2`,
  `v2 systemd: ${gentle}; kill-cgroup 0:POD; stop-sandbox; remove-sandbox; cleared on 2`,
  `v2 mismatch: ${gentle}; ${none}`,
  `hybrid cgroupfs: ${gentle}; kill-cgroup 0:POD 1:POD 4:POD; stop-sandbox; remove-sandbox; cleared on 2`,
  `hybrid systemd: ${gentle}; kill-cgroup 0:POD 1:POD 4:POD; stop-sandbox; remove-sandbox; cleared on 2`,
  `hybrid mismatch: ${gentle}; ${none}`,
];

/** Proof 17, as far as it is decided here: which folder is killed, and how. */
export const inForms: readonly Scenario[] = [true, false].map((perProcess) => ({
  name: `17 every form of cgroups, ${perProcess ? "also one process after another" : "by cgroup.kill alone"}`,
  run: () =>
    forms.flatMap((form) => {
      const { world, pods } = aNode({ ...orphan, form });
      first(pods).stops = "refuses";
      const policy = aPerson({ confirmations: 1, perProcess });
      return play({ world, policy, cycles: [0] }).map((line) => {
        // Whose folder it is has been looked at already: by watch.ts.
        const short = first(pods).folders.reduce((text, { path }) => text.replaceAll(path, "POD"), line);
        return `${form.hierarchies} ${form.driver}: ${short}`;
      });
    }),
  expected: perProcess ? alsoOneByOne : byCgroup,
}));
