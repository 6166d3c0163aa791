import type { NamespaceId } from "../../../model/ledger.ts";
import { fateOf, type KernelFiles } from "../kernel-files.ts";
import { tcpRows, type TcpRow } from "./tcp-rows.ts";
import { connectedInodes } from "./unix-rows.ts";

/** Of one network namespace. */
export interface Tables {
  readonly tcp: readonly TcpRow[];
  readonly connected: ReadonlySet<number>;
}

/** The tables of the namespace of the task that was entered; `null`: it ended or went elsewhere meanwhile, or they could not be read. */
export function tablesOf(files: KernelFiles, network: NamespaceId): Tables | null {
  try {
    const [four, six] = [tcpRows(textOf(files, "net/tcp")), tcpRows(sixth(files))];
    const connected = connectedInodes(textOf(files, "net/unix"));
    if (files.taskLink("ns/net") !== `net:[${network}]`) return null;
    return four === null || six === null ? null : { tcp: [...four, ...six], connected };
  } catch {
    return null;
  }
}

/** Where IPv6 is off there is no such table. Whether it is the task that is gone is asked afterwards. */
function sixth(files: KernelFiles): string {
  try {
    return textOf(files, "net/tcp6");
  } catch (error) {
    if (fateOf(error) === "ended") return "";
    throw error;
  }
}

function textOf(files: KernelFiles, file: "net/tcp" | "net/tcp6" | "net/unix"): string {
  let all = "";
  // A piece is valid until the next one is asked for.
  for (const piece of files.taskBytes(file)) all += Buffer.from(piece).toString("latin1");
  return all;
}
