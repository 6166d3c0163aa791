import type { Survey } from "./survey.ts";

/** Whether each network that a process lives in was read: a socket that was accepted is told only in that of its client. */
export function allNetworksRead({ processes, tcp }: Survey): boolean {
  return processes.every(({ network }) => network === null || tcp.has(network));
}
