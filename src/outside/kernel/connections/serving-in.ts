import type { NamespaceId } from "../../../model/ledger.ts";
import type { ProcessId } from "../../../model/node-actor.ts";
import type { Serving } from "../../../model/node-word.ts";
import type { Survey, SurveyedProcess } from "./survey.ts";

/**
 * What else lives on processes of one pod: file systems and disks that they serve, and connections that a listener of theirs
 * accepted from another pod. What they are connected to themselves never counts, nor does the node's own: its kubelet, its runtime.
 */
export function servingIn(survey: Survey, uid: string, processes: readonly ProcessId[]): readonly Serving[] {
  const asked = new Set(processes.map(({ pid, startTicks }) => `${pid} ${startTicks}`));
  const own = survey.processes.filter(({ pid, startTicks }) => asked.has(`${pid} ${startTicks}`));
  return [...own.flatMap(devicesOf), ...unixPeers(survey, uid, own), ...tcpPeers(survey, uid, own)];
}

function devicesOf({ pid, devices }: SurveyedProcess): readonly Serving[] {
  return devices.map((device) => ({
    pid,
    by: device === "/dev/fuse" ? "fuse" : "nbd",
    peerPod: null,
    text: `holds ${device} open`,
  }));
}

function unixPeers(survey: Survey, uid: string, own: readonly SurveyedProcess[]): readonly Serving[] {
  const holders = holdersOf(survey);
  const here = new Map(
    survey.unix.filter((row) => !row.listening && row.address !== "*").map((row) => [row.inode, row]),
  );
  return own.flatMap(({ pid, sockets, network }) =>
    sockets.flatMap((inode) => {
      const row = here.get(inode);
      if (row !== undefined)
        return (holders.get(row.peer) ?? []).flatMap((peer) => connection(pid, peer, uid, row.address));
      return elsewhere(survey, inode, network).flatMap(({ peers, address }) =>
        peers.flatMap((peer) => connection(pid, peer, uid, address)),
      );
    }),
  );
}

/** A connection from another network namespace: who holds its other end is not told, only whose the namespace is. */
function elsewhere(
  { accepted, processes }: Survey,
  inode: number,
  network: NamespaceId | null,
): readonly { readonly peers: readonly SurveyedProcess[]; readonly address: string }[] {
  return [...accepted].flatMap(([id, rows]) => {
    const row = id === network ? undefined : rows.find((each) => each.inode === inode);
    return row === undefined
      ? []
      : [{ peers: processes.filter((each) => each.network === id).slice(0, 1), address: row.address }];
  });
}

function tcpPeers(survey: Survey, uid: string, own: readonly SurveyedProcess[]): readonly Serving[] {
  const holders = holdersOf(survey);
  const rows = [...survey.tcp.values()].flat();
  const byInode = new Map(rows.map((row) => [row.inode, row]));
  const byEnds = new Map(rows.filter(({ listening }) => !listening).map((row) => [`${row.local} ${row.remote}`, row]));
  const held = own.flatMap(({ pid, sockets }) => sockets.flatMap((inode) => ({ pid, row: byInode.get(inode) })));
  const ports = new Set(held.flatMap(({ row }) => (row?.listening === true ? [row.port] : [])));
  return held.flatMap(({ pid, row }) => {
    if (row === undefined || row.listening || !ports.has(row.port)) return [];
    const other = byEnds.get(`${row.remote} ${row.local}`);
    return (holders.get(other?.inode ?? -1) ?? []).flatMap((peer) => connection(pid, peer, uid, `port ${row.port}`));
  });
}

function holdersOf({ processes }: Survey): ReadonlyMap<number, readonly SurveyedProcess[]> {
  const holders = new Map<number, SurveyedProcess[]>();
  for (const process of processes) {
    for (const inode of process.sockets) {
      const there = holders.get(inode);
      if (there === undefined) holders.set(inode, [process]);
      else there.push(process);
    }
  }
  return holders;
}

/** A process in no pod is the node's own. */
function connection(
  pid: number,
  { pid: other, name, pod }: SurveyedProcess,
  uid: string,
  where: string,
): readonly Serving[] {
  if (pod === null || pod === uid) return [];
  return [
    {
      pid,
      by: "socket",
      peerPod: pod,
      text: `has a connection from ${name} (pid ${other}, pod uid ${pod}) at ${where}`,
    },
  ];
}
