import type { Server } from "node:http";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { boundedServer, type ListenAddress } from "./http/bounded-server.ts";

/** Ports of which one node has a series: what pods listen on is for whoever wrote them to say. */
const mostListeners = 100;

/** The agent's metrics (docs/agent.md), and the server that shows them to whoever asks. */
export class AgentMetrics {
  readonly #registry = new Registry();
  readonly #orphans = this.#gauge(
    "holdfast_orphan_sandboxes",
    "Sandboxes of orphans, by the rule that says what is done",
    ["node", "rule"],
  );
  readonly #leftovers = this.#gauge("holdfast_leftovers", "Pods that are left over", ["node", "kind", "verdict"]);
  readonly #blocked = this.#gauge("holdfast_sweep_blocked", "1 for each precondition that does not hold", [
    "precondition",
  ]);
  readonly #scanned = this.#gauge("holdfast_last_scan_timestamp_seconds", "When a scan last told everything", ["node"]);
  readonly #listeners = this.#gauge("holdfast_host_listener_info", "Ports of the host that a leftover listens on", [
    "node",
    "port",
    "protocol",
    "pod",
  ]);
  readonly #leftOut = this.#gauge(
    "holdfast_host_listeners_left_out",
    "Ports of the host that leftovers listen on, and of which holdfast_host_listener_info has no series",
    ["node"],
  );
  readonly #sweeps = new Counter({
    name: "holdfast_sweep_total",
    help: "Attempts to clear a leftover, by the last rung and the outcome that was seen",
    labelNames: ["rung", "result"],
    registers: [this.#registry],
  });
  readonly #duration = new Histogram({
    name: "holdfast_sweep_duration_seconds",
    help: "Seconds that a cycle took",
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    registers: [this.#registry],
  });

  /** Sets what one cycle saw: what it did not see is not shown any more. */
  saw(cycle: SeenCycle): void {
    const { node } = cycle;
    for (const gauge of [this.#orphans, this.#leftovers, this.#blocked, this.#listeners]) gauge.reset();
    let listed = 0;
    let leftOut = 0;
    for (const { kind, verdict, rule, sandboxes, listens, pod } of cycle.leftovers) {
      this.#leftovers.inc({ node, kind, verdict });
      if (kind === "orphan") this.#orphans.inc({ node, rule }, sandboxes);
      const shown = listens.ports.slice(0, mostListeners - listed);
      for (const { port, protocol } of shown) this.#listeners.set({ node, port: String(port), protocol, pod }, 1);
      listed += shown.length;
      leftOut += listens.leftOut + listens.ports.length - shown.length;
    }
    this.#leftOut.set({ node }, leftOut);
    for (const precondition of cycle.blocked) this.#blocked.set({ precondition }, 1);
    if (cycle.told) this.#scanned.set({ node }, cycle.at);
    this.#duration.observe(cycle.seconds);
  }

  swept(rung: number, result: string): void {
    this.#sweeps.inc({ rung: String(rung), result });
  }

  /** Serves `/metrics`. */
  serve(at: ListenAddress): Promise<Server> {
    return boundedServer((request, response) => {
      if (request.method !== "GET") return response.writeHead(405).end();
      if (request.url !== "/metrics") return response.writeHead(404).end();
      void this.#registry
        .metrics()
        .then((text) => response.setHeader("content-type", this.#registry.contentType).end(text));
      return response;
    }, at);
  }

  #gauge<L extends string>(name: string, help: string, labelNames: readonly L[]): Gauge<L> {
    return new Gauge({ name, help, labelNames: [...labelNames], registers: [this.#registry] });
  }
}

export interface SeenCycle {
  readonly node: string;
  /** Seconds since 1970. */
  readonly at: number;
  readonly seconds: number;
  /** Every source was told. */
  readonly told: boolean;
  readonly leftovers: readonly {
    readonly kind: string;
    readonly verdict: string;
    /** `candidate`, `waiting`, or what protects it. */
    readonly rule: string;
    readonly sandboxes: number;
    readonly pod: string;
    /** Ports of the host on which it listens, and how many others there are. */
    readonly listens: {
      readonly ports: readonly { readonly port: number; readonly protocol: string }[];
      readonly leftOut: number;
    };
  }[];
  /** Preconditions that do not hold. */
  readonly blocked: readonly string[];
}
