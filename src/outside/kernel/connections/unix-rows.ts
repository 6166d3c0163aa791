/** A unix socket as `ss -xan` prints it. */
export interface UnixRow {
  readonly inode: number;
  /** 0: it has none, or `ss` could not ask for it. */
  readonly peer: number;
  readonly listening: boolean;
  /** What it is bound to; `*`: nothing. Of a socket that a listener accepted, what that listener is bound to. */
  readonly address: string;
}

/**
 * Rows of `ss -xanH` [iproute2, misc/ss.c, unix_stats_print]: type, state, two queues, address and inode, peer's address and inode.
 * `null`: this is not what it prints, and nothing may be concluded.
 */
export function unixRows(text: string): readonly UnixRow[] | null {
  const rows: UnixRow[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const [, state = "", address = "", inode = "", peer = ""] = row.exec(line.trimEnd()) ?? [];
    if (inode === "") return null;
    rows.push({
      inode: Number(inode),
      peer: Number(peer),
      listening: state === "LISTEN",
      address: address.trim() || "*",
    });
  }
  return rows;
}

const row = /^(?:u_str|u_dgr|u_seq)\s+(\S+)\s+\d+\s+\d+\s*?(.{0,4096}?)\s+(\d{1,15})\s+\S.{0,4096}?\s+(\d{1,15})$/;

/** A connected socket that a listener accepted, by /proc/PID/net/unix of the namespace in which whoever connected lives. */
export interface AcceptedRow {
  readonly inode: number;
  readonly address: string;
}

/** `Num: RefCount Protocol Flags Type St Inode Path` [linux, net/unix/af_unix.c, unix_seq_show]; 03 is connected. */
export function acceptedRows(text: string): readonly AcceptedRow[] {
  return text.split("\n").flatMap((line) => {
    const [, inode = "", address = ""] = accepted.exec(line) ?? [];
    return inode === "" ? [] : [{ inode: Number(inode), address }];
  });
}

const accepted = /^[0-9a-f]{8,16}: [0-9A-F]{8} [0-9A-F]{8} [0-9A-F]{8} [0-9A-F]{4} 03 +(\d{1,15}) (\S.{0,4096})$/;
