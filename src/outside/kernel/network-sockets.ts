import type { NamespaceId, Socket } from "../../model/ledger.ts";
import type { ByteOrder } from "./address.ts";
import { isStill, type Identity } from "./identify.ts";
import { fateOf, type KernelFiles } from "./kernel-files.ts";
import { rowsOf, TableNotUnderstood, tables, type Row, type Table } from "./socket-table.ts";

type NetworkSocket = Omit<Socket, "closed">;

/** Sockets by their network namespace; `null`: its tables could not be read. */
export type SocketsByNetwork = ReadonlyMap<NamespaceId, readonly NetworkSocket[] | null>;

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
  const read = new Map<NamespaceId, readonly NetworkSocket[] | null>();
  const isDone = new Set<NamespaceId>();
  for (const process of processes) {
    const { network } = process;
    if (network === null || !networks(network) || isDone.has(network)) continue;
    const rows = rowsThrough(files, process, order);
    if (rows !== "not through it") isDone.add(network);
    read.set(network, typeof rows === "string" ? null : rows.map((row) => ({ ...row, network })));
  }
  return read;
}

function rowsThrough(
  files: KernelFiles,
  process: Identity,
  order: ByteOrder,
): readonly Row[] | "not through it" | "not understood" {
  try {
    const rows = tables.flatMap((table) => tableRows(files, process, table, order));
    const isElsewhere = files.taskLink(process.task, "ns/net") !== `net:[${process.network}]`;
    return isElsewhere || !isStill(files, process) ? "not through it" : rows;
  } catch (error) {
    // Another process of the namespace would be shown the same rows.
    return error instanceof TableNotUnderstood ? "not understood" : "not through it";
  }
}

function tableRows(files: KernelFiles, { task }: Identity, table: Table, order: ByteOrder): readonly Row[] {
  // While the kernel prints, a socket may move and be printed twice.
  const rows = new Map<number | Row, Row>();
  try {
    for (const row of rowsOf(table, files.taskBytes(task, `net/${table}`), order)) rows.set(row.inode || row, row);
  } catch (error) {
    // Where IPv6 is off there are no such tables; whether the process itself is gone is asked afterwards.
    const isAbsent = table.endsWith("6") && fateOf(error) === "ended";
    if (!isAbsent) throw error;
  }
  return [...rows.values()];
}
