import type { NamespaceId } from "../../../model/ledger.ts";
import type { Serving } from "../../../model/node-word.ts";
import { address, type ByteOrder } from "../address.ts";
import { connectionFrom, holdersOf, type HeldEnd } from "./socket-holders.ts";
import type { Survey, SurveyedProcess } from "./survey.ts";
import type { TcpRow } from "./tcp-rows.ts";

/**
 * Connections that listeners of one pod accepted: those at a port that it listens on itself. The node's own and its own pod's are known by
 * the socket at the other end, which has both addresses the other way round and is held by a process. Any other client counts: it is of
 * another node, or came through a Service, and then its own socket has another address to go to; or it is a mount of this kernel, whose
 * socket no process holds.
 */
export function tcpClients(survey: Survey, uid: string, own: readonly SurveyedProcess[]): readonly Serving[] {
  const ends = endsOf(survey);
  const heldBy = (others: readonly End[]): readonly SurveyedProcess[] =>
    others.flatMap((other) => holders.get(other.row.inode) ?? []);
  const holders = holdersOf(survey);
  const still = tablesByNow(survey);
  const held = own.flatMap(({ pid, sockets }) => sockets.flatMap((inode) => ({ pid, end: ends.byInode.get(inode) })));
  const ports = new Set(held.flatMap(({ end }) => (end?.row.listening === true ? [portOf(end)] : [])));
  return held.flatMap(({ pid, end }): readonly Serving[] => {
    if (end === undefined || end.row.listening || !ports.has(portOf(end))) return [];
    const { row, network } = end;
    const mayBeIt = (each: End): boolean => each.network === network || !isLoopback(row.remote, survey.order);
    const from = { pid, uid, at: `port ${row.port}` };
    const exact = heldBy((ends.byBoth.get(`${row.remote} ${row.local}`) ?? []).filter(mayBeIt));
    if (exact.length > 0) return exact.flatMap((peer) => connectionFrom(peer, from));
    // The same address at one end of another connection names a pod, and clears nobody.
    const near = heldBy((ends.byLocal.get(row.remote) ?? []).filter(mayBeIt));
    const named = near.flatMap((peer) => connectionFrom(peer, from));
    if (named.length > 0) return named;
    // Of a connection that began or ended while processes were looked at, nobody need have been met.
    return still(network, row) ? [fromNobodyKnown(row, from, survey.order)] : [];
  });
}

function portOf({ row, network }: End): string {
  return `${network} ${row.port}`;
}

function fromNobodyKnown({ remote }: TcpRow, { pid, at }: HeldEnd, order: ByteOrder): Serving {
  const text = `has a connection from ${written(remote, order)} at ${at}, and whose that is could not be told`;
  return { pid, by: "socket", peerPod: null, text };
}

interface End {
  readonly row: TcpRow;
  readonly network: NamespaceId;
}

function endsOf({ tcp }: Survey): {
  readonly byInode: ReadonlyMap<number, End>;
  /** Connected ones by both addresses, their own first. */
  readonly byBoth: ReadonlyMap<string, readonly End[]>;
  readonly byLocal: ReadonlyMap<string, readonly End[]>;
} {
  const all = [...tcp].flatMap(([network, rows]) => rows.map((row): End => ({ row, network })));
  const connected = all.filter(({ row }) => !row.listening);
  return {
    byInode: new Map(all.map((end) => [end.row.inode, end])),
    byBoth: Map.groupBy(connected, ({ row }) => `${row.local} ${row.remote}`),
    byLocal: Map.groupBy(connected, ({ row }) => row.local),
  };
}

/** Whether a connection is there by now, too; one that could not be looked for is. Each table is read once more at most. */
function tablesByNow({ tcpIn }: Survey): (network: NamespaceId, row: TcpRow) => boolean {
  const tables = new Map<NamespaceId, readonly TcpRow[] | null>();
  return (network, { inode, remote }) => {
    let rows = tables.get(network);
    if (rows === undefined) tables.set(network, (rows = tcpIn(network)));
    return rows === null || rows.some((row) => row.inode === inode && row.remote === remote && !row.listening);
  };
}

/** An address of loopback is of one network namespace. */
function isLoopback(end: string, order: ByteOrder): boolean {
  const [ip] = partsOf(end, order);
  return ip.startsWith("127.") || ip === "::1";
}

function written(end: string, order: ByteOrder): string {
  const [ip, port] = partsOf(end, order);
  return `${ip.includes(":") ? `[${ip}]` : ip}:${port}`;
}

function partsOf(end: string, order: ByteOrder): readonly [string, number] {
  const colon = end.indexOf(":");
  return [address(end.slice(0, colon), order), Number.parseInt(end.slice(colon + 1), 16)];
}
