/** A TCP socket of /proc/PID/net/tcp or tcp6, with both ends as they stand there. */
export interface TcpRow {
  readonly inode: number;
  readonly listening: boolean;
  /** `ADDRESS:PORT` in hexadecimal. */
  readonly local: string;
  readonly remote: string;
  readonly port: number;
}

/**
 * Those that listen (0A) and those that are connected (01) [linux, Documentation/networking/proc_net_tcp.rst]. `null`: a row is not
 * what the kernel prints, and nothing may be concluded.
 */
export function tcpRows(text: string): readonly TcpRow[] | null {
  const rows: TcpRow[] = [];
  const [, ...lines] = text.split("\n");
  for (const line of lines) {
    if (line === "") continue;
    const [, local = "", remote = "", state = "", inode = ""] = row.exec(line) ?? [];
    if (inode === "") return null;
    if (inode === "0" || (state !== "0A" && state !== "01")) continue;
    const port = Number.parseInt(local.slice(local.indexOf(":") + 1), 16);
    rows.push({ inode: Number(inode), listening: state === "0A", local: plain(local), remote: plain(remote), port });
  }
  return rows;
}

const row =
  /^ *\d{1,10}: ([0-9A-F]{8,32}:[0-9A-F]{4}) ([0-9A-F]{8,32}:[0-9A-F]{4}) ([0-9A-F]{2}) (?:\S+ +){5}(\d{1,15}) /;

/** The two ends of one connection may be sockets of both families: `::ffff:A.B.C.D` is written as `A.B.C.D`. */
function plain(end: string): string {
  return end.replace(/^0{16}(?:FFFF0000|0000FFFF)/, "");
}
