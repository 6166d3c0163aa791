import { InvalidArgumentError } from "commander";
import { attended, type Policy, type Rung } from "../../sweep/policy.ts";
import type { nodeFormats, LiveOptions, ReaderPodOptions } from "../observe/options.ts";
import type { DisturbingOptions } from "./disturbing-options.ts";

/** What `sweep` and `recover` have in common. */
export interface ActingOptions extends LiveOptions, ReaderPodOptions, DisturbingOptions {
  readonly node?: string;
  readonly output: (typeof nodeFormats)[number];
  readonly color: "auto" | "always" | "never";
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly perProcess?: boolean;
  readonly evenIfServing?: boolean;
  readonly minimumAge: number;
  readonly minimumUptime: number;
  readonly confirmations: number;
  readonly stateDir: string;
}

export interface SweepOptions extends ActingOptions {
  readonly enforce?: boolean;
  readonly overdue?: boolean;
  /** Only the pod that has this uid. */
  readonly uid?: string;
  /** The node's agent does it. */
  readonly byAgent?: true;
  readonly denyNamespace: readonly string[];
  readonly snapshot?: string;
  readonly failOn: "high" | "never";
  readonly strict?: boolean;
}

/** The policy of a person who is there. */
export function policyOf(node: string, self: string | null, options: ActingOptions & Partial<SweepOptions>): Policy {
  const { cgroupRoot, maxRung, minimumAge, minimumUptime, confirmations, uid } = options;
  return {
    ...attended,
    node,
    self,
    mode: options.dryRun === true ? "dry-run" : "enforce",
    rungs: rungsUpTo(maxRung),
    perProcess: options.perProcess === true,
    named: uid === undefined ? null : new Set([uid]),
    overdue: options.overdue === true,
    evenIfServing: options.evenIfServing === true,
    denied: new Set(options.denyNamespace ?? []),
    minimumAge,
    minimumUptime,
    confirmations,
    // What did not help once will not a moment later.
    attempts: 1,
    ...(cgroupRoot === undefined ? {} : { cgroupRoot }),
  };
}

export function rungsUpTo(highest: Rung): ReadonlySet<Rung> {
  return new Set(([1, 2, 3, 4] as const).filter((rung) => rung <= highest));
}

/** A rung as it is typed. */
export function rungNumber(text: string): Rung {
  const rung = ([1, 2, 3, 4] as const).find((each) => String(each) === text);
  if (rung === undefined) throw new InvalidArgumentError("It is 1 (runtime), 2 (cgroup), 3 (kubelet) or 4 (reboot).");
  return rung;
}

/** Seconds as they are typed: `90`, `90s`, `10m`, `1h`. */
export function seconds(text: string): number {
  const [, number = "", unit = "s"] = /^(\d{1,7})([smhd]?)$/.exec(text) ?? [];
  const value = Number(number) * (unitSeconds.get(unit === "" ? "s" : unit) ?? Number.NaN);
  if (number === "" || Number.isNaN(value)) throw new InvalidArgumentError("It is a time as 90s, 10m or 1h.");
  return value;
}

const unitSeconds: ReadonlyMap<string, number> = new Map([
  ["s", 1],
  ["m", 60],
  ["h", 3600],
  ["d", 86_400],
]);

/** The uid of a pod as it is typed. */
export function podUid(text: string): string {
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return text;
  throw new InvalidArgumentError("It is a pod's uid, as holdfast sweep --output json prints it.");
}

export interface PodName {
  readonly namespace: string;
  readonly name: string;
}

/** A pod as it is typed: NAMESPACE/NAME. */
export function podName(text: string): PodName {
  const [, namespace = "", name = ""] =
    /^([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)\/([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)$/.exec(text) ?? [];
  if (name === "") throw new InvalidArgumentError("It is NAMESPACE/NAME, as kubectl get pods -A prints them.");
  return { namespace, name };
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,4}$/.test(text) || Number(text) < 1) throw new InvalidArgumentError("It is a whole number from 1 on.");
  return Number(text);
}
