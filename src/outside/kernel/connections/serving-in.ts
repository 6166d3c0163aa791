import type { ProcessId } from "../../../model/node-actor.ts";
import type { Serving, ServingTold } from "../../../model/node-word.ts";
import { known, unknown } from "../../../model/told.ts";
import type { Survey, SurveyedProcess } from "./survey.ts";
import { allNetworksRead } from "./all-networks-read.ts";
import { connectionFrom, holdersOf } from "./socket-holders.ts";
import { tcpClients } from "./tcp-clients.ts";
import { unixElsewhere } from "./unix-elsewhere.ts";
import type { UnixRow } from "./unix-rows.ts";

/**
 * What else lives on processes of one pod: file systems and disks that they serve, and connections that a listener of theirs
 * accepted from another pod, or from nobody knows whom. What they are connected to themselves never counts, nor does the node's own: its
 * kubelet, its runtime.
 */
export function servingIn(survey: Survey, uid: string, processes: readonly ProcessId[]): ServingTold {
  const asked = new Set(processes.map(({ pid, startTicks }) => `${pid} ${startTicks}`));
  const own = survey.processes.filter(({ pid, startTicks }) => asked.has(`${pid} ${startTicks}`));
  if (!allNetworksRead(survey))
    return unknown({ code: "incomplete", text: "who is connected to it could not be read", at: [] });
  return known([...own.flatMap(devicesOf), ...unixClients(survey, uid, own), ...tcpClients(survey, uid, own)]);
}

function devicesOf({ pid, devices }: SurveyedProcess): readonly Serving[] {
  return devices.map((device) => ({
    pid,
    by: device === "/dev/fuse" ? "fuse" : "nbd",
    peerPod: null,
    text: `holds ${device} open`,
  }));
}

function unixClients(survey: Survey, uid: string, own: readonly SurveyedProcess[]): readonly Serving[] {
  const holders = holdersOf(survey);
  const far = unixElsewhere(survey, new Set(own.flatMap(({ sockets }) => sockets)));
  const tables = [survey.unix, ...far.flatMap(({ sockets }) => sockets ?? [])];
  const accepted = new Map<number, UnixRow>(
    tables.flatMap(({ rows }) =>
      rows.filter((row) => !row.listening && row.address !== "*").map((row) => [row.inode, row] as const),
    ),
  );
  const unsure = new Set([
    ...tables.flatMap(({ twice, doubted }) => [...twice, ...doubted]),
    ...far.flatMap(({ network, sockets }) => (sockets === null ? [...(survey.connected.get(network) ?? [])] : [])),
  ]);
  return own.flatMap(({ pid, sockets }) =>
    sockets.flatMap((inode): readonly Serving[] => {
      const row = accepted.get(inode);
      if (row === undefined) return unsure.has(inode) ? [fromNobodyKnown(pid, "a unix socket")] : [];
      const peers = holders.get(row.peer);
      if (peers !== undefined) return peers.flatMap((peer) => connectionFrom(peer, { pid, uid, at: row.address }));
      return row.peer > 0 && isStill(survey, row) ? [fromNobodyKnown(pid, row.address)] : [];
    }),
  );
}

function fromNobodyKnown(pid: number, at: string): Serving {
  return {
    pid,
    by: "socket",
    peerPod: null,
    text: `may have a connection at ${at}, and whose that is could not be told`,
  };
}

/** Whether a connection is there by now, too: of one that began or ended while processes were looked at, nobody need have been met. */
function isStill({ connected, unixIn }: Survey, { inode, peer }: UnixRow): boolean {
  const networks = [...connected].flatMap(([network, there]) => (there.has(inode) ? [network] : []));
  return networks.some((network) => {
    const now = unixIn(network);
    return now === null || now.rows.some((row) => row.inode === inode && row.peer === peer);
  });
}
