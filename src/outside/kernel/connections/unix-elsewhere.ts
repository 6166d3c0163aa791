import type { NamespaceId } from "../../../model/ledger.ts";
import type { Survey } from "./survey.ts";
import type { UnixSockets } from "./unix-rows.ts";

/**
 * What other network namespaces say of these sockets; `null`: it could not be asked. A socket that a listener accepted is of the namespace of
 * whoever connects, and told there alone [linux, net/unix/af_unix.c, unix_stream_connect; net/unix/diag.c, unix_diag_dump].
 */
export function unixElsewhere(
  { unix, connected, unixIn }: Survey,
  inodes: ReadonlySet<number>,
): readonly { readonly network: NamespaceId; readonly sockets: UnixSockets | null }[] {
  const here = new Set(unix.rows.map(({ inode }) => inode));
  const missing = [...inodes].filter((inode) => !here.has(inode));
  return [...connected]
    .filter(([, there]) => missing.some((inode) => there.has(inode)))
    .map(([network]) => ({ network, sockets: unixIn(network) }));
}
