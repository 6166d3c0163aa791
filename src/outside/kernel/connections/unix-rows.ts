import { isDeepStrictEqual } from "node:util";

/** A unix socket as `ss -xan` prints it. */
export interface UnixRow {
  readonly inode: number;
  /** 0: it has none, or `ss` could not ask for it. */
  readonly peer: number;
  readonly listening: boolean;
  /** What it is bound to; `*`: nothing. Of a socket that a listener accepted, what that listener is bound to. Hostile. */
  readonly address: string;
}

/** The unix sockets of one network namespace. */
export interface UnixSockets {
  readonly rows: readonly UnixRow[];
  /** Inodes that were printed twice, and not alike: neither row is believed. */
  readonly twice: ReadonlySet<number>;
  /** Inodes of which nothing may be told: they stand where names with a newline are printed. Such names may hold any number. */
  readonly doubted: ReadonlySet<number>;
}

/**
 * A name may hold a newline, and what stands behind it in the output of `ss` is whatever its maker likes, a whole row for instance. `ss`
 * itself leaves such sockets out, or gives nothing but them [iproute2, misc/ss.c, unix_match: fnmatch].
 */
export const unixFilters = { plain: ["not", "src", "unix:*\n*"], broken: ["src", "unix:*\n*"] } as const;

/**
 * What `ss -xanH` prints with the first filter, and with the other. `null`: this is not what it prints, and nothing may be concluded.
 */
export function unixSocketsIn(plain: string, broken: string): UnixSockets | null {
  const told = new Map<number, UnixRow>();
  const twice = new Set<number>();
  for (const line of plain.split("\n")) {
    if (line === "") continue;
    const each = unixRow(line);
    if (each === null) return null;
    // Connections that nobody has accepted yet have no inode.
    if (each.inode === 0) continue;
    const before = told.get(each.inode);
    if (before !== undefined && !isDeepStrictEqual(before, each)) twice.add(each.inode);
    told.set(each.inode, each);
  }
  const numbers = (broken.match(/\d+/g) ?? []).filter((digits) => digits.length <= longestInode).map(Number);
  return {
    rows: [...told.values()].filter(({ inode }) => !twice.has(inode)),
    twice,
    doubted: new Set(numbers.filter((inode) => inode > 0 && !told.has(inode))),
  };
}

/**
 * A row of `ss -xanH` [iproute2, misc/ss.c, unix_stats_print]: type, state, two queues, address and inode, `*` and the peer's inode. What
 * stands last is never of the name, whatever that ends with.
 */
function unixRow(line: string): UnixRow | null {
  const [, state = "", address = "", inode = "", peer = ""] = row.exec(line) ?? [];
  if (inode === "") return null;
  return {
    inode: Number(inode),
    peer: Number(peer),
    listening: state === "LISTEN",
    address: address.trim() || "*",
  };
}

const longestInode = 15;
const row = /^(?:u_str|u_dgr|u_seq) +([A-Z0-9-]+) +\d+ +\d+ +(.{0,4096}) (\d{1,15}) +\* (\d{1,15}) *$/s;

/**
 * Inodes of connected sockets (03) in /proc/PID/net/unix: `Num: RefCount Protocol Flags Type St Inode Path` [linux, net/unix/af_unix.c,
 * unix_seq_show]. A name with a newline may add some that are not there, and none is missing for it: this says where to ask, and no more.
 */
export function connectedInodes(text: string): ReadonlySet<number> {
  return new Set(
    text.split("\n").flatMap((line) => {
      const [, inode] = connected.exec(line) ?? [];
      return inode === undefined ? [] : [Number(inode)];
    }),
  );
}

const connected = /^[0-9a-f]{8,16}: [0-9A-F]{8} [0-9A-F]{8} [0-9A-F]{8} [0-9A-F]{4} 03 +(\d{1,15})(?: |$)/;
