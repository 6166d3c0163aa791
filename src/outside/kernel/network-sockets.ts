import type { NamespaceId, Socket } from "../../model/ledger.ts";
import type { ByteOrder } from "./address.ts";
import type { TasksOfNetworks } from "./census.ts";
import { fateOf, type KernelFiles, type Task } from "./kernel-files.ts";
import { socketsIn, TableNotUnderstood, tables, type Printed, type Table } from "./socket-table.ts";

/** Sockets by their network namespace; `null`: its tables could not be read. */
export type SocketsByNetwork = ReadonlyMap<NamespaceId, readonly Socket[] | null>;

/**
 * The sockets of the given network namespaces. A namespace is read once, through the first of its tasks, or the next
 * where that one ended or went elsewhere meanwhile.
 */
export function readNetworks(files: KernelFiles, networks: TasksOfNetworks, order: ByteOrder): SocketsByNetwork {
  return new Map(
    [...networks].map(([network, tasks]) => [network, socketsOf(files, tasks, { network, order })] as const),
  );
}

function socketsOf(files: KernelFiles, tasks: readonly Task[], printed: Printed): readonly Socket[] | null {
  for (const task of tasks) {
    const sockets = socketsThrough(files, task, printed);
    if (sockets !== "not through it") return sockets === "not understood" ? null : sockets;
  }
  return null;
}

function socketsThrough(
  files: KernelFiles,
  task: Task,
  printed: Printed,
): readonly Socket[] | "not through it" | "not understood" {
  const livesThere = (): boolean => files.taskLink("ns/net") === `net:[${printed.network}]`;
  try {
    files.enter(task);
    if (!livesThere()) return "not through it";
    const sockets = tables.flatMap((table) => tableSockets(files, table, printed));
    return livesThere() ? sockets : "not through it";
  } catch (error) {
    // Another process of the namespace would be shown the same rows.
    return error instanceof TableNotUnderstood ? "not understood" : "not through it";
  }
}

function tableSockets(files: KernelFiles, table: Table, printed: Printed): readonly Socket[] {
  // While the kernel prints, a socket may move and be printed twice.
  const sockets = new Map<number | Socket, Socket>();
  try {
    for (const socket of socketsIn(table, files.taskBytes(`net/${table}`), printed))
      sockets.set(socket.inode || socket, socket);
  } catch (error) {
    // Where IPv6 is off there are no such tables; whether the process itself is gone is asked afterwards.
    const isAbsent = table.endsWith("6") && fateOf(error) === "ended";
    if (!isAbsent) throw error;
  }
  return [...sockets.values()];
}
