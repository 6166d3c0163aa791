import type { Transport } from "../../model/ledger.ts";
import type { BindAddress } from "../../model/port-claim.ts";

/** Where a program is told to listen. */
export interface Endpoint {
  readonly address: BindAddress;
  /** `null`: an address alone. */
  readonly port: number | null;
  /** `null`: it does not say. */
  readonly transport: Transport | null;
}

/**
 * What a value says of where to listen: `HOST:PORT`, `:PORT`, `[ADDRESS]:PORT`, a port alone, an address alone, a URL, each with
 * `/tcp` or `/udp` behind it; `"none"`: no port of a network, as an empty text, port 0 or a socket of a file; `null`: cannot be told.
 */
export function endpointOf(written: string): Endpoint | "none" | null {
  const text = written.trim().replace(/^(["'])(.*)\1$/, "$2");
  if (text === "" || isSwitchedOff(text) || isFile(text)) return "none";
  if (text.length > 300) return null;
  const [, scheme, rest = ""] = /^(?:([a-z][a-z\d+.-]{0,20}):\/\/)?(.*)$/i.exec(text) ?? [];
  const transport = transportOf(scheme) ?? transportOf(/\/(tcp|udp)[46]?$/i.exec(rest)?.[1]);
  const place = placeOf(rest.replace(/\/.*$/, ""));
  if (place === null) return null;
  return place.port === 0 ? "none" : { ...place, transport };
}

function placeOf(text: string): Omit<Endpoint, "transport"> | null {
  const port = portOf(text);
  if (port !== null) return { address: "", port };
  const [, ipv6, host, after = ""] = /^(?:\[([^\]]{0,60})\]|([^:[\]]{0,255}))(?::(.*))?$/.exec(text) ?? [];
  const name = ipv6 ?? host;
  if (name === undefined) return addressAlone(text);
  if (after === "") return addressAlone(name);
  const told = portOf(after);
  return told === null ? null : { address: bindAddress(name), port: told };
}

function addressAlone(text: string): Omit<Endpoint, "transport"> | null {
  return isAddress(text) || text === "localhost" ? { address: bindAddress(text), port: null } : null;
}

/** Only digits, and none that is over 65535; `null`: it is none. */
function portOf(text: string): number | null {
  if (!/^\d{1,5}$/.test(text)) return null;
  const port = Number(text);
  return port < 65_536 ? port : null;
}

/** An address as claims have it. A name is of whatever the resolver says: not told. */
export function bindAddress(host: string): BindAddress {
  const bare = host.toLowerCase().replace(/%.*$/, "");
  if (bare === "" || bare === "*") return "*";
  if (bare === "localhost") return "127.0.0.1";
  if (bare === nodeAddress) return "node";
  if (!isAddress(bare)) return "";
  return bare.includes(":") && !bare.includes(".") ? shortest(bare) : bare;
}

/** An IPv6 address as the kernel writes it. */
function shortest(address: string): string {
  return URL.canParse(`http://[${address}]`) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}

/** Stands for the address of the node in a value: with host network, `status.podIP` and `status.hostIP` are that. */
export const nodeAddress = "<node>";

function isAddress(text: string): boolean {
  if (text === nodeAddress) return true;
  return text.includes(":") ? /^[\da-f:]{2,39}(?:%.{1,30})?$|^::ffff:[\d.]{7,15}$/i.test(text) : ipv4.test(text);
}

const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;

/** 0 is no port but "do not listen" wherever it was looked up [kubernetes-sigs/controller-runtime, pkg/metrics/server]. */
function isSwitchedOff(text: string): boolean {
  return /^(?:-\d{1,5}|off|none|disabled|false|true)$/i.test(text);
}

function isFile(text: string): boolean {
  return /^(?:unix(?:-abstract)?:|fd:|npipe:|[./@])/i.test(text);
}

function transportOf(scheme: string | undefined): Transport | null {
  if (scheme === undefined) return null;
  if (/^udp[46]?$/i.test(scheme)) return "udp";
  return "tcp";
}
