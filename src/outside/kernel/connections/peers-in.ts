import type { Peer, RuntimePeers } from "../../../model/node-word.ts";
import { known, unknown, type Told, type Unknown } from "../../../model/told.ts";
import type { Survey, SurveyedProcess } from "./survey.ts";
import { allNetworksRead } from "./all-networks-read.ts";
import { unixElsewhere } from "./unix-elsewhere.ts";

/**
 * Who is at the two ends of the runtime's socket. A socket that a listener accepted has the listener's address, and its peer is the
 * client's. One with that address which the runtime does not hold is another's: a name is a path in somebody's mounts.
 *
 * @param path of the socket, as the node names it
 * @param own pids of this program
 */
export function peersIn(survey: Survey, path: string, own: ReadonlySet<number>): Told<RuntimePeers> {
  const address = withoutLink(path);
  const isIt = (each: string): boolean => withoutLink(each) === address;
  const { rows, twice } = survey.unix;
  const listeners = new Set(rows.filter((row) => row.listening && isIt(row.address)).map(({ inode }) => inode));
  // Who starts a service by its socket listens as well.
  const listening = survey.processes.filter(({ sockets }) => sockets.some((inode) => listeners.has(inode)));
  if (listening.length === 0) return notTold("not-reached", `nobody was seen to listen on ${path}`);
  const held = new Set(listening.flatMap(({ sockets }) => sockets));
  if ([...held].some((inode) => twice.has(inode))) return notTold("contradicted", "ss told of one socket twice");
  const far = unixElsewhere(survey, held);
  if (!allNetworksRead(survey))
    return notTold("incomplete", "who is connected to the runtime from a network that could not be read is not known");
  if (far.some(({ sockets }) => sockets === null))
    return notTold("incomplete", "who is connected to the runtime from another network could not be told");
  const connections = [...rows, ...far.flatMap(({ sockets }) => sockets?.rows ?? [])].filter(
    (row) => !row.listening && isIt(row.address) && held.has(row.inode),
  );
  const ends = new Set(connections.filter(({ peer }) => peer > 0).map(({ peer }) => peer));
  const accepted = new Set(connections.map(({ inode }) => inode));
  const runtime = listening.find(({ sockets }) => sockets.some((inode) => accepted.has(inode))) ?? listening[0];
  if (runtime === undefined) return notTold("not-reached", `nobody was seen to listen on ${path}`);
  const clients = survey.processes.filter(
    ({ pid, sockets }) => pid !== runtime.pid && !own.has(pid) && sockets.some((inode) => ends.has(inode)),
  );
  const ofNode = clients.filter(({ pod }) => pod === null);
  const ports = new Set(
    [...survey.tcp.values()]
      .flat()
      .filter((row) => row.listening)
      .map(({ inode }) => inode),
  );
  const kubelets = ofNode.filter(({ sockets }) => sockets.some((inode) => ports.has(inode)));
  return known({ runtime: peerOf(runtime), clients: clients.map(peerOf), kubelets: kubelets.map(peerOf) });
}

function notTold(code: Unknown["unknown"]["code"], text: string): Unknown {
  return unknown({ code, text, at: [] });
}

function peerOf({ pid, startTicks, name, ageSeconds }: SurveyedProcess): Peer {
  return { pid, startTicks, name, ageSeconds };
}

/** /var/run is a link to /run wherever systemd is [FHS 3.0, 5.13]. */
function withoutLink(path: string): string {
  return path.replace(/^\/var\/run\//, "/run/");
}
