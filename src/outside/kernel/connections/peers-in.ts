import type { Peer, RuntimePeers } from "../../../model/node-word.ts";
import { known, unknown, type Told } from "../../../model/told.ts";
import type { Survey, SurveyedProcess } from "./survey.ts";

/**
 * Who is at the two ends of the runtime's socket. A socket that a listener accepted has the listener's address, and its peer is the
 * client's. A client in another network namespace is seen there alone [linux, net/unix/af_unix.c, unix_stream_connect: the new
 * socket is of the namespace of whoever connects], and who holds its other end is then not told: it counts as a client in no pod
 * unless the namespace is a pod's.
 *
 * @param path of the socket, as the node names it
 * @param own pids of this program
 */
export function peersIn(survey: Survey, path: string, own: ReadonlySet<number>): Told<RuntimePeers> {
  const address = withoutLink(path);
  const isIt = (each: string): boolean => withoutLink(each) === address;
  const listeners = new Set(survey.unix.filter((row) => row.listening && isIt(row.address)).map(({ inode }) => inode));
  const runtime = survey.processes.find(({ sockets }) => sockets.some((inode) => listeners.has(inode)));
  if (runtime === undefined)
    return unknown({ code: "not-reached", text: `nobody was seen to listen on ${path}`, at: [] });
  const ends = new Set(
    survey.unix.filter((row) => !row.listening && isIt(row.address) && row.peer > 0).map(({ peer }) => peer),
  );
  const clients = survey.processes.filter(
    ({ pid, sockets }) => pid !== runtime.pid && !own.has(pid) && sockets.some((inode) => ends.has(inode)),
  );
  const listening = new Set(
    [...survey.tcp.values()]
      .flat()
      .filter((row) => row.listening)
      .map(({ inode }) => inode),
  );
  const kubelets = clients.filter(({ pod, sockets }) => pod === null && sockets.some((inode) => listening.has(inode)));
  return known({ runtime: peerOf(runtime), clients: clients.map(peerOf), kubelets: kubelets.map(peerOf) });
}

function peerOf({ pid, startTicks, name, ageSeconds }: SurveyedProcess): Peer {
  return { pid, startTicks, name, ageSeconds };
}

/** /var/run is a link to /run wherever systemd is [FHS 3.0, 5.13]. */
function withoutLink(path: string): string {
  return path.replace(/^\/var\/run\//, "/run/");
}
