import type { NamespaceId, Socket } from "../../model/ledger.ts";
import { address, type ByteOrder } from "./address.ts";

/** The tables of one network namespace, by their names below /proc/PID/net. */
export const tables = ["tcp", "tcp6", "udp", "udp6"] as const;
export type Table = (typeof tables)[number];

/** Where a table was printed. */
export interface Printed {
  readonly network: NamespaceId;
  /** Of the machine. */
  readonly order: ByteOrder;
}

/** Rows that are not what the kernel prints: nothing may be concluded from such a table. */
export class TableNotUnderstood extends Error {}

/**
 * The sockets of a table that hold a port: of TCP those that listen (0A), of UDP all that are bound to a port; such a
 * socket is in state 07, and in 01 once it has a peer. Reads the bytes as they come and keeps nothing else of them:
 * a node with 200,000 connections prints 30 MB.
 */
export function* socketsIn(table: Table, bytes: Iterable<Uint8Array>, { network, order }: Printed): Generator<Socket> {
  const protocol = table.startsWith("tcp") ? "tcp" : "udp";
  const family = table.endsWith("6") ? 6 : 4;
  const row = family === 6 ? row6 : row4;
  const addresses = new Map<string, string>();
  let isHeader = true;
  for (const line of linesOf(bytes)) {
    if (isHeader) {
      isHeader = false;
      continue;
    }
    const [, local = "", port = "", peer = "", state, inode] = row.exec(line) ?? notUnderstood(line);
    if (protocol === "tcp" ? state !== listening : port === "0000") continue;
    let written = addresses.get(local);
    if (written === undefined) addresses.set(local, (written = address(local, order)));
    yield {
      protocol,
      family,
      address: written,
      port: Number.parseInt(port, 16),
      connected: protocol === "udp" && peer !== "0000",
      inode: Number(inode),
      network,
      closed: false,
    };
  }
}

const listening = "0A";

/**
 * `sl: ADDRESS:PORT PEER:PORT STATE QUEUES TIMER RETRANSMITS UID TIMEOUT INODE …`; groups: address, port, the peer's
 * port, state, inode [linux, Documentation/networking/proc_net_tcp.rst]. Each part is fixed in width or ends at a space.
 */
function rowPattern(digits: number): RegExp {
  const end = `([0-9A-F]{${digits}}):([0-9A-F]{4})`;
  const peer = `[0-9A-F]{${digits}}:([0-9A-F]{4})`;
  const rest = String.raw`([0-9A-F]{2}) [0-9A-F]{8}:[0-9A-F]{8} [0-9A-F]{2}:[0-9A-F]{8,16} [0-9A-F]{8} {1,9}\d{1,10} {1,9}-?\d{1,10} (\d{1,15}) `;
  return new RegExp(String.raw`^ {0,9}\d{1,10}: ${end} ${peer} ${rest}`);
}
const row4 = rowPattern(8);
const row6 = rowPattern(32);

function notUnderstood(line: string): never {
  throw new TableNotUnderstood(`a row that the kernel does not print: ${JSON.stringify(line.slice(0, 80))}`);
}

/** Far above any row. */
const maximumLine = 4096;

function* linesOf(bytes: Iterable<Uint8Array>): Generator<string> {
  let rest = "";
  for (const piece of bytes) {
    const lines = (rest + Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString("latin1")).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > maximumLine) notUnderstood(rest);
    yield* lines;
  }
  // The last row ends with a newline: what does not was cut off.
  if (rest !== "") notUnderstood(rest);
}
