/**
 * The rungs of the ladder, from the gentlest on. Rung 0 is to say why, and is always done.
 *
 * 1 the runtime is asked to stop and remove. 2 the pod's cgroup is killed; where there is no cgroup.kill, its processes
 * one by one. 3 the kubelet is restarted. 4 a reboot is asked for.
 */
export type Rung = 1 | 2 | 3 | 4;

/** How careful a sweep is. Seconds, unless said otherwise; all of it can be set by flags. */
export interface Policy {
  readonly node: string;
  /** `dry-run`: everything up to the first act. */
  readonly mode: "report" | "dry-run" | "enforce";
  /** Which rungs may be climbed. */
  readonly rungs: ReadonlySet<Rung>;
  /** Rung 2 may signal processes one by one where the kernel has no cgroup.kill for them. */
  readonly perProcess: boolean;
  /** The pod that this runs in; `null`: it runs in none. */
  readonly self: string | null;
  /** Uids that a person named: what is many or few does not count then, and only these may be targets. */
  readonly named: ReadonlySet<string> | null;
  /** Pods that are Terminating past their time may be targets: only where a person asked. */
  readonly overdue: boolean;
  /** A person said that what lives on a leftover does not count. */
  readonly evenIfServing: boolean;
  /** The uid of the pod that is to be recovered: that it is connected to a leftover is no reason to leave that alone. */
  readonly recovered: string | null;
  /** Namespaces whose leftovers are left alone. */
  readonly denied: ReadonlySet<string>;
  /** Below which cgroup this kubelet has its pods; absent: found by its pods. */
  readonly cgroupRoot?: string;
  /** A leftover that is younger was perhaps just made. Default 600; a person's 60. */
  readonly minimumAge: number;
  /** By which a deletion has to be late before what is left of it is overdue: clocks differ. Default 60. */
  readonly overdueMargin: number;
  /** For which kubelet and runtime have to be up. Default 300. */
  readonly minimumUptime: number;
  /** How long a leftover is waited for; `null`: not at all, since rung 1 gives it its grace and a person is there. */
  readonly grace: GracePolicy | null;
  /** Scans in a row that have to agree. Default 3. */
  readonly confirmations: number;
  /** Attempts on one leftover before it is left to a person. Default 2. */
  readonly attempts: number;
}

export interface GracePolicy {
  /** What a pod is taken to have had where its deletion was never seen. Default 3600. */
  readonly unseen: number;
  /** On top of what it had. Default 300. */
  readonly margin: number;
}

/** What the agent does where nobody says otherwise: it reports. */
export const unattended = {
  mode: "report" as Policy["mode"],
  rungs: new Set<Rung>([1]),
  perProcess: false,
  self: null,
  named: null,
  overdue: false,
  evenIfServing: false,
  recovered: null,
  denied: new Set<string>(),
  minimumAge: 600,
  overdueMargin: 60,
  minimumUptime: 300,
  grace: { unseen: 3600, margin: 300 } as GracePolicy | null,
  confirmations: 3,
  attempts: 2,
} as const satisfies Omit<Policy, "node">;

/** What a person who is there does: there is no history to wait for, and rung 1 gives the pod its own grace. */
export const attended = { ...unattended, minimumAge: 60, grace: null } as const satisfies Omit<Policy, "node">;
