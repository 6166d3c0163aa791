import { collides, type Collides } from "../../ledger/address.ts";
import type { BindAddress } from "../../model/port-claim.ts";

/**
 * Whether two listeners cannot both have a port, by the rules of sockets: a wildcard meets every address of its family, and `::`
 * those of IPv4 as well unless IPV6_V6ONLY is set. An address that is not told is everywhere, or one that a wildcard meets anyhow;
 * with one address alone it may be another. [man 7 ip, man 7 ipv6]
 */
export function meet(one: BindAddress, other: BindAddress): Collides {
  if (one === "" || other === "") return one === other || isWildcard(one) || isWildcard(other) ? "yes" : "maybe";
  if (one === "node" || other === "node") return withNode(one === "node" ? other : one);
  return collides(one, other);
}

/** The node's own address may be any but those of the loopback; whether it is of IPv4 is not told. */
function withNode(address: BindAddress): Collides {
  if (address === "node" || address === "*") return "yes";
  if (address.startsWith("127.") || address === "::1") return "no";
  return "maybe";
}

function isWildcard(address: BindAddress): boolean {
  return address === "*" || address === "0.0.0.0" || address === "::";
}
