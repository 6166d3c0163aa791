import { expect, test } from "vitest";
import { causeOf, type CauseFacts } from "./cause-of.ts";

const running = { pid: 7, name: "main", state: "S", thread: null };
const denied =
  '4,1,2,-;audit: type=1400 apparmor="DENIED" operation="signal" profile="cri-containerd.apparmor.d" pid=9 comm="runc" peer="runc"';
const runc = "runc did not terminate successfully: exit status 1: unable to signal init: permission denied";

test.each<[string, Partial<CauseFacts>, string]>([
  ["nothing is known", {}, "not-told inferred null: why it does not end could not be told"],
  [
    "the kernel's log has it",
    { log: ["5,0,0,-;booted", denied] },
    "apparmor observed true: AppArmor refuses signals to containers (kernel log: profile cri-containerd.apparmor.d)",
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
  [
    "a denial of something else",
    { log: [denied.replace("signal", "open")] },
    "not-told inferred null: why it does not end could not be told",
  ],
])("%s", (_, facts, expected) => {
  const { kind, confidence, persists, text } = causeOf({ processes: [running], said: null, log: [], ...facts });
  expect(`${kind} ${confidence} ${persists}: ${text}`).toBe(expected);
});
