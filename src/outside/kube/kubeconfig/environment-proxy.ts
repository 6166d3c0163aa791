import { BlockList, isIP } from "node:net";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that the environment names for a server, as kubectl reads it: HTTPS_PROXY or HTTP_PROXY by the server's scheme,
 * unless NO_PROXY exempts its host; the names in lower case count where those are empty. A server on this machine is never
 * asked through one. `null`: none [golang.org/x/net, http/httpproxy; apimachinery v0.36.3, pkg/util/net/http.go]. Node's own
 * reading of NO_PROXY knows no CIDR.
 */
export function environmentProxy(server: URL, environment: Environment): string | null {
  const name = server.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const proxy = valueOf(environment, name);
  if (proxy === "" || isExempt(server, valueOf(environment, "NO_PROXY"))) return null;
  return (URL.parse(proxy)?.host ?? "") === "" ? `http://${proxy}` : proxy;
}

function valueOf(environment: Environment, name: string): string {
  return environment[name] || environment[name.toLowerCase()] || "";
}

function isExempt(server: URL, noProxy: string): boolean {
  const host = server.hostname.replace(/^\[|\]$/g, "").toLowerCase();
  const port = server.port || (server.protocol === "https:" ? "443" : "80");
  if (host === "localhost" || isInside(host, "127.0.0.0", 8) || isInside(host, "::1", 128)) return true;
  return noProxy.split(",").some((entry) => exempts(entry.trim().toLowerCase(), host, port));
}

/** One entry: `*`, a CIDR, or with or without a port an address, a domain with all below it, or `.domain`: only what is below. */
function exempts(entry: string, host: string, port: string): boolean {
  if (entry === "*") return true;
  const [, address = "", prefix = ""] = /^([^/]+)\/(\d{1,3})$/.exec(entry) ?? [];
  if (isIP(address) !== 0) return isInside(host, address, Number(prefix));
  const [, bracketed, plain, ofPort] = /^(?:\[(.*)\]|([^:]*)):(\d+)$/.exec(entry) ?? [];
  const name = (bracketed ?? plain ?? entry).replace(/^\*\./, ".");
  if (name === "" || (ofPort !== undefined && ofPort !== port)) return false;
  if (isIP(name) !== 0) return isInside(host, name, isIP(name) === 4 ? 32 : 128);
  if (isIP(host) !== 0) return false;
  return name.startsWith(".") ? host.endsWith(name) : host === name || host.endsWith(`.${name}`);
}

function isInside(host: string, address: string, prefix: number): boolean {
  if (isIP(host) === 0 || isIP(host) !== isIP(address) || prefix > (isIP(address) === 4 ? 32 : 128)) return false;
  const family = isIP(address) === 4 ? "ipv4" : "ipv6";
  const network = new BlockList();
  network.addSubnet(address, prefix, family);
  return network.check(host, family);
}
