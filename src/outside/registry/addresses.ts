import { BlockList, isIP } from "node:net";

/**
 * Whether an address belongs to the public internet. A repository names the servers that are asked, and
 * those answer with redirects: a public server may not send us to one that only this machine can reach.
 */
export function isPublicAddress(address: string): boolean {
  return !contains(internal, address);
}

/** Addresses of a cloud's metadata service and the like: no chart repository has one. */
export function isLinkLocal(address: string): boolean {
  return contains(linkLocal, address);
}

/** As far as a name alone tells, where a proxy looks names up: see {@link isPublicAddress}. */
export function hasPublicName(host: string): boolean {
  const name = host
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();
  if (isIP(name) !== 0) return isPublicAddress(name);
  return name.includes(".") && !/\.(?:localhost|local|internal|lan|home\.arpa)$/.test(name);
}

const linkLocal = listOf(["169.254.0.0", 16], ["fe80::", 10], ["fd00:ec2::254", 128]);
const internal = listOf(
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
  ["::", 127],
  ["64:ff9b:1::", 48],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
);

function listOf(...networks: (readonly [address: string, prefix: number])[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of networks) list.addSubnet(address, prefix, isIP(address) === 6 ? "ipv6" : "ipv4");
  return list;
}

/** An IPv4 address inside an IPv6 one counts as itself; what is no address counts as in the list. */
function contains(list: BlockList, address: string): boolean {
  const family = isIP(address);
  if (family === 0) return true;
  if (family === 4) return list.check(address, "ipv4");
  const inner = innerAddress(address);
  return list.check(address, "ipv6") || (inner !== null && list.check(inner, "ipv4"));
}

/** IPv4 inside `::ffff:0:0/96`, `64:ff9b::/96` (NAT64) or `2002::/16` (6to4). */
function innerAddress(address: string): string | null {
  const host = new URL(`http://[${address.replace(/%.*$/, "")}]/`).hostname.slice(1, -1);
  const match =
    /^(?:::ffff:|64:ff9b::)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host) ??
    /^2002:([0-9a-f]{1,4}):([0-9a-f]{1,4}):/.exec(host);
  if (match === null) return null;
  const high = Number.parseInt(match[1] ?? "", 16);
  const low = Number.parseInt(match[2] ?? "", 16);
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}
