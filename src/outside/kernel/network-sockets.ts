import type { NamespaceId, Socket } from "../../model/ledger.ts";
import type { ByteOrder } from "./address.ts";
import { isStill, type Identity } from "./identify.ts";
import { fateOf, type KernelFiles } from "./kernel-files.ts";
import { socketsIn, TableNotUnderstood, tables, type Printed, type Table } from "./socket-table.ts";

/** Sockets by their network namespace; `null`: its tables could not be read. */
export type SocketsByNetwork = ReadonlyMap<NamespaceId, readonly Socket[] | null>;

/**
 * The sockets of the given network namespaces. A namespace is read once, through a process that lives in it: the one
 * with the lowest pid, or the next where that one ended or went elsewhere meanwhile.
 */
export function readNetworks(
  files: KernelFiles,
  processes: Iterable<Identity>,
  networks: (network: NamespaceId) => boolean,
  order: ByteOrder,
): SocketsByNetwork {
  const read = new Map<NamespaceId, readonly Socket[] | null>();
  const isDone = new Set<NamespaceId>();
  for (const process of processes) {
    const { network } = process;
    if (network === null || !networks(network) || isDone.has(network)) continue;
    const sockets = socketsThrough(files, process, { network, order });
    if (sockets !== "not through it") isDone.add(network);
    read.set(network, typeof sockets === "string" ? null : sockets);
  }
  return read;
}

function socketsThrough(
  files: KernelFiles,
  process: Identity,
  printed: Printed,
): readonly Socket[] | "not through it" | "not understood" {
  try {
    const sockets = tables.flatMap((table) => tableSockets(files, process, table, printed));
    const isElsewhere = files.taskLink(process.task, "ns/net") !== `net:[${printed.network}]`;
    return isElsewhere || !isStill(files, process) ? "not through it" : sockets;
  } catch (error) {
    // Another process of the namespace would be shown the same rows.
    return error instanceof TableNotUnderstood ? "not understood" : "not through it";
  }
}

function tableSockets(files: KernelFiles, { task }: Identity, table: Table, printed: Printed): readonly Socket[] {
  // While the kernel prints, a socket may move and be printed twice.
  const sockets = new Map<number | Socket, Socket>();
  try {
    for (const socket of socketsIn(table, files.taskBytes(task, `net/${table}`), printed))
      sockets.set(socket.inode || socket, socket);
  } catch (error) {
    // Where IPv6 is off there are no such tables; whether the process itself is gone is asked afterwards.
    const isAbsent = table.endsWith("6") && fateOf(error) === "ended";
    if (!isAbsent) throw error;
  }
  return [...sockets.values()];
}
