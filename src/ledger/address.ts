/** Whether a listener on one address keeps another from the same port on another. */
export type Collides = "yes" | "no" | "maybe";

/**
 * Whether a bind to `wanted` fails while a socket has `held`, ports and protocol being the same. `""` and `*` are the
 * wildcard of both families. Whether `::` takes IPv4 as well is decided by IPV6_V6ONLY, which /proc does not print: maybe.
 */
export function collides(wanted: string, held: string): Collides {
  const [a, b] = [normal(wanted), normal(held)];
  if (a === b) return "yes";
  if (a === "*" || b === "*") return "yes";
  if (isWildcard(a) || isWildcard(b)) {
    if (familyOf(a) === familyOf(b)) return "yes";
    return a === "::" || b === "::" ? "maybe" : "no";
  }
  return "no";
}

function isWildcard(address: string): boolean {
  return address === "0.0.0.0" || address === "::";
}

function familyOf(address: string): 4 | 6 {
  return address.includes(":") ? 6 : 4;
}

/** Without brackets; an IPv4 address that is written as IPv6 is one of IPv4, as the kernel sees it. */
function normal(address: string): string {
  const bare = address.replace(/^\[|\]$/g, "").toLowerCase();
  if (bare === "" || bare === "*") return "*";
  if (bare === "localhost") return "127.0.0.1";
  return /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/.exec(bare)?.[1] ?? bare;
}
