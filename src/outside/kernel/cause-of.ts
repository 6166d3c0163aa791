import type { Cause } from "../../model/node-word.ts";
import { signalDenials, type SignalDenial } from "./signal-denials.ts";

/** What is known of processes that do not end. */
export interface CauseFacts {
  readonly processes: readonly {
    readonly pid: number;
    readonly name: string;
    readonly state: string;
    readonly thread: number | null;
  }[];
  /** What the runtime said of it; hostile. */
  readonly said: string | null;
  /** The runtime has no record of what lives. */
  readonly recordLost: boolean;
  /** The newest lines of the kernel's log; `null`: it could not be read. */
  readonly log: readonly string[] | null;
  /** Seconds since 1970 from which on what the log says is of these processes: it has all of this boot. */
  readonly since: number;
  /** The profiles of AppArmor that confine the processes. */
  readonly profiles: ReadonlySet<string>;
}

/**
 * Why they do not end. What the kernel's log says of their profile and of now, or the process itself, is observed; what only the runtime
 * said is inferred. The runtime's own words stand in the journal.
 */
export function causeOf({ processes, said, recordLost, log, since, profiles }: CauseFacts): Cause {
  const denials = signalDenials(log ?? []);
  const denied = denials.findLast((each) => each.at >= since && isOfRuntime(each, profiles));
  if (denied !== undefined)
    return apparmor("observed", true, `AppArmor refuses signals to containers (kernel log: profile ${denied.profile})`);
  if (said !== null && /permission denied/i.test(said) && /signal|kill/i.test(said))
    return apparmor(
      "inferred",
      true,
      "the runtime may not signal the container, as where AppArmor refuses it (unable to signal init: permission denied)",
    );
  const waiting = processes.find(({ state }) => state === "D");
  if (waiting !== undefined)
    return {
      kind: "uninterruptible",
      confidence: "observed",
      text: `pid ${waiting.pid} waits in the kernel and takes no signal: for a disk or a server that does not answer`,
      persists: false,
      fix: "bring back what it waits for, such as the NFS server; else only a reboot ends it",
    };
  const zombie = processes.find(({ thread }) => thread !== null);
  if (zombie !== undefined)
    return {
      kind: "zombie-leader",
      confidence: "observed",
      text: `pid ${zombie.pid} has ended and a thread of it lives`,
      persists: false,
      fix: null,
    };
  if (said !== null && /\bcni\b|network for sandbox/i.test(said))
    return {
      kind: "cni",
      confidence: "inferred",
      text: "CNI could not take the sandbox's network down",
      persists: null,
      fix: "see the CNI plugin's log on this node",
    };
  if (said !== null && /shim|ttrpc|connection refused|no such process/i.test(said))
    return {
      kind: "shim-gone",
      confidence: "inferred",
      text: "the container's shim does not answer",
      persists: false,
      fix: null,
    };
  // Without its shim, containerd takes a stop and a removal for done [containerd v2.4.2, internal/cri/server/sandbox_stop.go].
  if (recordLost)
    return {
      kind: "shim-gone",
      confidence: "inferred",
      text: "the runtime has no record of it any more, and stops nothing: as where its shim is gone",
      persists: false,
      fix: null,
    };
  if (denials.some(isByRuntime))
    return apparmor(
      "inferred",
      null,
      "AppArmor refused a signal of the runtime's on this node, to another or at another time",
    );
  return {
    kind: "not-told",
    confidence: "inferred",
    text: "why it does not end could not be told",
    persists: null,
    fix: null,
  };
}

/** What the low-level runtimes are called, which signal containers. */
const runtimes = /^(?:runc|crun|youki)$/;

/** Whether the runtime was not let signal one with these profiles: by theirs, or by its own. What containers do among themselves is not that. */
function isOfRuntime(denial: SignalDenial, profiles: ReadonlySet<string>): boolean {
  const { denied, profile, peer } = denial;
  const receiver = denied === "receive" ? profile : denied === "send" ? peer : "";
  return isByRuntime(denial) && profiles.has(receiver);
}

function isByRuntime({ comm, profile, peer }: SignalDenial): boolean {
  return runtimes.test(comm) && profile !== peer;
}

function apparmor(confidence: Cause["confidence"], persists: Cause["persists"], text: string): Cause {
  return {
    kind: "apparmor",
    confidence,
    text,
    persists,
    fix: "upgrade containerd and load its container profile anew (apparmor_parser -r, or a reboot): it has to take signals from runc's profile",
  };
}
