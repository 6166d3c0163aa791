import { expect, test } from "vitest";
import { causeOf, type CauseFacts } from "./cause-of.ts";

const running = { pid: 7, name: "main", state: "S", thread: null };
const since = 1_700_000_000;
const profile = "cri-containerd.apparmor.d";

/** A record of the kernel's log: by default, of the runtime that signals a container. */
function denied(change: Partial<Record<"at" | "start" | "comm" | "profile" | "peer" | "mask", string>> = {}): string {
  const row = {
    at: `${since + 5}.250`,
    start: "5,901,2001,-;",
    comm: "runc",
    profile,
    peer: "runc",
    mask: "receive",
    ...change,
  };
  const masks = `requested_mask="${row.mask}" denied_mask="${row.mask}"`;
  return `${row.start}audit: type=1400 audit(${row.at}:61): apparmor="DENIED" operation="signal" class="signal" profile="${row.profile}" pid=9 comm="${row.comm}" ${masks} signal=kill peer="${row.peer}"`;
}

const observed =
  "apparmor observed true: AppArmor refuses signals to containers (kernel log: profile cri-containerd.apparmor.d)";
const ofAnother =
  "apparmor inferred null: AppArmor refused a signal of the runtime's on this node, to another or at another time";
const notTold = "not-told inferred null: why it does not end could not be told";
const runc = "runc did not terminate successfully: exit status 1: unable to signal init: permission denied";

test.each<[string, Partial<CauseFacts>, string]>([
  ["nothing is known", {}, notTold],
  ["the kernel's log has it", { log: ["5,0,0,-;booted", denied(), "5,0,0,-;later"] }, observed],
  [
    "the runtime's own profile refuses it",
    { log: [denied({ profile: "runc", peer: profile, mask: "send" })] },
    observed.replace(profile, "runc"),
  ],
  ["it was refused before all this", { log: [denied({ at: `${since - 5}.000` })] }, ofAnother],
  ["it was refused at no time", { log: [denied().replace(/audit\(.*?\): /, "")] }, notTold],
  ["it was refused to a container with another profile", { log: [denied({ profile: "other" })] }, ofAnother],
  ["it has no profile", { log: [denied()], profiles: new Set() }, ofAnother],
  ["a container signals another", { log: [denied({ comm: "nginx", peer: profile })] }, notTold],
  ["a container of the runtime's name signals another", { log: [denied({ peer: profile })] }, notTold],
  ["a container signals the node", { log: [denied({ peer: "unconfined", mask: "send" })] }, ofAnother],
  ["somebody wrote it into the kernel's log", { log: [denied({ start: "13,901,2001,-;" })] }, notTold],
  [
    "the runtime has lost its record",
    { recordLost: true },
    "shim-gone inferred false: the runtime has no record of it any more, and stops nothing: as where its shim is gone",
  ],
  [
    "only the runtime says it, and the log is of another",
    { said: `failed to kill container "4f1c": ${runc}`, log: [denied({ profile: "other" })] },
    "apparmor inferred true: the runtime may not signal the container, as where AppArmor refuses it (unable to signal init: permission denied)",
  ],
  [
    "only the runtime says it",
    { said: `failed to kill container "4f1c": ${runc}`, log: null },
    "apparmor inferred true: the runtime may not signal the container, as where AppArmor refuses it (unable to signal init: permission denied)",
  ],
  [
    "a process waits for a disk",
    { processes: [running, { ...running, pid: 8, state: "D" }] },
    "uninterruptible observed false: pid 8 waits in the kernel and takes no signal: for a disk or a server that does not answer",
  ],
  [
    "a leader has ended, and a thread lives",
    { processes: [{ ...running, state: "Z", thread: 12 }] },
    "zombie-leader observed false: pid 7 has ended and a thread of it lives",
  ],
  [
    "CNI",
    { said: 'failed to destroy network for sandbox "9a07": plugin type="ptp" failed (delete)' },
    "cni inferred null: CNI could not take the sandbox's network down",
  ],
  ["the shim", { said: "ttrpc: closed" }, "shim-gone inferred false: the container's shim does not answer"],
  ["a denial of something else", { log: [denied().replace("signal", "open")] }, notTold],
])("%s", (_, facts, expected) => {
  const { kind, confidence, persists, text } = causeOf({
    recordLost: false,
    processes: [running],
    said: null,
    log: [],
    since,
    profiles: new Set([profile]),
    ...facts,
  });
  expect(`${kind} ${confidence} ${persists}: ${text}`).toBe(expected);
});
