import type { ListenAddress } from "../../outside/http/bounded-server.ts";
import { unattended, type Policy } from "../../sweep/policy.ts";
import type { DisturbingOptions } from "../sweep/disturbing-options.ts";
import { rungsUpTo } from "../sweep/options.ts";

/** The flags of `holdfast agent`. Times are seconds. */
export interface AgentOptions extends DisturbingOptions {
  readonly interval: number;
  readonly enforce?: boolean;
  /** Carry out what is ordered as a Sweep. */
  readonly takeOrders?: boolean;
  readonly perProcess?: boolean;
  readonly denyNamespace: readonly string[];
  readonly minimumAge: number;
  readonly minimumUptime: number;
  readonly unseenGrace: number;
  readonly graceMargin: number;
  readonly confirmations: number;
  readonly attempts: number;
  readonly stateDir: string;
  /** `null`: no metrics are served. */
  readonly metrics: ListenAddress | null;
  /** Where the kubelet's probes are answered; `null`: nowhere. */
  readonly health: ListenAddress | null;
  readonly root: string;
  readonly criSocket?: string;
  readonly cgroupRoot?: string;
  readonly kubeletPort: number;
  /** Cycles after which it ends; absent: it does not. */
  readonly cycles?: number;
}

/** Who the agent is, as the kubelet says it in the environment. */
export interface AgentPod {
  readonly node: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** `null`: the environment does not say it. */
export function agentPod(environment: Readonly<Record<string, string | undefined>>): AgentPod | null {
  const { NODE_NAME: node, POD_NAMESPACE: namespace, POD_NAME: name, POD_UID: uid } = environment;
  if (node === undefined || namespace === undefined || name === undefined || uid === undefined) return null;
  return { node, namespace, name, uid };
}

/** The policy of an agent that nobody watches. */
export function agentPolicy({ node, uid }: AgentPod, options: AgentOptions): Policy {
  const { enforce, maxRung, perProcess, denyNamespace, unseenGrace, graceMargin, cgroupRoot } = options;
  const { minimumAge, minimumUptime, confirmations, attempts } = options;
  return {
    ...unattended,
    node,
    self: uid,
    mode: enforce === true ? "enforce" : "report",
    rungs: rungsUpTo(maxRung),
    perProcess: perProcess === true,
    denied: new Set(denyNamespace),
    minimumAge,
    minimumUptime,
    grace: { unseen: unseenGrace, margin: graceMargin },
    confirmations,
    attempts,
    ...(cgroupRoot === undefined ? {} : { cgroupRoot }),
  };
}

/** `:9753` or `127.0.0.1:9753`; `off` is `null`. `invalid`: it is none of these. */
export function listenAddress(text: string): ListenAddress | null | "invalid" {
  if (text === "off") return null;
  const [, address = "", port = ""] = /^(\[[0-9a-fA-F:]+\]|[0-9.]*):(\d{1,5})$/.exec(text) ?? [];
  const number = Number(port);
  if (!(number >= 1 && number <= 65_535)) return "invalid";
  return { address: address === "" ? null : address.replaceAll(/[[\]]/g, ""), port: number };
}
