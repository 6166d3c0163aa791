export type ByteOrder = "LE" | "BE";

/**
 * The address that /proc/net prints as 8 or 32 hex digits, as people write it. The kernel prints each 32-bit word as a
 * number of the machine, so the digits depend on the byte order of the machine that printed them
 * [linux, net/ipv4/tcp_ipv4.c, net/ipv6/tcp_ipv6.c].
 */
export function address(digits: string, order: ByteOrder): string {
  const bytes = Array.from({ length: digits.length / 2 }, (_, at) => {
    const from = order === "LE" ? at ^ 3 : at;
    return Number.parseInt(digits.slice(2 * from, 2 * from + 2), 16);
  });
  return bytes.length === 4 ? bytes.join(".") : version6(bytes);
}

/** The canonical text of RFC 5952; an IPv4 address that is mapped into IPv6 keeps its dots. */
function version6(bytes: readonly number[]): string {
  const groups = Array.from({ length: 8 }, (_, at) => (bytes[2 * at] ?? 0) * 256 + (bytes[2 * at + 1] ?? 0));
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xff_ff;
  if (isMapped) return `::ffff:${bytes.slice(12).join(".")}`;
  const { start, length } = longestZeros(groups);
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(":");
  return `${hex.slice(0, start).join(":")}::${hex.slice(start + length).join(":")}`;
}

/** The first of the longest runs of zeros. */
function longestZeros(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let longest = { start: 0, length: 0 };
  let length = 0;
  for (const [at, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0;
    if (length > longest.length) longest = { start: at - length + 1, length };
  }
  return longest;
}
