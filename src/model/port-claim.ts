import type { Pointer } from "./json.ts";
import type { Transport } from "./ledger.ts";
import type { ObjectKey } from "./rendered-release.ts";
import type { Span } from "./span.ts";
import type { Reason } from "./told.ts";

/** A port of the host that each pod of a workload takes while it runs. */
export interface PortClaim {
  /** The workload that the pod is of, or the pod itself. */
  readonly pod: ObjectKey;
  /** Whose process binds it, as far as that can be told: a port may be declared by a container that does not serve it. */
  readonly container: string;
  /** An init container has it only until the next one starts. */
  readonly kind: "init" | "sidecar" | "main";
  readonly address: BindAddress;
  readonly port: number;
  readonly transport: Transport;
  /** `forwarded`: a host port of a pod with a network of its own. CNI forwards it, and no bind can fail. */
  readonly how: "bound" | "forwarded";
  readonly strength: Strength;
  /** What says so, the strongest first. Never empty. */
  readonly sources: readonly ClaimSource[];
  /** It is a host port of the pod, as the API server would make it, of a container that the scheduler counts. */
  readonly seenByScheduler: boolean;
}

/**
 * Where it listens: an IP address in the form of the kernel's, or
 * `""`: not told, so most likely everywhere; `*`: everywhere, of both families; `node`: the node's own address.
 */
export type BindAddress = string;

/** From strongest to weakest: `corroborated` is told by more than one source, none of which is a declaration. */
export type Strength = "observed" | "declared" | "corroborated" | "one source" | "image default";

/** From strongest to weakest. */
export const claimOrigins = [
  "observed",
  "declared",
  "defaulted",
  "argument",
  "environment",
  "probe",
  "annotation",
  "image",
] as const;

/** One place that says that the port is taken. It has no text of the input but names of flags, variables and containers. */
export interface ClaimSource {
  readonly from: (typeof claimOrigins)[number];
  /** The container in which it stands; `null`: the pod. */
  readonly container: string | null;
  /** `--http-endpoint`, `METRICS_PORT`, `livenessProbe`, `ports`; of an image, the source that its default was read in. */
  readonly name: string;
  readonly pointer: Pointer;
  /** Where that is; of what was seen, the workload. */
  readonly at: Span;
}

/** All that a pod takes of the host's ports. "None found" is not "binds nothing". */
export interface PodPorts {
  readonly pod: ObjectKey;
  /** Whether its pods have the host's network; `null`: it was not told. */
  readonly hostNetwork: boolean | null;
  readonly claims: readonly PortClaim[];
  readonly untold: readonly UntoldPort[];
}

/** A place that may give another port, which could not be told. */
export interface UntoldPort {
  /** `null`: any container of the pod. */
  readonly container: string | null;
  /** As of a {@link ClaimSource}. */
  readonly name: string;
  readonly pointer: Pointer;
  readonly reason: Reason;
}
