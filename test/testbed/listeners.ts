import { readdirSync, readlinkSync } from "node:fs";
import type { Bed, NamespaceNode } from "./bed.ts";
import { pidOne } from "./namespaces/node.ts";
import { processesIn, readOrNull } from "./processes.ts";
import { podOf } from "./pod-processes.ts";

/** Who listens on a TCP port of a node's own network. */
export interface Listener {
  readonly port: number;
  /** On this machine. */
  readonly pid: number;
  readonly podUid: string | null;
}

/** TCP listeners in a node's network namespace, from its socket table and the open files of the processes in it. */
export function listenersOn(bed: Bed, node: NamespaceNode): Listener[] {
  const sockets = new Map<string, number>();
  for (const table of ["tcp", "tcp6"]) {
    const lines = (readOrNull(`/proc/${pidOne(bed, node)}/net/${table}`) ?? "").split("\n").slice(1);
    for (const fields of lines.map((line) => line.trim().split(/\s+/))) {
      // Local address, state (0A: listening), inode: Linux, Documentation/networking/proc_net_tcp.rst.
      const [, local = "", , state, , , , , , inode = ""] = fields;
      if (state === "0A") sockets.set(`socket:[${inode}]`, Number.parseInt(local.split(":")[1] ?? "", 16));
    }
  }
  return processesIn([node.network]).flatMap((pid) =>
    openFiles(pid).flatMap((file) => {
      const port = sockets.get(file);
      return port === undefined ? [] : [{ port, pid, podUid: podOf(pid) }];
    }),
  );
}

function openFiles(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  } catch {
    return [];
  }
}
