import { leases } from "../../model/kube-kinds.ts";
import type { KubeCall, KubeSource } from "../../model/kube-source.ts";
import type { ServedObject } from "../../model/served-object.ts";
import { isKnown, known, unknown, type Reason, type Told } from "../../model/told.ts";
import { heldBy, leaseIn, released, type ReadLease, type Term } from "./lease-object.ts";

export interface LeaseOptions {
  /** Who this is, and no other process ever: whoever has this name has the lease. */
  readonly holder: string;
  /** For how long it is ours after it was taken or renewed, unless it is renewed. Default 60. */
  readonly seconds?: number;
  /** Milliseconds on a clock that nobody sets. */
  readonly elapsed: () => number;
  readonly now: () => Date;
  readonly namespace?: string;
  readonly name?: string;
}

/** Answers `null`, or who else has it. Whatever leaves a doubt is unknown. */
export interface ClusterLease {
  /** `null`: it is ours, and for `seconds` from when this was asked. Asked again, it is renewed. */
  take(call?: KubeCall): Promise<Told<string | null>>;
  /** The same, but only where it is ours still. */
  renew(call?: KubeCall): Promise<Told<string | null>>;
  /** `null`: nobody has it. Where it could not be given back, it runs out. */
  giveBack(call?: KubeCall): Promise<Told<string | null>>;
}

/**
 * The Lease by which one process in a cluster acts at a time, as client-go elects a leader [client-go v0.36.3,
 * tools/leaderelection/leaderelection.go, tryAcquireOrRenew]: times that another wrote are compared with nothing, because
 * clocks differ. Another's lease is over once it was seen unchanged for as long as it says, on the clock of this process; so
 * a process that has just started waits that long.
 */
export function clusterLease(kube: KubeSource, options: LeaseOptions): ClusterLease {
  const { namespace = "kube-system", name = "holdfast-sweep", holder: own, elapsed } = options;
  const object = { namespace, name };
  const term = (): Term => ({ holder: own, seconds: options.seconds ?? 60, at: options.now() });
  let seen: { readonly version: string; readonly since: number } | null = null;

  /** Since when it is known to be in this state. */
  function seenSince({ version: { uid, resourceVersion } }: ReadLease): number {
    const version = `${uid} ${resourceVersion}`;
    if (seen?.version !== version) seen = { version, since: elapsed() };
    return seen.since;
  }

  async function look(call?: KubeCall): Promise<Told<ReadLease | null>> {
    const told = await kube.get(leases, object, call);
    if (!isKnown(told)) return told;
    return told.known === null ? known(null) : leaseIn(told.known);
  }

  async function put(lease: ReadLease, next: object, call?: KubeCall): Promise<Told<ServedObject> | "again"> {
    const told = await kube.update(leases, lease.version, next, call);
    if (!isKnown(told)) return told;
    return told.known === "conflict" ? "again" : known(told.known);
  }

  async function make(call?: KubeCall): Promise<Told<ServedObject> | "again"> {
    const told = await kube.create(leases, namespace, { metadata: object, ...heldBy(null, term()) }, call);
    return !isKnown(told) && told.unknown.said === "AlreadyExists" ? "again" : told;
  }

  /** One attempt; `again`: somebody else was faster, and who that is another look tells. */
  async function attempt(only: "renew" | null, call?: KubeCall): Promise<Told<string | null> | "again"> {
    const asked = elapsed();
    const told = await look(call);
    if (!isKnown(told)) return told;
    const lease = told.known;
    if (lease === null || lease.holder === "") {
      if (only === "renew") return unknown(gone(namespace, name));
    } else if (lease.holder !== own) {
      const since = seenSince(lease);
      if (only === "renew") return known(lease.holder);
      if (lease.seconds === null) return unknown(withoutEnd(namespace, name));
      if (asked - since < lease.seconds * 1000) return known(lease.holder);
    }
    const done = lease === null ? await make(call) : await put(lease, heldBy(lease, term()), call);
    return done === "again" ? done : isOurs(done);
  }

  function isOurs(done: Told<ServedObject>): Told<null> {
    if (!isKnown(done)) return done;
    const now = leaseIn(done.known);
    if (!isKnown(now)) return now;
    return now.known.holder === own ? known(null) : unknown(contradicted(namespace, name));
  }

  async function twice(act: () => Promise<Told<string | null> | "again">): Promise<Told<string | null>> {
    for (let tried = 0; tried < 2; tried++) {
      const told = await act();
      if (told !== "again") return told;
    }
    return unknown(contended(namespace, name));
  }

  return {
    take: (call) => twice(() => attempt(null, call)),
    renew: (call) => twice(() => attempt("renew", call)),
    giveBack: (call) =>
      twice(async () => {
        const told = await look(call);
        if (!isKnown(told)) return told;
        if (told.known === null) return known(null);
        if (told.known.holder !== own) return known(told.known.holder === "" ? null : told.known.holder);
        const done = await put(told.known, released(told.known, options.now()), call);
        return done === "again" || !isKnown(done) ? done : known(null);
      }),
  };
}

const gone = (namespace: string, name: string): Reason => ({
  code: "changed-meanwhile",
  text: `the Lease ${namespace}/${name} is nobody's any more`,
  at: [],
  supply: "see who removed it, or gave it back",
});

const withoutEnd = (namespace: string, name: string): Reason => ({
  code: "not-understood",
  text: `the Lease ${namespace}/${name} does not say for how long somebody has it`,
  at: [],
  supply: `kubectl -n ${namespace} delete lease ${name}, where nobody sweeps`,
});

const contradicted = (namespace: string, name: string): Reason => ({
  code: "contradicted",
  text: `the Lease ${namespace}/${name} is another's though the API server took that it is ours`,
  at: [],
  supply: "see which admission webhook changes it",
});

const contended = (namespace: string, name: string): Reason => ({
  code: "changed-meanwhile",
  text: `others changed the Lease ${namespace}/${name} meanwhile`,
  at: [],
});
