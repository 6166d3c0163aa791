/** What the value of a flag or a variable of this name says: where to listen, a port to listen on, or nothing of that. */
export type Listens = "address" | "port" | null;

/** A name in parts, whatever it was written with: `--healthProbe-addr`, `HEALTH_PROBE_ADDR` and `health.probe.addr` are alike. */
export function partsOf(name: string): readonly string[] {
  return name
    .replace(/^-{1,2}/, "")
    .replaceAll(/([a-z\d])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .split(/[-_.]/)
    .filter((part) => part !== "");
}

/**
 * Whether a program that is given such a name listens there. Only names that say so: `--endpoint`, `--server-address` and
 * `--api-port` are of what is dialled as often as not, and a claim that is none blocks an upgrade for nothing.
 */
export function listensBy(parts: readonly string[]): Listens {
  const last = parts.at(-1);
  if (last === undefined || parts.length > 12 || parts.some((part) => dialled.has(part))) return null;
  const before = parts.slice(0, -1);
  if (isEntryPoint(parts)) return "address";
  if (last === "port") return before.length === 0 || before.some(isServed) ? "port" : null;
  if (parts.length === 1 && gluedPort.test(last)) return "port";
  if (verbs.has(last)) return "address";
  if (!addressWords.has(last)) return null;
  if (before.length === 0) return last.startsWith("addr") ? "address" : null;
  if (before.some((part) => verbs.has(part))) return "address";
  return !last.startsWith("url") && servedAtAddress.has(before.at(-1) ?? "") ? "address" : null;
}

/** What is left of a name without the words for address and port: `--metrics-port` and `--metrics-bind-address` are of one listener. */
export function subjectOf(parts: readonly string[]): string {
  return parts.filter((part) => part !== "port" && !verbs.has(part) && !addressWords.has(part)).join("-");
}

/**
 * What a name switches, without what says so: `ENABLE_METRICS`, `--metrics-enabled` and `DISABLE_METRICS` are of `metric`;
 * `null`: it is no switch.
 */
export function switchOf(parts: readonly string[]): { readonly subject: string; readonly on: string } | null {
  const word = parts.find((part) => switches.has(part));
  const on = word === undefined ? undefined : switches.get(word);
  const subject = parts.find((part) => switched.has(singular(part)));
  return on === undefined || subject === undefined ? null : { subject: singular(subject), on };
}

/** What a switch may turn off of what such a name listens for. */
export function isOf(subject: string, parts: readonly string[]): boolean {
  return parts.some((part) => singular(part) === subject);
}

function singular(part: string): string {
  return part.replace(/s$/, "");
}

const switches: ReadonlyMap<string, string> = new Map([
  ["enable", "true"],
  ["enabled", "true"],
  ["disable", "false"],
  ["disabled", "false"],
]);
const switched: ReadonlySet<string> = new Set(["metric", "pprof", "profiling", "prometheu", "webhook"]);

/** Whether it says that it listens for QUIC, which is UDP. */
export function isOfUdp(parts: readonly string[]): boolean {
  return parts.some((part) => part === "udp" || part === "quic" || part === "http3");
}

function isServed(part: string): boolean {
  return verbs.has(part) || served.has(part);
}

/** Traefik: `--entryPoints.web.address=:8000/tcp`. */
function isEntryPoint(parts: readonly string[]): boolean {
  return parts[0] === "entry" && parts[1] === "points" && parts.at(-1) === "address" && parts.length === 4;
}

const verbs: ReadonlySet<string> = new Set(["bind", "binding", "listen", "listener", "listening", "serve"]);
const addressWords: ReadonlySet<string> = new Set([
  "addr",
  "addrs",
  "address",
  "addresses",
  "endpoint",
  "endpoints",
  "url",
  "urls",
]);
/** What is served beside a program's work. */
const servedAtAddress: ReadonlySet<string> = new Set([
  "debug",
  "health",
  "healthcheck",
  "healthz",
  "http",
  "https",
  "livez",
  "liveness",
  "metrics",
  "pprof",
  "probe",
  "profiling",
  "readiness",
  "readyz",
]);
const served: ReadonlySet<string> = new Set([
  ...servedAtAddress,
  "admin",
  "check",
  "grpc",
  "insecure",
  "metric",
  "profiler",
  "prometheus",
  "secure",
  "stats",
  "status",
  "telemetry",
  "webhook",
]);
const gluedPort = /^(?:metrics?|health|healthz|https?|probe|prometheus|webhook|listen|bind)port$/;
/** Of another one that is called, or what others are told. */
const dialled: ReadonlySet<string> = new Set([
  "advertise",
  "advertised",
  "announce",
  "apiserver",
  "backend",
  "collector",
  "database",
  "db",
  "destination",
  "etcd",
  "exporter",
  "external",
  "jaeger",
  "kubelet",
  "kubernetes",
  "master",
  "mysql",
  "nodeport",
  "otel",
  "otlp",
  "peer",
  "postgres",
  "proxy",
  "public",
  "range",
  "redirect",
  "redis",
  "remote",
  "service",
  "smtp",
  "target",
  "tracing",
  "upstream",
  "zipkin",
]);
